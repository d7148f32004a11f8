#include "layers/residual_stage.h"

#include <algorithm>
#include <utility>

#include "layers/plane_sums.h"
#include "layers/scratch_shares.h"

namespace lenetpp {
namespace {

Shape with_planes(Shape shape, int planes) {
  shape.planes = planes;
  return shape;
}

}  // namespace

template <class T>
ResidualStage<T>::ResidualStage(const ResidualEnd& layer, const StagePlace& where, const SecondInput& second)
    : ImageStage<T>(where), second_stack_(second.stack), activation_(layer.activation) {}

template <class T>
void ResidualStage<T>::forward(const ImageForward<T>& call) const {
  call.kernels.activated_sum({
      .input = planes_at(call.input, this->place.input_stack),
      .addend = planes_at(call.second, second_stack_),
      .output = planes_at(call.output, this->place.output_stack),
      .shape = this->place.output_stack.shape,
      .activation = activation_of_sums(),
  });
}

template <class T>
void ResidualStage<T>::backward(const ImageBackward<T>& call) const {
  call.kernels.activated_sum_gradient({
      .output = planes_at(call.output, this->place.output_stack),
      .output_gradient = planes_at(call.output_gradient, this->place.output_stack),
      .shape = this->place.output_stack.shape,
      .activation = activation_of(call),
      .input_gradient = planes_at(call.input_gradient, this->place.input_stack),
      .addend_gradient = planes_at(call.second_gradient, second_stack_),
  });
}

template <class T>
ChangingResidualStage<T>::ChangingResidualStage(const ResidualEnd& layer, const StagePlace& where,
                                                const SecondInput& second, const PlaneStack& kept,
                                                const Extent& strides, std::unique_ptr<const ImageStage<T>> convolution)
    : ResidualStage<T>(layer, where, second), kept_(kept), strides_(strides), convolution_(std::move(convolution)) {}

template <class T>
std::vector<std::size_t> ChangingResidualStage<T>::parameters() const {
  return convolution_ ? convolution_->parameters() : std::vector<std::size_t>{};
}

template <class T>
ScratchSize ChangingResidualStage<T>::scratch(bool training) const {
  ScratchSize size = convolution_ ? convolution_->scratch(training) : ScratchSize{};
  const auto room = [](std::size_t numbers) { return round_up(numbers + slack, lanes); };
  size.numbers = round_up(size.numbers, lanes) + room(kept_.size());
  if (training) size.numbers += room(this->place.output_stack.size()) + room(kept_.size());
  return size;
}

template <class T>
T* ChangingResidualStage<T>::own_scratch(Scratch<T>& scratch, bool training) const {
  return scratch.numbers.data() + (convolution_ ? round_up(convolution_->scratch(training).numbers, lanes) : 0);
}

template <class T>
std::size_t ChangingResidualStage<T>::prepared_size() const {
  return convolution_ ? convolution_->prepared_size() : 0;
}

template <class T>
void ChangingResidualStage<T>::prepare_forward(const StageCall<T>& call, T* prepared) const {
  if (convolution_) convolution_->prepare_forward(call, prepared);
}

template <class T>
void ChangingResidualStage<T>::prepare_backward(const StageCall<T>& call, T* prepared) const {
  if (convolution_) convolution_->prepare_backward(call, prepared);
}

template <class T>
std::size_t ChangingResidualStage<T>::gradient_size() const {
  return convolution_ ? convolution_->gradient_size() : 0;
}

template <class T>
void ChangingResidualStage<T>::finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const {
  if (convolution_) convolution_->finish_gradients(call, sums, gradients);
}

template <class T>
void ChangingResidualStage<T>::forward(const ImageForward<T>& call) const {
  const PlaneStack &input = this->place.input_stack, &output = this->place.output_stack;
  T* kept = own_scratch(call.scratch, false);
  keep_places(call.second, kept);
  ActivatedSum<T> sum{
      .input = planes_at(call.input, input),
      .addend = planes_at<const T>(kept, kept_),
      .output = planes_at(call.output, output),
      .shape = with_planes(output.shape, kept_.shape.planes),
      .activation = this->activation_of_sums(),
  };
  if (convolution_) {
    ImageForward<T> of_filters = call;
    of_filters.input = kept;
    of_filters.second = nullptr;
    convolution_->forward(of_filters);
    sum.addend = planes_at<const T>(call.output, output);
    sum.shape = output.shape;
  }
  call.kernels.activated_sum(sum);
  if (sum.shape == output.shape) return;
  call.kernels.activated_sum({
      .input = planes_at(call.input, input, kept_.shape.planes),
      .addend = {},
      .output = planes_at(call.output, output, kept_.shape.planes),
      .shape = with_planes(output.shape, output.shape.planes - kept_.shape.planes),
      .activation = this->activation_of_sums(),
  });
}

template <class T>
void ChangingResidualStage<T>::backward(const ImageBackward<T>& call) const {
  const PlaneStack &input = this->place.input_stack, &output = this->place.output_stack;
  ScratchShares<T> shares(own_scratch(call.scratch, true));
  T* kept = shares.take(kept_.size() + slack);
  T* kept_gradient = shares.take(kept_.size() + slack);
  T* deltas = shares.take(output.size() + slack);
  ActivatedSumGradient<T> sum{
      .output = planes_at(call.output, output),
      .output_gradient = planes_at(call.output_gradient, output),
      .shape = with_planes(output.shape, kept_.shape.planes),
      .activation = this->activation_of(call),
      .input_gradient = planes_at(call.input_gradient, input),
      .addend_gradient = planes_at(kept_gradient, kept_),
  };
  std::fill_n(kept_gradient, kept_.size(), T(0));
  if (convolution_) {
    std::fill_n(deltas, output.size(), T(0));
    sum.addend_gradient = planes_at(deltas, output);
    sum.shape = output.shape;
  }
  call.kernels.activated_sum_gradient(sum);
  if (convolution_) {
    keep_places(call.second, kept);
    ImageBackward<T> of_filters = call;
    of_filters.input = kept;
    of_filters.second = nullptr;
    of_filters.output_gradient = deltas;
    of_filters.activation_is_done = true;
    of_filters.input_gradient = call.second_gradient ? kept_gradient : nullptr;
    of_filters.second_gradient = nullptr;
    convolution_->backward(of_filters);
  } else if (sum.shape != output.shape) {
    call.kernels.activated_sum_gradient({
        .output = planes_at(call.output, output, kept_.shape.planes),
        .output_gradient = planes_at(call.output_gradient, output, kept_.shape.planes),
        .shape = with_planes(output.shape, output.shape.planes - kept_.shape.planes),
        .activation = this->activation_of(call),
        .input_gradient = planes_at(call.input_gradient, input, kept_.shape.planes),
        .addend_gradient = {},
    });
  }
  if (call.second_gradient) add_to_places(kept_gradient, call.second_gradient);
}

template <class T>
template <class Use>
void ChangingResidualStage<T>::for_each_place(const Use& use) const {
  const PlaneStack& second = this->second_stack_;
  for (int plane = 0; plane < kept_.shape.planes; ++plane) {
    for (int y = 0; y < kept_.shape.height; ++y) {
      const std::ptrdiff_t from = second.origin(plane) + y * std::ptrdiff_t{strides_.height} * second.row_stride;
      const std::ptrdiff_t to = kept_.origin(plane) + y * kept_.row_stride;
      for (int x = 0; x < kept_.shape.width; ++x) use(from + x * std::ptrdiff_t{strides_.width}, to + x);
    }
  }
}

template <class T>
void ChangingResidualStage<T>::keep_places(const T* second, T* kept) const {
  for_each_place([&](std::ptrdiff_t from, std::ptrdiff_t to) { kept[to] = second[from]; });
}

template <class T>
void ChangingResidualStage<T>::add_to_places(const T* kept, T* second) const {
  for_each_place([&](std::ptrdiff_t to, std::ptrdiff_t from) { second[to] += kept[from]; });
}

template class ResidualStage<float>;
template class ResidualStage<double>;
template class ChangingResidualStage<float>;
template class ChangingResidualStage<double>;

}  // namespace lenetpp
