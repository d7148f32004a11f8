// The execution of a convolution all of whose filters see all planes. Its backward pass works on interleaved numbers
// (see kernels/interleaved.h), sparse behind a max-pooling and else dense, with the same bits; forward it has lanes
// over filters where that costs less than lanes over positions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layers/convolution_stage.h"

namespace lenetpp {

template <class T>
class FullConvolutionStage final : public ConvolutionStage<T> {
 public:
  FullConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling, const StagePlace& where,
                       ConvolutionLayout layout, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] ScratchSize scratch(bool training) const override;
  [[nodiscard]] std::size_t prepared_size() const override;
  void prepare_forward(const StageCall<T>& call, T* prepared) const override;
  void forward(const ImageForward<T>& call) const override;
  void prepare_backward(const StageCall<T>& call, T* prepared) const override;
  [[nodiscard]] std::size_t gradient_size() const override;
  void backward(const ImageBackward<T>& call) const override;
  void finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const override;

 private:
  void backward_visits(const ImageBackward<T>& call) const;
  void backward_places(const ImageBackward<T>& call) const;
  [[nodiscard]] WindowInputGradient<T> input_gradient_of(const ImageBackward<T>& call, T* gradient) const;

  [[nodiscard]] int taps() const { return static_cast<int>(this->layout_.tap_offsets.size()); }
  [[nodiscard]] int weights_of_filter() const { return planes_ * taps(); }
  /// Numbers of one filter's weights, row by row, the planes of each tap side by side.
  [[nodiscard]] std::size_t block() const {
    return static_cast<std::size_t>(windows_.rows) * static_cast<std::size_t>(windows_.row_length);
  }
  /// How the weights of one filter change places: all planes of a tap side by side.
  [[nodiscard]] Interleaving filter_planes() const;
  /// How the weights of 16 filters change places: all filters of a weight side by side.
  [[nodiscard]] Interleaving filters_from(int first) const;
  [[nodiscard]] std::size_t packed_weights_size() const;
  [[nodiscard]] std::size_t interleaved_input_size() const;
  [[nodiscard]] int first_row() const { return this->layout_.input.padding.height; }

  int planes_, filters_padded_;
  bool by_filters_;  // forward
  bool is_sparse_;   // backward
  Interleaving input_;
  InterleavedWindows windows_;
  std::vector<std::int32_t> plane_offsets_, planar_taps_, row_offsets_;
  std::ptrdiff_t position_row_stride_;                // of the places that winners are counted by
  std::vector<std::int32_t> window_offsets_, cells_;  // of each of these places
};

}  // namespace lenetpp
