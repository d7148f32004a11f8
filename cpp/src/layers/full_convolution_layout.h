// How the numbers of a convolution all of whose filters see all planes lie in memory, and which of its ways it goes.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "execution/part.h"
#include "layers/convolution_layout.h"
#include "layers/interleaved_outputs.h"

namespace lenetpp {

struct FullConvolutionLayout {
  FullConvolutionLayout(const Conv2D& layer, const ConvolutionLayout& convolution, bool has_pooling);

  int planes, filters, filters_padded, taps;
  bool by_filters;  // forward has lanes over filters, or else over positions
  bool is_sparse;   // backward visits only where a gradient came back, or else all places
  Interleaving input{};
  InterleavedWindows windows{};
  std::vector<std::int32_t> plane_offsets, tap_offsets;  // of the input, in planes
  std::ptrdiff_t position_row_stride = 0;                // of the places that winners are counted by
  std::vector<std::int32_t> window_offsets, cells;       // of each of these places

  [[nodiscard]] int weights_of_filter() const { return planes * taps; }
  /// Numbers of one filter's weights, row by row, the planes of each tap side by side.
  [[nodiscard]] std::size_t block() const { return places_in(windows.rows, windows.row_length); }
  /// Without room behind the rows of a block.
  [[nodiscard]] bool is_gapless() const { return windows.row_length == windows.row_numbers; }
  /// How the weights of one filter change places: all planes of a tap side by side, for so many taps at once as lie so.
  [[nodiscard]] Interleaving filter_planes() const;
  /// How the weights of 16 filters change places: all filters of a weight side by side.
  [[nodiscard]] Interleaving filters_from(int first) const;
  /// Numbers of the weights for lanes over filters; 0 where forward has none. Their biases follow.
  [[nodiscard]] std::size_t packed_weights() const {
    return by_filters ? places_in(filters_padded, weights_of_filter()) : 0;
  }
  [[nodiscard]] std::size_t packed_size() const {
    return packed_weights() + (by_filters ? static_cast<std::size_t>(filters_padded) : 0);
  }
  /// Numbers of the weights' gradients, in the layout of the way that backward goes. Those of the biases follow.
  [[nodiscard]] std::size_t weight_gradients() const {
    return is_sparse ? static_cast<std::size_t>(filters) * block() : places_in(filters_padded, weights_of_filter());
  }
  [[nodiscard]] std::size_t interleaved_input_size() const;
  /// The rows of windows that see some rows of the padded input.
  [[nodiscard]] Range windows_that_see(const Range& rows) const;
};

}  // namespace lenetpp
