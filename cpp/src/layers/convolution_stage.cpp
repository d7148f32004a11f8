#include "layers/convolution_stage.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "execution/planner.h"
#include "layers/convolution.h"
#include "layers/full_convolution_stage.h"
#include "layers/separate_convolution_stage.h"
#include "layers/visits.h"

namespace lenetpp {
namespace {

std::ptrdiff_t area(const Shape& shape) { return std::ptrdiff_t{shape.height} * shape.width; }

/// phases[plane][row % stride][column % stride][row / stride][column / stride] = input[plane][row][column].
template <class T>
void split_into_phases(const ConvolutionLayout& layout, const T* input, T* phases) {
  const Extent stride = layout.strides;
  const std::ptrdiff_t rows = layout.input.plane_stride / layout.input.row_stride;
  for (int plane = 0; plane < layout.input.shape.planes; ++plane) {
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
      const T* row = input + plane * layout.input.plane_stride + y * layout.input.row_stride;
      for (int x = 0; x < stride.width; ++x) {
        const std::ptrdiff_t phase = (plane * std::ptrdiff_t{stride.height} + y % stride.height) * stride.width + x;
        T* to = phases + phase * layout.phase_plane_stride + y / stride.height * layout.phase_row_stride;
        for (std::ptrdiff_t column = x; column < layout.input.row_stride; column += stride.width) *to++ = row[column];
      }
    }
  }
}

/// Numbers of the phases in scratch memory, what vectors read behind them included.
std::size_t room_for_phases(const ConvolutionLayout& layout) {
  return layout.has_strides() ? round_up(layout.phases_size() + slack, lanes) : 0;
}

/// Of the bias array.
Range filters_of(const ConvolutionGroup& group) {
  const auto first = static_cast<int>(group.first_filter);
  return {first, first + group.filters};
}

std::size_t weight_count(const ConvolutionLayout& layout, const Conv2D& layer) {
  std::ptrdiff_t kernels = layout.separate ? layer.filters : 0;
  if (!layout.separate) {
    for (const ConvolutionGroup& group : layout.groups) kernels += std::ptrdiff_t{group.filters} * group.planes;
  }
  return static_cast<std::size_t>(kernels * layout.kernel_stride);
}

}  // namespace

template <class T>
ConvolutionStage<T>::ConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                      const StagePlace& where, ConvolutionLayout layout, std::size_t weight,
                                      std::optional<std::size_t> bias)
    : ImageStage<T>(where),
      layout_(std::move(layout)),
      has_pooling_(pooling.has_value()),
      pooling_(pooling.value_or(MaxPool2D{{1, 1}, {1, 1}})),
      activation_(layer.activation),
      weight_(weight),
      bias_(bias),
      filters_(static_cast<std::size_t>(layer.filters)),
      weight_gradient_size_(round_up(weight_count(layout_, layer), lanes)) {}

template <class T>
std::vector<std::size_t> ConvolutionStage<T>::parameters() const {
  return bias_ ? std::vector{weight_, *bias_} : std::vector{weight_};
}

template <class T>
std::size_t ConvolutionStage<T>::winners() const {
  return has_pooling_ ? this->place.output_stack.shape.size() : 0;
}

template <class T>
ScratchSize ConvolutionStage<T>::scratch(bool training) const {
  int most_filters = 0;
  for (const ConvolutionGroup& group : layout_.groups) most_filters = std::max(most_filters, group.filters);
  const std::size_t forward = room_for_phases(layout_) + static_cast<std::size_t>(most_filters * layout_.plane_stride);
  if (!training) return {.numbers = forward};
  ScratchSize size = scratch_for_visits(this->place.output_stack);
  size.numbers = std::max(size.numbers, forward);
  return size;
}

template <class T>
std::size_t ConvolutionStage<T>::forward_parts() const {
  return static_cast<std::size_t>(this->place.output_stack.shape.planes);
}

template <class T>
void ConvolutionStage<T>::forward(const ImageForward<T>& call) const {
  const PlaneStack& output = this->place.output_stack;
  const Range planes = call.part.of(output.shape.planes);
  const T* input = call.input;
  T* convolved = call.scratch.numbers.data() + room_for_phases(layout_);
  if (layout_.has_strides()) {
    split_into_phases(layout_, call.input, call.scratch.numbers.data());
    input = call.scratch.numbers.data();
  }
  for (const ConvolutionGroup& group : layout_.groups) {
    const Range outputs = planes.within({group.first_output, group.first_output + group.filters});
    if (outputs.size() == 0) continue;
    const std::ptrdiff_t first = outputs.first - group.first_output;  // filter of the group
    const std::ptrdiff_t filter_stride = group.planes * layout_.kernel_stride + layout_.filter_padding;
    call.kernels.convolution_forward({
        .input = input,
        .plane_offsets = group.plane_offsets.data(),
        .planes = group.planes,
        .tap_offsets = layout_.tap_offsets.data(),
        .weight_offsets = layout_.weight_offsets.data(),
        .taps = static_cast<int>(layout_.tap_offsets.size()),
        .weights = call.parameters.array(weight_) + group.first_kernel * layout_.kernel_stride + first * filter_stride,
        .filter_stride = filter_stride,
        .kernel_stride = layout_.kernel_stride,
        .bias = bias_ ? call.parameters.array(*bias_) + group.first_filter + first : nullptr,
        .output = convolved,
        .output_plane_stride = layout_.plane_stride,
        .filters = outputs.size(),
        .positions = layout_.positions,
    });
    call.kernels.max_pooling({
        .input = convolved,
        .input_plane_stride = layout_.plane_stride,
        .input_row_stride = layout_.row_stride,
        .planes = outputs.size(),
        .height = layout_.height,
        .width = layout_.width,
        .size = pooling_.size,
        .strides = pooling_.strides,
        .activation = activation_of_outputs(),
        .output = call.output + output.origin(outputs.first),
        .output_plane_stride = output.plane_stride,
        .output_row_stride = output.row_stride,
        .output_height = output.shape.height,
        .output_width = output.shape.width,
        .winners = call.winners ? call.winners + outputs.first * area(output.shape) : nullptr,
    });
  }
}

template <class T>
std::size_t ConvolutionStage<T>::gradient_size() const {
  return weight_gradient_size_ + (bias_ ? round_up(filters_, lanes) : 0);
}

template <class T>
void ConvolutionStage<T>::backward(const ImageBackward<T>& call) const {
  const Visits<T>* visits = make_visits(call, this->place.output_stack, visit_places());
  add_weight_gradients(call, visits, {0, static_cast<int>(filters_)});
  if (call.input_gradient) add_input_gradient(call, visits);
}

template <class T>
BackwardParts ConvolutionStage<T>::backward_parts() const {
  return {.parameters = filters_, .input = 1};
}

template <class T>
void ConvolutionStage<T>::backward_parameters(const ImageBackward<T>& call) const {
  const Range filters = call.part.of(static_cast<int>(filters_));
  for (const ConvolutionGroup& group : layout_.groups) {
    const Range own = filters_of(group).within(filters);
    const int first = group.first_output - static_cast<int>(group.first_filter);
    if (own.size() > 0) {
      make_visits(call, this->place.output_stack, visit_places(), {first + own.first, first + own.last});
    }
  }
  add_weight_gradients(call, call.scratch.visits.data(), filters);
}

template <class T>
void ConvolutionStage<T>::backward_input(const ImageBackward<T>& call) const {
  if (!call.input_gradient_is_begun) std::fill_n(call.input_gradient, this->place.input_stack.size(), T(0));
  add_input_gradient(call, make_visits(call, this->place.output_stack, visit_places()));
}

template <class T>
VisitPlaces ConvolutionStage<T>::visit_places() const {
  return {.activation = activation_, .row_stride = layout_.row_stride, .window_offsets = &layout_.window_offsets};
}

/// Of some of the filters.
template <class T>
void ConvolutionStage<T>::add_weight_gradients(const ImageBackward<T>& call, const Visits<T>* visits,
                                               const Range& filters) const {
  T* bias_gradients = call.parameter_gradients + weight_gradient_size_;
  for (const ConvolutionGroup& group : layout_.groups) {
    const Range own = filters_of(group).within(filters);
    if (own.size() == 0) continue;
    const std::ptrdiff_t first = own.first - group.first_filter;
    const auto rows = static_cast<std::ptrdiff_t>(group.row_offsets.size());
    call.kernels.convolution_weight_gradient({
        .input = call.input,
        .row_offsets = group.row_offsets.data(),
        .rows = static_cast<int>(rows),
        .visits = visits + group.first_output + first,
        .filters = own.size(),
        .gradients = call.parameter_gradients + group.first_kernel * layout_.kernel_stride + first * rows * row_lanes,
        .bias_gradients = bias_ ? bias_gradients + own.first : nullptr,
    });
  }
}

template <class T>
void ConvolutionStage<T>::add_input_gradient(const ImageBackward<T>& call, const Visits<T>* visits) const {
  // With separate connections all groups are alike but for the plane that they see, and one call serves them all.
  const std::size_t calls = layout_.separate ? 1 : layout_.groups.size();
  for (std::size_t i = 0; i < calls; ++i) {
    const ConvolutionGroup& group = layout_.groups[i];
    call.kernels.convolution_input_gradient({
        .input_gradient = call.input_gradient,
        .row_offsets = group.row_offsets.data(),
        .rows = static_cast<int>(group.row_offsets.size()),
        .weights = call.parameters.array(weight_) + group.first_kernel * layout_.kernel_stride,
        .filters = group.filters,
        .targets = layout_.separate ? layout_.input.shape.planes : 1,
        .target_stride = layout_.input.plane_stride,
        .visits = visits + group.first_output,
        .visits_stride = visits_stride(this->place.output_stack.shape),
    });
  }
}

template <class T>
void ConvolutionStage<T>::finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const {
  const ParameterRows& weights = call.parameters.layout().arrays[weight_];
  T* to = gradients + weights.offset;
  if (bias_) {
    std::copy_n(sums + weight_gradient_size_, filters_, gradients + call.parameters.layout().arrays[*bias_].offset);
  }
  // The rows of a kernel's gradient were summed 8 lanes wide, whatever the kernel's width.
  std::copy_n(sums, weights.rows * weights.row_stride, to);
  for (std::size_t row = 0; row < weights.rows; ++row) {
    std::fill_n(to + row * weights.row_stride + weights.columns, weights.row_stride - weights.columns, T(0));
  }
}

template class ConvolutionStage<float>;
template class ConvolutionStage<double>;

PlaneStack LayerKind<Conv2D>::input_stack(const Conv2D& layer, const Shape& input) {
  return is_full(layer, input) ? bordered_stack(input, layer.padding) : aligned_stack(input, layer.padding);
}

template <class T>
std::unique_ptr<const ImageStage<T>> convolution_stage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                                       const StagePlace& where, const Shape& convolved,
                                                       std::size_t weight, std::optional<std::size_t> bias) {
  ConvolutionLayout layout = convolution_layout(layer, where.input_stack, convolved);
  if (LayerKind<Conv2D>::is_full(layer, where.input_stack.shape)) {
    return std::make_unique<FullConvolutionStage<T>>(layer, pooling, where, std::move(layout), weight, bias);
  }
  if (plane_lanes_cost_less(layout, layer.filters, where.output_stack.shape, pooling.has_value())) {
    return std::make_unique<SeparateConvolutionStage<T>>(layer, pooling, where, std::move(layout), weight, bias);
  }
  return std::make_unique<ConvolutionStage<T>>(layer, pooling, where, std::move(layout), weight, bias);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Conv2D>::plan(const Conv2D& layer, Planner& planner) {
  const Shape convolved = planner.output_shape();
  const std::size_t weight = planner.take_parameter();
  std::optional<std::size_t> bias;
  if (layer.bias) bias = planner.take_parameter();
  std::optional<MaxPool2D> pooling;
  if (const MaxPool2D* follower = planner.follower<MaxPool2D>()) {
    pooling = *follower;
    planner.take_follower();
  }
  return convolution_stage<T>(layer, pooling, planner.place(), convolved, weight, bias);
}
template std::unique_ptr<const Stage<float>> LayerKind<Conv2D>::plan(const Conv2D&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Conv2D>::plan(const Conv2D&, Planner&);

#define LENETPP_INSTANTIATE(T)                                                                                    \
  template std::unique_ptr<const ImageStage<T>> convolution_stage(const Conv2D&, const std::optional<MaxPool2D>&, \
                                                                  const StagePlace&, const Shape&, std::size_t,   \
                                                                  std::optional<std::size_t>);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
