// The execution of a convolution all of whose filters see all planes. Its backward pass works on interleaved numbers
// (see kernels/interleaved.h), sparse behind a max-pooling and else dense, with the same bits; forward it has lanes
// over filters where that costs less than lanes over positions.
#pragma once

#include <optional>

#include "layers/convolution_stage.h"
#include "layers/full_convolution_layout.h"

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

  FullConvolutionLayout full_;
};

}  // namespace lenetpp
