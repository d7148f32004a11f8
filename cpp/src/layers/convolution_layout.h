// How the input, the taps and the windows of a convolution lie in memory, and which filters see which planes.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "execution/plane_stack.h"
#include "kernels/kernels.h"

namespace lenetpp {

/// Outputs of a convolution that see the same input planes.
struct ConvolutionGroup {
  int first_output = 0;
  int filters = 0;
  int planes = 0;
  std::ptrdiff_t first_kernel = 0;          // of the weight array
  std::ptrdiff_t first_filter = 0;          // of the bias array
  std::vector<std::int32_t> plane_offsets;  // [planes] in what forward reads: the input, or its phases
  std::vector<std::int32_t> row_offsets;    // [planes * kernel rows * parts of a row] in the input
};

struct ConvolutionLayout {
  Extent strides;
  PlaneStack input;
  std::vector<ConvolutionGroup> groups;
  bool separate = false;                                  // one group a plane, all with the same filters
  std::vector<std::int32_t> tap_offsets, weight_offsets;  // [taps], see ConvolutionForward
  std::ptrdiff_t kernel_stride = 0;
  std::ptrdiff_t filter_padding = 0;  // numbers behind the kernels of a filter
  // The convolution's outputs before pooling, in scratch memory, one group at a time.
  int height = 0, width = 0;
  std::ptrdiff_t row_stride = 0;  // also of the positions
  std::ptrdiff_t plane_stride = 0;
  int positions = 0;
  // With a stride, forward reads phases: plane (row % stride, column % stride) of each input plane.
  std::ptrdiff_t phase_row_stride = 0;
  std::ptrdiff_t phase_plane_stride = 0;
  std::vector<std::int32_t> window_offsets;  // [positions] place of a position's window in the input; strides only

  [[nodiscard]] bool has_strides() const { return strides.height > 1 || strides.width > 1; }
  [[nodiscard]] std::size_t phases_size() const;
};

/// Of a convolution that reads `input` and makes `convolved`.
ConvolutionLayout convolution_layout(const Conv2D& layer, const PlaneStack& input, const Shape& convolved);

}  // namespace lenetpp
