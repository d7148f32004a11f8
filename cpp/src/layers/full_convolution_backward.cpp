// The backward pass of a convolution all of whose filters see all planes: whole, or in parts, those of the weights cut
// by filters, that of the input by rows. What several parts need, such as the interleaved input, each makes for itself.
#include <algorithm>

#include "layers/full_convolution_stage.h"
#include "layers/scratch_shares.h"

namespace lenetpp {

template <class T>
void FullConvolutionStage<T>::backward(const ImageBackward<T>& call) const {
  const Range filters{0, full_.filters};
  if (full_.is_sparse) {
    const Visits<T>* visits = make_visits(call, this->place.output_stack, visit_places());
    T* memory = add_gradients_by_visits(call, visits, filters);
    if (call.input_gradient) add_input_gradient_by_visits(call, visits, rows_of_input(), memory);
  } else {
    ScratchShares<T> shares(call.scratch.numbers.data());
    T* by_rows = call.input_gradient ? shares.take(deltas_by_rows()) : nullptr;
    add_gradients_by_places(call, interleaved_deltas(call, shares, filters, {0, full_.windows.height}, by_rows),
                            filters);
    if (call.input_gradient) add_input_gradient_by_places(call, by_rows, rows_of_input(), shares);
  }
}

template <class T>
BackwardParts FullConvolutionStage<T>::backward_parts() const {
  const int vectors = full_.filters_padded / lanes;
  return {.parameters = static_cast<std::size_t>(full_.is_sparse ? full_.filters : vectors),
          .input = static_cast<std::size_t>(rows_of_input().size())};
}

template <class T>
void FullConvolutionStage<T>::backward_parameters(const ImageBackward<T>& call) const {
  if (full_.is_sparse) {
    const Range filters = call.part.of(full_.filters);
    add_gradients_by_visits(call, make_visits(call, this->place.output_stack, visit_places(), filters), filters);
  } else {
    const Range filters = call.part.of(full_.filters, lanes);
    ScratchShares<T> shares(call.scratch.numbers.data());
    add_gradients_by_places(call, interleaved_deltas(call, shares, filters, {0, full_.windows.height}, nullptr),
                            filters);
  }
}

template <class T>
void FullConvolutionStage<T>::backward_input(const ImageBackward<T>& call) const {
  const PlaneStack& input = this->layout_.input;
  const Range inside = call.part.of(rows_of_input().size());
  const Range rows{inside.first + input.padding.height, inside.last + input.padding.height};
  for (int plane = 0; plane < input.shape.planes && !call.input_gradient_is_begun; ++plane) {
    T* first = call.input_gradient + plane * input.plane_stride + rows.first * input.row_stride;
    std::fill_n(first, rows.size() * input.row_stride, T(0));
  }
  if (full_.is_sparse) {
    const ScratchSize used = scratch_for_visits(this->place.output_stack);
    const Visits<T>* visits = make_visits(call, this->place.output_stack, visit_places());
    add_input_gradient_by_visits(call, visits, rows, call.scratch.numbers.data() + used.numbers);
  } else {
    ScratchShares<T> shares(call.scratch.numbers.data());
    T* by_rows = shares.take(deltas_by_rows());
    const Range seeing = full_.windows_that_see(rows);
    const std::ptrdiff_t row_of_deltas = std::ptrdiff_t{full_.filters} * full_.windows.width;
    interleaved_deltas(call, shares, {0, full_.filters}, seeing, by_rows + seeing.first * row_of_deltas);
    add_input_gradient_by_places(call, by_rows, rows, shares);
  }
}

template <class T>
VisitPlaces FullConvolutionStage<T>::visit_places() const {
  return {.activation = this->activation_, .row_stride = full_.position_row_stride};
}

template <class T>
Range FullConvolutionStage<T>::rows_of_input() const {
  const PlaneStack& input = this->layout_.input;
  return {input.padding.height, input.padding.height + input.shape.height};
}

template <class T>
T* FullConvolutionStage<T>::add_gradients_by_visits(const ImageBackward<T>& call, const Visits<T>* visits,
                                                    const Range& filters) const {
  const ScratchSize used = scratch_for_visits(this->place.output_stack);
  ScratchShares<T> shares(call.scratch.numbers.data() + used.numbers);
  T* input = shares.take(full_.interleaved_input_size());
  call.kernels.interleave(full_.input, call.input, input);
  call.kernels.window_weight_gradient({
      .windows = full_.windows,
      .input = input,
      .window_offsets = full_.window_offsets.data(),
      .visits = visits + filters.first,
      .position_row_stride = full_.position_row_stride,
      .filters = filters.size(),
      .parts = call.scratch.positions.data() + used.positions,
      .gradients = call.parameter_gradients + static_cast<std::size_t>(filters.first) * full_.block(),
      .bias_gradients = this->bias_ ? call.parameter_gradients + full_.weight_gradients() + filters.first : nullptr,
  });
  return shares.take(0);
}

template <class T>
void FullConvolutionStage<T>::add_input_gradient_by_visits(const ImageBackward<T>& call, const Visits<T>* visits,
                                                           const Range& rows, T* memory) const {
  const ScratchSize used = scratch_for_visits(this->place.output_stack);
  ScratchShares<T> shares(memory);
  std::int32_t* positions = call.scratch.positions.data() + used.positions;
  T* gradient = cleared_gradient(shares, rows);
  call.kernels.sparse_input_gradient({
      input_gradient_of(call, gradient, rows),
      visits,
      full_.cells.data(),
      positions,
      positions + places_in(full_.windows.height, full_.windows.width) + 1,
      shares.take(used.positions),
  });
  add_rows(call, gradient, rows);
}

template <class T>
void FullConvolutionStage<T>::add_gradients_by_places(const ImageBackward<T>& call, const T* deltas,
                                                      const Range& filters) const {
  const std::vector<std::int32_t>& row_offsets = this->layout_.groups.front().row_offsets;  // there is one group
  call.kernels.filter_lanes_weight_gradient({
      .input = call.input,
      .row_offsets = row_offsets.data(),
      .rows = static_cast<int>(row_offsets.size()),
      .taps = full_.windows.row_numbers / full_.planes,
      .row_step = full_.windows.strides.height * this->layout_.input.row_stride,
      .column_step = full_.windows.strides.width,
      .deltas = deltas,
      .filters = static_cast<int>(padded(filters.size(), lanes)),
      .height = full_.windows.height,
      .width = full_.windows.width,
      .gradients = call.parameter_gradients + std::ptrdiff_t{filters.first} * full_.weights_of_filter(),
      .bias_gradients = this->bias_ ? call.parameter_gradients + full_.weight_gradients() + filters.first : nullptr,
  });
}

template <class T>
void FullConvolutionStage<T>::add_input_gradient_by_places(const ImageBackward<T>& call, const T* deltas_by_rows,
                                                           const Range& rows, ScratchShares<T>& shares) const {
  T* gradient = cleared_gradient(shares, rows);
  call.kernels.full_input_gradient({input_gradient_of(call, gradient, rows), deltas_by_rows});
  add_rows(call, gradient, rows);
}

template <class T>
std::size_t FullConvolutionStage<T>::deltas_by_rows() const {
  return places_in(full_.windows.height, full_.windows.width) * this->filters_ + slack;
}

/// Those of some filters and rows of windows, [height][width][filters], and, where it is not null, by rows.
template <class T>
const T* FullConvolutionStage<T>::interleaved_deltas(const ImageBackward<T>& call, ScratchShares<T>& shares,
                                                     const Range& filters, const Range& rows, T* by_rows) const {
  const PlaneStack& output = this->place.output_stack;
  const std::ptrdiff_t place_stride = padded(filters.size(), lanes);
  const std::ptrdiff_t origin = output.origin(filters.first) + rows.first * output.row_stride;
  T* deltas = shares.take(places_in(rows.size(), output.shape.width) * static_cast<std::size_t>(place_stride));
  call.kernels.interleaved_deltas({
      .layout = {.planes = filters.size(),
                 .height = rows.size(),
                 .width = output.shape.width,
                 .plane_stride = output.plane_stride,
                 .row_stride = output.row_stride,
                 .place_stride = place_stride},
      .gradients = call.output_gradient + origin,
      .outputs = call.output + origin,
      .activation = call.activation_is_done ? Activation{} : this->activation_,
      .interleaved = deltas,
      .rows = by_rows,
  });
  return deltas;
}

template <class T>
WindowInputGradient<T> FullConvolutionStage<T>::input_gradient_of(const ImageBackward<T>& call, T* gradient,
                                                                  const Range& rows) const {
  return {.windows = full_.windows,
          .weights = call.prepared + full_.packed_size(),
          .filters = full_.filters,
          .first_row = rows.first,
          .last_row = rows.last,
          .input_gradient = gradient};
}

/// Of the whole interleaved input, of which some rows are cleared.
template <class T>
T* FullConvolutionStage<T>::cleared_gradient(ScratchShares<T>& shares, const Range& rows) const {
  T* gradient = shares.take(full_.interleaved_input_size());
  std::fill_n(gradient + rows.first * full_.windows.input_row_stride,
              rows.size() * full_.windows.input_row_stride + slack, T(0));
  return gradient;
}

/// Rows of the interleaved gradient to those of the planes.
template <class T>
void FullConvolutionStage<T>::add_rows(const ImageBackward<T>& call, const T* gradient, const Range& rows) const {
  const PlaneStack& input = this->layout_.input;
  Interleaving layout = full_.input;
  layout.width = static_cast<int>(rows.size() * input.row_stride);
  call.kernels.add_separated(layout, gradient + rows.first * full_.windows.input_row_stride,
                             call.input_gradient + rows.first * input.row_stride);
}

template class FullConvolutionStage<float>;
template class FullConvolutionStage<double>;

}  // namespace lenetpp
