#include "layers/full_convolution_stage.h"

#include <algorithm>
#include <utility>

#include "layers/visits.h"

namespace lenetpp {
namespace {

std::size_t area(int height, int width) { return static_cast<std::size_t>(height) * static_cast<std::size_t>(width); }

/// Shares out an image's scratch memory, in whole vectors.
template <class T>
class Shares {
 public:
  explicit Shares(T* memory) : next_(memory) {}
  T* take(std::size_t count) {
    T* const taken = next_;
    next_ += round_up(count, lanes);
    return taken;
  }

 private:
  T* next_;
};

std::size_t vectors_of(int numbers) { return round_up(static_cast<std::size_t>(numbers), lanes) / lanes; }

/// Whether lanes over filters need fewer multiply-adds of vectors than lanes over positions, which wait longer for each
/// other: about 95 and 75 of 100 are at work.
bool filter_lanes_cost_less(const ConvolutionLayout& layout, int filters) {
  const std::size_t by_filters = area(layout.height, layout.width) * vectors_of(filters);
  const std::size_t by_positions = static_cast<std::size_t>(filters) * vectors_of(layout.positions);
  return 75 * by_filters <= 95 * by_positions;
}

/// Without a pooling, gradients come back to most places. Then all places are visited, with lanes over the filters,
/// unless too many of those are empty.
bool visits_only_some(bool has_pooling, int filters) {
  return has_pooling || 4 * filters < 3 * static_cast<int>(round_up(static_cast<std::size_t>(filters), lanes));
}

}  // namespace

template <class T>
FullConvolutionStage<T>::FullConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling,
                                              const StagePlace& where, ConvolutionLayout layout, std::size_t weight,
                                              std::optional<std::size_t> bias)
    : ConvolutionStage<T>(layer, pooling, where, std::move(layout), weight, bias),
      planes_(this->layout_.input.shape.planes),
      filters_padded_(static_cast<int>(round_up(this->filters_, lanes))),
      by_filters_(filter_lanes_cost_less(this->layout_, layer.filters)),
      is_sparse_(visits_only_some(pooling.has_value(), layer.filters)) {
  const PlaneStack& input = this->layout_.input;
  const Extent stride = this->layout_.strides, kernel = layer.kernel_size;
  // Borders and what lies behind a row are places too.
  input_ = {.planes = planes_,
            .height = 1,
            .width = static_cast<int>(input.plane_stride),
            .plane_stride = input.plane_stride,
            .row_stride = input.plane_stride,
            .place_stride = planes_};
  windows_ = {.rows = kernel.height,
              .row_length = static_cast<int>(padded(std::ptrdiff_t{kernel.width} * planes_, lanes)),
              .row_numbers = kernel.width * planes_,
              .height = this->layout_.height,
              .width = this->layout_.width,
              .strides = stride,
              .place_stride = planes_,
              .input_row_stride = input.row_stride * planes_};
  const auto add = [](std::vector<std::int32_t>& list, std::ptrdiff_t offset) {
    list.push_back(static_cast<std::int32_t>(offset));
  };
  for (int p = 0; p < planes_; ++p) {
    add(plane_offsets_, p * input.plane_stride);
    for (int y = 0; y < kernel.height; ++y) add(row_offsets_, p * input.plane_stride + y * input.row_stride);
  }
  for (int y = 0; y < kernel.height; ++y) {
    for (int x = 0; x < kernel.width; ++x) add(planar_taps_, y * input.row_stride + x);
  }
  position_row_stride_ = this->has_pooling_ && !by_filters_ ? this->layout_.row_stride : windows_.width;
  for (std::ptrdiff_t i = 0; i < (windows_.height - 1) * position_row_stride_ + windows_.width; ++i) {
    const std::ptrdiff_t y = i / position_row_stride_, x = i % position_row_stride_;
    add(cells_, x * windows_.height + y);
    add(window_offsets_, y * stride.height * windows_.input_row_stride + x * stride.width * planes_);
  }
}

template <class T>
Interleaving FullConvolutionStage<T>::filter_planes() const {
  return {.planes = planes_,
          .height = 1,
          .width = taps(),
          .plane_stride = taps(),
          .row_stride = taps(),
          .place_stride = planes_};
}

template <class T>
Interleaving FullConvolutionStage<T>::filters_from(int first) const {
  const int numbers = weights_of_filter();
  return {.planes = std::min(static_cast<int>(this->filters_) - first, lanes),
          .height = 1,
          .width = numbers,
          .plane_stride = padded(numbers, lanes),
          .row_stride = numbers,
          .place_stride = lanes};
}

template <class T>
std::size_t FullConvolutionStage<T>::packed_weights_size() const {
  return by_filters_ ? area(filters_padded_, weights_of_filter()) + static_cast<std::size_t>(filters_padded_) : 0;
}

template <class T>
std::size_t FullConvolutionStage<T>::interleaved_input_size() const {
  return static_cast<std::size_t>(input_.width * input_.place_stride) + slack;
}

template <class T>
std::size_t FullConvolutionStage<T>::prepared_size() const {
  return packed_weights_size() + this->filters_ * block() + lanes;
}

template <class T>
void FullConvolutionStage<T>::prepare_forward(const StageCall<T>& call, T* prepared) const {
  if (!by_filters_) return;
  const T* weights = call.parameters.array(this->weight_);
  for (int f = 0; f < filters_padded_; f += lanes) {
    const Interleaving layout = filters_from(f);
    call.kernels.interleave(layout, weights + f * layout.plane_stride, prepared + f * std::ptrdiff_t{layout.width});
  }
  T* bias = prepared + area(filters_padded_, weights_of_filter());
  std::fill_n(bias, filters_padded_, T(0));
  if (this->bias_) std::copy_n(call.parameters.array(*this->bias_), this->filters_, bias);
}

template <class T>
void FullConvolutionStage<T>::prepare_backward(const StageCall<T>& call, T* prepared) const {
  if (!this->place.goes_below) return;
  T* blocks = prepared + packed_weights_size();
  const T* weights = call.parameters.array(this->weight_);
  const std::ptrdiff_t filter_stride = padded(weights_of_filter(), lanes);
  Interleaving row = filter_planes();
  if (windows_.row_length == windows_.row_numbers) {
    for (std::size_t f = 0; f < this->filters_; ++f) {
      call.kernels.interleave(row, weights + f * filter_stride, blocks + f * block());
    }
    return;
  }
  row.width = windows_.row_numbers / planes_;
  row.row_stride = row.width;
  for (std::size_t f = 0; f < this->filters_; ++f) {
    for (int y = 0; y < windows_.rows; ++y) {
      T* to = blocks + f * block() + y * windows_.row_length;
      std::fill_n(to, windows_.row_length, T(0));
      call.kernels.interleave(row, weights + f * filter_stride + y * row.width, to);
    }
  }
}

template <class T>
ScratchSize FullConvolutionStage<T>::scratch(bool training) const {
  const Shape& output = this->place.output_stack.shape;
  const auto padded_filters = static_cast<std::size_t>(filters_padded_);
  ScratchSize size = ConvolutionStage<T>::scratch(false);
  if (by_filters_) {
    size.numbers =
        (area(windows_.height, windows_.width) + (this->has_pooling_ ? 2 : 0) * area(output.height, output.width)) *
        padded_filters;
  }
  if (!training) return size;
  const std::size_t input = round_up(interleaved_input_size(), lanes);
  ScratchSize backward;
  if (is_sparse_) {
    backward = scratch_for_visits(this->place.output_stack);
    const std::size_t visits = backward.positions;
    backward.numbers += 2 * input + round_up(visits, lanes);
    backward.positions += std::max(visits + area(windows_.height, windows_.width) + 1, 2 * this->filters_);
  } else {
    const std::size_t places = area(windows_.height, windows_.width);
    backward.numbers = places * padded_filters + round_up(places * this->filters_ + slack, lanes) + input;
  }
  size.make_room_for(backward);
  return size;
}

template <class T>
void FullConvolutionStage<T>::forward(const ImageForward<T>& call) const {
  if (!by_filters_) return ConvolutionStage<T>::forward(call);
  const PlaneStack& output = this->place.output_stack;
  Shares<T> shares(call.scratch.numbers.data());
  T* outputs = shares.take(area(windows_.height, windows_.width) * static_cast<std::size_t>(filters_padded_));
  call.kernels.filter_lanes_forward({
      .input = call.input,
      .plane_offsets = plane_offsets_.data(),
      .planes = planes_,
      .tap_offsets = planar_taps_.data(),
      .taps = taps(),
      .row_step = windows_.strides.height * this->layout_.input.row_stride,
      .column_step = windows_.strides.width,
      .weights = call.prepared,
      .bias = call.prepared + area(filters_padded_, weights_of_filter()),
      .filters = filters_padded_,
      .height = windows_.height,
      .width = windows_.width,
      .output = outputs,
  });
  Interleaving layout{.planes = output.shape.planes,
                      .height = output.shape.height,
                      .width = output.shape.width,
                      .plane_stride = output.plane_stride,
                      .row_stride = output.row_stride,
                      .place_stride = filters_padded_};
  T* winners = nullptr;
  if (this->has_pooling_) {
    const std::size_t pooled =
        area(output.shape.height, output.shape.width) * static_cast<std::size_t>(filters_padded_);
    const T* convolved = outputs;
    outputs = shares.take(pooled);
    winners = call.winners ? shares.take(pooled) : nullptr;
    call.kernels.interleaved_max_pooling({
        .input = convolved,
        .place_stride = filters_padded_,
        .planes = output.shape.planes,
        .height = windows_.height,
        .width = windows_.width,
        .size = this->pooling_.size,
        .strides = this->pooling_.strides,
        .output = outputs,
        .output_height = output.shape.height,
        .output_width = output.shape.width,
        .winners = winners,
    });
  }
  call.kernels.separate(layout, outputs, this->place.is_last ? Activation{} : this->activation_,
                        call.output + output.origin(0));
  if (!winners) return;
  layout.plane_stride = std::ptrdiff_t{layout.height} * layout.width;
  layout.row_stride = layout.width;
  call.kernels.separate_integers(layout, winners, call.winners);
}

template <class T>
std::size_t FullConvolutionStage<T>::gradient_size() const {
  const std::size_t weights = is_sparse_ ? this->filters_ * block() : area(filters_padded_, weights_of_filter());
  return weights + (this->bias_ ? static_cast<std::size_t>(filters_padded_) : 0);
}

template <class T>
void FullConvolutionStage<T>::backward(const ImageBackward<T>& call) const {
  if (is_sparse_) {
    backward_visits(call);
  } else {
    backward_places(call);
  }
}

template <class T>
WindowInputGradient<T> FullConvolutionStage<T>::input_gradient_of(const ImageBackward<T>& call, T* gradient) const {
  return {.windows = windows_,
          .weights = call.prepared + packed_weights_size(),
          .filters = static_cast<int>(this->filters_),
          .first_row = first_row(),
          .last_row = first_row() + this->layout_.input.shape.height,
          .input_gradient = gradient};
}

/// Where a gradient came back only.
template <class T>
void FullConvolutionStage<T>::backward_visits(const ImageBackward<T>& call) const {
  const PlaneStack& output = this->place.output_stack;
  const Visits<T>* visits =
      make_visits(call, output, {.activation = this->activation_, .row_stride = position_row_stride_});
  const int filters = static_cast<int>(this->filters_);
  const ScratchSize used = scratch_for_visits(output);
  Shares<T> shares(call.scratch.numbers.data() + used.numbers);
  std::int32_t* positions = call.scratch.positions.data() + used.positions;
  T* input = shares.take(interleaved_input_size());
  call.kernels.interleave(input_, call.input, input);
  call.kernels.window_weight_gradient({
      .windows = windows_,
      .input = input,
      .window_offsets = window_offsets_.data(),
      .visits = visits,
      .position_row_stride = position_row_stride_,
      .filters = filters,
      .parts = positions,
      .gradients = call.parameter_gradients,
      .bias_gradients = this->bias_ ? call.parameter_gradients + this->filters_ * block() : nullptr,
  });
  if (!call.input_gradient) return;
  T* gradient = shares.take(interleaved_input_size());
  std::fill_n(gradient, interleaved_input_size(), T(0));
  call.kernels.sparse_input_gradient({
      input_gradient_of(call, gradient),
      visits,
      cells_.data(),
      positions,
      positions + area(windows_.height, windows_.width) + 1,
      shares.take(used.positions),
  });
  call.kernels.add_separated(input_, gradient, call.input_gradient);
}

/// Where a gradient came back to most places.
template <class T>
void FullConvolutionStage<T>::backward_places(const ImageBackward<T>& call) const {
  const PlaneStack& output = this->place.output_stack;
  const std::size_t places = area(windows_.height, windows_.width);
  Shares<T> shares(call.scratch.numbers.data());
  T* interleaved = shares.take(places * static_cast<std::size_t>(filters_padded_));
  T* deltas = shares.take(places * this->filters_ + slack);
  const std::ptrdiff_t origin = output.origin(0);
  call.kernels.interleaved_deltas({
      .layout = {.planes = output.shape.planes,
                 .height = output.shape.height,
                 .width = output.shape.width,
                 .plane_stride = output.plane_stride,
                 .row_stride = output.row_stride,
                 .place_stride = filters_padded_},
      .gradients = call.output_gradient + origin,
      .outputs = call.output + origin,
      .activation = call.activation_is_done ? Activation{} : this->activation_,
      .interleaved = interleaved,
      .rows = call.input_gradient ? deltas : nullptr,
  });
  call.kernels.filter_lanes_weight_gradient({
      .input = call.input,
      .row_offsets = row_offsets_.data(),
      .rows = static_cast<int>(row_offsets_.size()),
      .taps = windows_.row_numbers / planes_,
      .row_step = windows_.strides.height * this->layout_.input.row_stride,
      .column_step = windows_.strides.width,
      .deltas = interleaved,
      .filters = filters_padded_,
      .height = windows_.height,
      .width = windows_.width,
      .gradients = call.parameter_gradients,
      .bias_gradients = this->bias_ ? call.parameter_gradients + area(filters_padded_, weights_of_filter()) : nullptr,
  });
  if (!call.input_gradient) return;
  T* gradient = shares.take(interleaved_input_size());
  std::fill_n(gradient, interleaved_input_size(), T(0));
  call.kernels.full_input_gradient({input_gradient_of(call, gradient), deltas});
  call.kernels.add_separated(input_, gradient, call.input_gradient);
}

template <class T>
void FullConvolutionStage<T>::finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const {
  const auto& arrays = call.parameters.layout().arrays;
  const ParameterRows& weights = arrays[this->weight_];
  T* to = gradients + weights.offset;
  for (std::size_t row = 0; row < weights.rows; ++row) {
    std::fill(to + row * weights.row_stride + weights.columns, to + (row + 1) * weights.row_stride, T(0));
  }
  const T* bias = sums + (is_sparse_ ? this->filters_ * block() : area(filters_padded_, weights_of_filter()));
  if (this->bias_) std::copy_n(bias, this->filters_, gradients + arrays[*this->bias_].offset);
  if (!is_sparse_) {
    for (int f = 0; f < filters_padded_; f += lanes) {
      const Interleaving layout = filters_from(f);
      call.kernels.separate(layout, sums + f * std::ptrdiff_t{layout.width}, {}, to + f * layout.plane_stride);
    }
    return;
  }
  Interleaving row = filter_planes();
  const bool is_one_row = windows_.row_length == windows_.row_numbers;
  row.width = is_one_row ? taps() : windows_.row_numbers / planes_;
  row.row_stride = row.width;
  for (std::size_t f = 0; f < this->filters_; ++f) {
    for (int y = 0; y < (is_one_row ? 1 : windows_.rows); ++y) {
      call.kernels.separate(row, sums + f * block() + y * windows_.row_length, {},
                            to + f * weights.row_stride + y * row.width);
    }
  }
}

template class FullConvolutionStage<float>;
template class FullConvolutionStage<double>;

}  // namespace lenetpp
