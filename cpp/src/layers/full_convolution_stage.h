// The execution of a convolution all of whose filters see all planes. Its backward pass works on interleaved numbers
// (see kernels/interleaved.h), sparse behind a max-pooling and else dense, with the same bits; forward it has lanes
// over filters where that costs less than lanes over positions.
#pragma once

#include <optional>

#include "layers/convolution_stage.h"
#include "layers/full_convolution_layout.h"
#include "layers/scratch_shares.h"

namespace lenetpp {

template <class T>
class FullConvolutionStage final : public ConvolutionStage<T> {
 public:
  FullConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling, const StagePlace& where,
                       ConvolutionLayout layout, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] ScratchSize scratch(bool training) const override;
  [[nodiscard]] std::size_t prepared_size() const override;
  void prepare_forward(const StageCall<T>& call, T* prepared) const override;
  [[nodiscard]] std::size_t forward_parts() const override;
  void forward(const ImageForward<T>& call) const override;
  void prepare_backward(const StageCall<T>& call, T* prepared) const override;
  [[nodiscard]] std::size_t gradient_size() const override;
  void backward(const ImageBackward<T>& call) const override;
  [[nodiscard]] BackwardParts backward_parts() const override;
  void backward_parameters(const ImageBackward<T>& call) const override;
  void backward_input(const ImageBackward<T>& call) const override;
  void finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const override;

  [[nodiscard]] const FullConvolutionLayout& full_layout() const { return full_; }

 private:
  // The parts of the backward pass, where a gradient came back only (visits) or over all places. `rows` are those of
  // the padded input.
  [[nodiscard]] VisitPlaces visit_places() const;
  [[nodiscard]] Range rows_of_input() const;
  /// Returns the memory behind what it used.
  T* add_gradients_by_visits(const ImageBackward<T>& call, const Visits<T>* visits, const Range& filters) const;
  void add_input_gradient_by_visits(const ImageBackward<T>& call, const Visits<T>* visits, const Range& rows,
                                    T* memory) const;
  void add_gradients_by_places(const ImageBackward<T>& call, const T* deltas, const Range& filters) const;
  void add_input_gradient_by_places(const ImageBackward<T>& call, const T* deltas_by_rows, const Range& rows,
                                    ScratchShares<T>& shares) const;
  /// Numbers of the deltas of all windows, row by row.
  [[nodiscard]] std::size_t deltas_by_rows() const;
  const T* interleaved_deltas(const ImageBackward<T>& call, ScratchShares<T>& shares, const Range& filters,
                              const Range& rows, T* by_rows) const;
  [[nodiscard]] WindowInputGradient<T> input_gradient_of(const ImageBackward<T>& call, T* gradient,
                                                         const Range& rows) const;
  T* cleared_gradient(ScratchShares<T>& shares, const Range& rows) const;
  void add_rows(const ImageBackward<T>& call, const T* gradient, const Range& rows) const;

  FullConvolutionLayout full_;
};

}  // namespace lenetpp
