#include "layers/full_convolution_stage.h"

#include <algorithm>
#include <utility>

#include "layers/interleaved_outputs.h"
#include "layers/scratch_shares.h"

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
std::size_t FullConvolutionStage<T>::forward_parts() const {
  return full_.by_filters ? static_cast<std::size_t>(full_.filters_padded / lanes)
                          : ConvolutionStage<T>::forward_parts();
}

template <class T>
void FullConvolutionStage<T>::forward(const ImageForward<T>& call) const {
  if (!full_.by_filters) return ConvolutionStage<T>::forward(call);
  const PlaneStack& output = this->place.output_stack;
  const Range filters = call.part.of(full_.filters, lanes);
  const int filters_padded = static_cast<int>(padded(filters.size(), lanes));
  ScratchShares<T> shares(call.scratch.numbers.data());
  T* outputs =
      shares.take(places_in(full_.windows.height, full_.windows.width) * static_cast<std::size_t>(filters_padded));
  call.kernels.filter_lanes_forward({
      .input = call.input,
      .plane_offsets = full_.plane_offsets.data(),
      .planes = full_.planes,
      .tap_offsets = full_.tap_offsets.data(),
      .taps = full_.taps,
      .row_step = full_.windows.strides.height * this->layout_.input.row_stride,
      .column_step = full_.windows.strides.width,
      .weights = call.prepared + std::ptrdiff_t{filters.first} * full_.weights_of_filter(),
      .bias = call.prepared + full_.packed_weights() + filters.first,
      .filters = filters_padded,
      .height = full_.windows.height,
      .width = full_.windows.width,
      .output = outputs,
  });
  const std::ptrdiff_t area = std::ptrdiff_t{output.shape.height} * output.shape.width;
  write_planes(call, this->activation_of_outputs(),
               {.interleaved = outputs,
                .planes = filters.size(),
                .place_stride = filters_padded,
                .height = full_.windows.height,
                .width = full_.windows.width,
                .pooling = this->has_pooling_ ? &this->pooling_ : nullptr,
                .winner_row_stride = full_.windows.width,
                .output_shape = output.shape,
                .output = call.output + output.origin(filters.first),
                .plane_stride = output.plane_stride,
                .row_stride = output.row_stride,
                .winners = call.winners ? call.winners + filters.first * area : nullptr,
                .winners_stride = area},
               shares);
}

template <class T>
std::size_t FullConvolutionStage<T>::gradient_size() const {
  return full_.weight_gradients() + (this->bias_ ? static_cast<std::size_t>(full_.filters_padded) : 0);
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
