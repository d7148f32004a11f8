#include "layers/full_convolution_stage.h"

#include <algorithm>
#include <utility>

#include "layers/interleaved_outputs.h"
#include "layers/visits.h"

namespace lenetpp {
namespace {

/// Calls use(place among the weights as they lie, place in the blocks) for each part that changes places at once.
template <class Use>
void for_each_part_of_filters(const FullConvolutionLayout& full, const Use& use) {
  const std::ptrdiff_t weights = padded(full.weights_of_filter(), lanes), taps_of_part = full.filter_planes().width;
  const int parts = full.is_gapless() ? 1 : full.windows.rows;
  for (int f = 0; f < full.filters; ++f) {
    for (int y = 0; y < parts; ++y) {
      use(f * weights + y * taps_of_part,
          f * static_cast<std::ptrdiff_t>(full.block()) + y * std::ptrdiff_t{full.windows.row_length});
    }
  }
}

}  // namespace

template <class T>
FullConvolutionStage<T>::FullConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                              const StagePlace& where, ConvolutionLayout layout, std::size_t weight,
                                              std::optional<std::size_t> bias)
    : ConvolutionStage<T>(layer, pooling, where, std::move(layout), weight, bias),
      full_(layer, this->layout_, pooling.has_value()) {}

template <class T>
std::size_t FullConvolutionStage<T>::prepared_size() const {
  return full_.packed_size() + this->filters_ * full_.block() + lanes;
}

template <class T>
void FullConvolutionStage<T>::prepare_forward(const StageCall<T>& call, T* prepared) const {
  if (!full_.by_filters) return;
  const T* weights = call.parameters.array(this->weight_);
  for (int f = 0; f < full_.filters; f += lanes) {
    const Interleaving layout = full_.filters_from(f);
    call.kernels.interleave(layout, weights + f * layout.plane_stride, prepared + f * std::ptrdiff_t{layout.width});
  }
  T* bias = prepared + full_.packed_weights();
  std::fill_n(bias, full_.filters_padded, T(0));
  if (this->bias_) std::copy_n(call.parameters.array(*this->bias_), this->filters_, bias);
}

template <class T>
void FullConvolutionStage<T>::prepare_backward(const StageCall<T>& call, T* prepared) const {
  if (!this->place.goes_below) return;
  T* blocks = prepared + full_.packed_size();
  const T* weights = call.parameters.array(this->weight_);
  const Interleaving part = full_.filter_planes();
  for_each_part_of_filters(full_, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    if (!full_.is_gapless()) std::fill_n(blocks + to, full_.windows.row_length, T(0));
    call.kernels.interleave(part, weights + from, blocks + to);
  });
}

template <class T>
ScratchSize FullConvolutionStage<T>::scratch(bool training) const {
  const Shape& output = this->place.output_stack.shape;
  const auto padded_filters = static_cast<std::size_t>(full_.filters_padded);
  ScratchSize size = ConvolutionStage<T>::scratch(false);
  if (full_.by_filters) {
    size.numbers = (places_in(full_.windows.height, full_.windows.width) + places_to_pool(this->has_pooling_, output)) *
                   padded_filters;
  }
  if (!training) return size;
  const std::size_t input = round_up(full_.interleaved_input_size(), lanes);
  ScratchSize backward;
  if (full_.is_sparse) {
    backward = scratch_for_visits(this->place.output_stack);
    const std::size_t visits = backward.positions;
    backward.numbers += 2 * input + round_up(visits, lanes);
    backward.positions +=
        std::max(visits + places_in(full_.windows.height, full_.windows.width) + 1, 2 * this->filters_);
  } else {
    const std::size_t places = places_in(full_.windows.height, full_.windows.width);
    backward.numbers = places * padded_filters + round_up(places * this->filters_ + slack, lanes) + input;
  }
  size.make_room_for(backward);
  return size;
}

template <class T>
void FullConvolutionStage<T>::forward(const ImageForward<T>& call) const {
  if (!full_.by_filters) return ConvolutionStage<T>::forward(call);
  const PlaneStack& output = this->place.output_stack;
  Shares<T> shares(call.scratch.numbers.data());
  T* outputs = shares.take(places_in(full_.windows.height, full_.windows.width) *
                           static_cast<std::size_t>(full_.filters_padded));
  call.kernels.filter_lanes_forward({
      .input = call.input,
      .plane_offsets = full_.plane_offsets.data(),
      .planes = full_.planes,
      .tap_offsets = full_.tap_offsets.data(),
      .taps = full_.taps,
      .row_step = full_.windows.strides.height * this->layout_.input.row_stride,
      .column_step = full_.windows.strides.width,
      .weights = call.prepared,
      .bias = call.prepared + full_.packed_weights(),
      .filters = full_.filters_padded,
      .height = full_.windows.height,
      .width = full_.windows.width,
      .output = outputs,
  });
  write_planes(call, this->activation_of_outputs(),
               {.interleaved = outputs,
                .planes = output.shape.planes,
                .place_stride = full_.filters_padded,
                .height = full_.windows.height,
                .width = full_.windows.width,
                .pooling = this->has_pooling_ ? &this->pooling_ : nullptr,
                .winner_row_stride = full_.windows.width,
                .output_shape = output.shape,
                .output = call.output + output.origin(0),
                .plane_stride = output.plane_stride,
                .row_stride = output.row_stride,
                .winners = call.winners,
                .winners_stride = std::ptrdiff_t{output.shape.height} * output.shape.width},
               shares);
}

template <class T>
std::size_t FullConvolutionStage<T>::gradient_size() const {
  return full_.weight_gradients() + (this->bias_ ? static_cast<std::size_t>(full_.filters_padded) : 0);
}

template <class T>
void FullConvolutionStage<T>::backward(const ImageBackward<T>& call) const {
  if (full_.is_sparse) {
    backward_visits(call);
  } else {
    backward_places(call);
  }
}

template <class T>
WindowInputGradient<T> FullConvolutionStage<T>::input_gradient_of(const ImageBackward<T>& call, T* gradient) const {
  return {.windows = full_.windows,
          .weights = call.prepared + full_.packed_size(),
          .filters = static_cast<int>(this->filters_),
          .first_row = this->layout_.input.padding.height,
          .last_row = this->layout_.input.padding.height + this->layout_.input.shape.height,
          .input_gradient = gradient};
}

/// Where a gradient came back only.
template <class T>
void FullConvolutionStage<T>::backward_visits(const ImageBackward<T>& call) const {
  const PlaneStack& output = this->place.output_stack;
  const Visits<T>* visits =
      make_visits(call, output, {.activation = this->activation_, .row_stride = full_.position_row_stride});
  const int filters = static_cast<int>(this->filters_);
  const ScratchSize used = scratch_for_visits(output);
  Shares<T> shares(call.scratch.numbers.data() + used.numbers);
  std::int32_t* positions = call.scratch.positions.data() + used.positions;
  T* input = shares.take(full_.interleaved_input_size());
  call.kernels.interleave(full_.input, call.input, input);
  call.kernels.window_weight_gradient({
      .windows = full_.windows,
      .input = input,
      .window_offsets = full_.window_offsets.data(),
      .visits = visits,
      .position_row_stride = full_.position_row_stride,
      .filters = filters,
      .parts = positions,
      .gradients = call.parameter_gradients,
      .bias_gradients = this->bias_ ? call.parameter_gradients + full_.weight_gradients() : nullptr,
  });
  if (!call.input_gradient) return;
  T* gradient = shares.take(full_.interleaved_input_size());
  std::fill_n(gradient, full_.interleaved_input_size(), T(0));
  call.kernels.sparse_input_gradient({
      input_gradient_of(call, gradient),
      visits,
      full_.cells.data(),
      positions,
      positions + places_in(full_.windows.height, full_.windows.width) + 1,
      shares.take(used.positions),
  });
  call.kernels.add_separated(full_.input, gradient, call.input_gradient);
}

/// Where a gradient came back to most places.
template <class T>
void FullConvolutionStage<T>::backward_places(const ImageBackward<T>& call) const {
  const PlaneStack& output = this->place.output_stack;
  const std::size_t places = places_in(full_.windows.height, full_.windows.width);
  Shares<T> shares(call.scratch.numbers.data());
  T* interleaved = shares.take(places * static_cast<std::size_t>(full_.filters_padded));
  T* deltas = shares.take(places * this->filters_ + slack);
  const std::ptrdiff_t origin = output.origin(0);
  call.kernels.interleaved_deltas({
      .layout = {.planes = output.shape.planes,
                 .height = output.shape.height,
                 .width = output.shape.width,
                 .plane_stride = output.plane_stride,
                 .row_stride = output.row_stride,
                 .place_stride = full_.filters_padded},
      .gradients = call.output_gradient + origin,
      .outputs = call.output + origin,
      .activation = call.activation_is_done ? Activation{} : this->activation_,
      .interleaved = interleaved,
      .rows = call.input_gradient ? deltas : nullptr,
  });
  const std::vector<std::int32_t>& row_offsets = this->layout_.groups.front().row_offsets;  // there is one group
  call.kernels.filter_lanes_weight_gradient({
      .input = call.input,
      .row_offsets = row_offsets.data(),
      .rows = static_cast<int>(row_offsets.size()),
      .taps = full_.windows.row_numbers / full_.planes,
      .row_step = full_.windows.strides.height * this->layout_.input.row_stride,
      .column_step = full_.windows.strides.width,
      .deltas = interleaved,
      .filters = full_.filters_padded,
      .height = full_.windows.height,
      .width = full_.windows.width,
      .gradients = call.parameter_gradients,
      .bias_gradients = this->bias_ ? call.parameter_gradients + full_.weight_gradients() : nullptr,
  });
  if (!call.input_gradient) return;
  T* gradient = shares.take(full_.interleaved_input_size());
  std::fill_n(gradient, full_.interleaved_input_size(), T(0));
  call.kernels.full_input_gradient({input_gradient_of(call, gradient), deltas});
  call.kernels.add_separated(full_.input, gradient, call.input_gradient);
}

template <class T>
void FullConvolutionStage<T>::finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const {
  const auto& arrays = call.parameters.layout().arrays;
  const ParameterRows& weights = arrays[this->weight_];
  T* to = gradients + weights.offset;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    std::fill(to + row * weights.row_stride + weights.columns, to + (row + 1) * weights.row_stride, T(0));
  }
  const T* bias = sums + full_.weight_gradients();
  if (this->bias_) std::copy_n(bias, this->filters_, gradients + arrays[*this->bias_].offset);
  if (!full_.is_sparse) {
    for (int f = 0; f < full_.filters; f += lanes) {
      const Interleaving layout = full_.filters_from(f);
      call.kernels.separate(layout, sums + f * std::ptrdiff_t{layout.width}, {}, to + f * layout.plane_stride);
    }
    return;
  }
  const Interleaving part = full_.filter_planes();
  for_each_part_of_filters(full_, [&](std::ptrdiff_t target, std::ptrdiff_t from) {
    call.kernels.separate(part, sums + from, {}, to + target);
  });
}

template class FullConvolutionStage<float>;
template class FullConvolutionStage<double>;

}  // namespace lenetpp
