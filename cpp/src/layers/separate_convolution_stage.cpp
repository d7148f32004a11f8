#include "layers/separate_convolution_stage.h"

#include <utility>

#include "layers/interleaved_outputs.h"

namespace lenetpp {
namespace {

/// All planes as one row of places, borders and what lies behind a row included.
Interleaving interleaving_of(const PlaneStack& stack) {
  return {.planes = stack.shape.planes,
          .height = 1,
          .width = static_cast<int>(stack.plane_stride),
          .plane_stride = stack.plane_stride,
          .row_stride = stack.plane_stride,
          .place_stride = padded(stack.shape.planes, lanes)};
}

std::ptrdiff_t vectors_of(std::ptrdiff_t numbers) { return padded(numbers, lanes) / lanes; }

}  // namespace

bool plane_lanes_cost_less(const ConvolutionLayout& layout, int filters, const Shape& output, bool has_pooling) {
  if (!layout.separate || layout.has_strides()) return false;
  const std::ptrdiff_t planes = layout.input.shape.planes, places = std::ptrdiff_t{layout.height} * layout.width;
  constexpr std::ptrdiff_t fitting = 98304;  // numbers in the second cache, where lanes over positions need fewer
  if ((layout.input.plane_stride + filters * places) * padded(planes, lanes) > fitting) return false;
  const auto taps = static_cast<std::ptrdiff_t>(static_cast<std::size_t>(filters) * layout.tap_offsets.size());
  const std::ptrdiff_t by_planes = places * vectors_of(planes) * taps;
  const std::ptrdiff_t by_positions = planes * vectors_of(layout.positions) * taps;
  // Blocks of 16 places of 16 planes that change places: of the input, and of the maxima and their places. Without a
  // pooling, lanes over positions take as long to write outputs into planes.
  const std::ptrdiff_t blocks_of_input = vectors_of(layout.input.plane_stride);
  const std::ptrdiff_t blocks_of_outputs =
      has_pooling ? std::ptrdiff_t{2} * filters * vectors_of(std::ptrdiff_t{output.height} * output.width) : 0;
  const std::ptrdiff_t blocks = (blocks_of_input + blocks_of_outputs) * vectors_of(planes);
  return by_planes + 100 * blocks <= by_positions;
}

template <class T>
SeparateConvolutionStage<T>::SeparateConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                                      const StagePlace& where, ConvolutionLayout layout,
                                                      std::size_t weight, std::optional<std::size_t> bias)
    : ConvolutionStage<T>(layer, pooling, where, std::move(layout), weight, bias),
      input_(interleaving_of(this->layout_.input)) {
  for (const std::int32_t tap : this->layout_.tap_offsets) {
    tap_offsets_.push_back(static_cast<std::int32_t>(tap * input_.place_stride));
  }
}

template <class T>
std::size_t SeparateConvolutionStage<T>::interleaved_input_size() const {
  return static_cast<std::size_t>(input_.width * input_.place_stride);
}

template <class T>
std::size_t SeparateConvolutionStage<T>::interleaved_outputs_size() const {
  return this->filters_ * places_in(this->layout_.height, this->layout_.width) *
         static_cast<std::size_t>(input_.place_stride);
}

template <class T>
ScratchSize SeparateConvolutionStage<T>::scratch(bool training) const {
  ScratchSize size = ConvolutionStage<T>::scratch(training);
  const std::size_t pooled = places_to_pool(this->has_pooling_, this->place.output_stack.shape);
  size.make_room_for({.numbers = interleaved_input_size() + interleaved_outputs_size() +
                                 pooled * static_cast<std::size_t>(input_.place_stride)});
  return size;
}

template <class T>
std::size_t SeparateConvolutionStage<T>::forward_parts() const {
  return this->filters_;
}

template <class T>
void SeparateConvolutionStage<T>::forward(const ImageForward<T>& call) const {
  const ConvolutionLayout& layout = this->layout_;
  const PlaneStack& output = this->place.output_stack;
  const int filters = static_cast<int>(this->filters_);
  const Range part = call.part.of(filters);
  const std::ptrdiff_t row = layout.width * input_.place_stride, of_filter = layout.height * row;
  ScratchShares<T> shares(call.scratch.numbers.data());
  T* input = shares.take(interleaved_input_size());
  T* outputs = shares.take(interleaved_outputs_size());
  call.kernels.interleave(input_, call.input, input);
  // What is neighbouring positions to the kernel is all planes of all places of a row.
  const std::int32_t first_plane = 0;
  for (int y = 0; y < layout.height; ++y) {
    call.kernels.convolution_forward({
        .input = input + y * layout.input.row_stride * input_.place_stride,
        .plane_offsets = &first_plane,
        .planes = 1,
        .tap_offsets = tap_offsets_.data(),
        .weight_offsets = layout.weight_offsets.data(),
        .taps = static_cast<int>(tap_offsets_.size()),
        .weights = call.parameters.array(this->weight_) + part.first * layout.kernel_stride,
        .filter_stride = layout.kernel_stride,
        .kernel_stride = layout.kernel_stride,
        .bias = this->bias_ ? call.parameters.array(*this->bias_) + part.first : nullptr,
        .output = outputs + y * row,
        .output_plane_stride = of_filter,
        .filters = part.size(),
        .positions = static_cast<int>(row),
    });
  }
  const std::ptrdiff_t area = std::ptrdiff_t{output.shape.height} * output.shape.width;
  for (int f = part.first; f < part.last; ++f) {
    write_planes(call, this->activation_of_outputs(),
                 {.interleaved = outputs + (f - part.first) * of_filter,
                  .planes = input_.planes,
                  .place_stride = input_.place_stride,
                  .height = layout.height,
                  .width = layout.width,
                  .pooling = this->has_pooling_ ? &this->pooling_ : nullptr,
                  .winner_row_stride = layout.row_stride,
                  .output_shape = output.shape,
                  .output = call.output + output.origin(f),
                  .plane_stride = filters * output.plane_stride,
                  .row_stride = output.row_stride,
                  .winners = call.winners ? call.winners + f * area : nullptr,
                  .winners_stride = filters * area},
                 shares);
  }
}

template class SeparateConvolutionStage<float>;
template class SeparateConvolutionStage<double>;

}  // namespace lenetpp
