// The execution of a residual's end: the sum of what the layers within made and of the shortcut, and its activation, in
// one pass over the planes. Its second input is what lies at the residual's start.
#pragma once

#include <lenetpp/layers.h>

#include <memory>
#include <optional>
#include <vector>

#include "execution/stage.h"

namespace lenetpp {

/// The shortcut changes nothing.
template <class T>
class ResidualStage : public ImageStage<T> {
 public:
  ResidualStage(const ResidualEnd& layer, const StagePlace& where, const SecondInput& second);

  [[nodiscard]] std::optional<Activation> watched() const override { return activation_; }
  void forward(const ImageForward<T>& call) const override;
  void backward(const ImageBackward<T>& call) const override;

 protected:
  /// What is left to do once the sums are made, and what their gradients are still to be multiplied by.
  [[nodiscard]] Activation activation_of_sums() const { return this->place.is_last ? Activation{} : activation_; }
  [[nodiscard]] Activation activation_of(const ImageBackward<T>& call) const {
    return call.activation_is_done ? Activation{} : activation_;
  }

  PlaneStack second_stack_;

 private:
  Activation activation_;
};

/// The shortcut keeps every n-th row and column; 1x1 filters make other planes of them, or planes of zeros are added.
template <class T>
class ChangingResidualStage final : public ResidualStage<T> {
 public:
  /// `kept`: how the planes that the strides keep are to lie. Without a convolution, zeros are added.
  ChangingResidualStage(const ResidualEnd& layer, const StagePlace& where, const SecondInput& second,
                        const PlaneStack& kept, const Extent& strides,
                        std::unique_ptr<const ImageStage<T>> convolution);

  [[nodiscard]] std::vector<std::size_t> parameters() const override;
  [[nodiscard]] ScratchSize scratch(bool training) const override;
  [[nodiscard]] std::size_t prepared_size() const override;
  void prepare_forward(const StageCall<T>& call, T* prepared) const override;
  void forward(const ImageForward<T>& call) const override;
  void prepare_backward(const StageCall<T>& call, T* prepared) const override;
  [[nodiscard]] std::size_t gradient_size() const override;
  void backward(const ImageBackward<T>& call) const override;
  void finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const override;

 private:
  /// Scratch memory behind that of the convolution.
  [[nodiscard]] T* own_scratch(Scratch<T>& scratch, bool training) const;
  void keep_places(const T* second, T* kept) const;
  void add_to_places(const T* kept, T* second) const;
  /// Calls use(place in the second input, place among what is kept) for every place that is kept.
  template <class Use>
  void for_each_place(const Use& use) const;

  PlaneStack kept_;
  Extent strides_;
  std::unique_ptr<const ImageStage<T>> convolution_;
};

}  // namespace lenetpp
