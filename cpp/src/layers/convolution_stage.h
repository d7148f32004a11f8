// The execution of a convolution, forward with lanes over neighbouring positions, backward row by row of the filters;
// full_convolution_stage.h has that of many planes. It takes a max-pooling behind it into its stage: the convolution's
// own outputs are then never kept, and its backward pass visits only the winners. The activation is applied to the
// winners only, which is the same because activations never decrease.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "execution/stage.h"
#include "layers/convolution_layout.h"
#include "layers/visits.h"

namespace lenetpp {

template <class T>
class ConvolutionStage : public ImageStage<T> {
 public:
  ConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling, const StagePlace& where,
                   ConvolutionLayout layout, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] std::vector<std::size_t> parameters() const override;
  [[nodiscard]] std::size_t winners() const override;
  [[nodiscard]] std::optional<Activation> watched() const override { return activation_; }
  [[nodiscard]] ScratchSize scratch(bool training) const override;
  [[nodiscard]] std::size_t forward_parts() const override;
  void forward(const ImageForward<T>& call) const override;
  [[nodiscard]] std::size_t gradient_size() const override;
  void backward(const ImageBackward<T>& call) const override;
  [[nodiscard]] BackwardParts backward_parts() const override;
  void backward_parameters(const ImageBackward<T>& call) const override;
  void backward_input(const ImageBackward<T>& call) const override;
  void finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const override;

  [[nodiscard]] const ConvolutionLayout& layout() const { return layout_; }
  [[nodiscard]] bool has_pooling() const { return has_pooling_; }

 protected:
  /// What is left to do once a convolution's outputs are pooled.
  [[nodiscard]] Activation activation_of_outputs() const { return this->place.is_last ? Activation{} : activation_; }

  ConvolutionLayout layout_;
  bool has_pooling_;
  MaxPool2D pooling_;  // a window of 1 x 1 where there is none
  Activation activation_;
  std::size_t weight_;               // index of the parameter array
  std::optional<std::size_t> bias_;  // likewise
  std::size_t filters_;

 private:
  [[nodiscard]] VisitPlaces visit_places() const;
  void add_weight_gradients(const ImageBackward<T>& call, const Visits<T>* visits, const Range& filters) const;
  void add_input_gradient(const ImageBackward<T>& call, const Visits<T>* visits) const;

  std::size_t weight_gradient_size_;  // numbers, laid out like the weights
};

/// The stage, of the sort that costs least, of a convolution that makes `convolved`; a pooling makes of that the
/// output.
template <class T>
std::unique_ptr<const ImageStage<T>> convolution_stage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                                       const StagePlace& where, const Shape& convolved,
                                                       std::size_t weight, std::optional<std::size_t> bias);

}  // namespace lenetpp
