// Sparse visits, the central idea of the backward pass: the gradients of planes as lists of the places where one came
// back that is not zero. Behind a max-pooling these are the winners; a convolution's backward pass visits only them.
#pragma once

#include <cstdint>
#include <vector>

#include "execution/stage.h"

namespace lenetpp {

/// Room for the visits of one plane of a stage's output.
inline std::ptrdiff_t visits_stride(const Shape& output) {
  return std::ptrdiff_t{output.height} * output.width + slack;
}

/// The scratch memory that the visits of a stage's output take, first in it.
inline ScratchSize scratch_for_visits(const PlaneStack& output) {
  const auto values = static_cast<std::size_t>(output.shape.planes * visits_stride(output.shape));
  return {
      .numbers = round_up(values, lanes), .positions = values, .visits = static_cast<std::size_t>(output.shape.planes)};
}

/// How the places of visits are counted.
struct VisitPlaces {
  Activation activation{};        // whose derivative the gradients are multiplied by
  std::ptrdiff_t row_stride = 0;  // without winners, a place is that of the output in rows so far apart
  const std::vector<std::int32_t>* window_offsets = nullptr;  // of each place: where its window lies; null: there
};

/// Lists the visits of all planes of a stage's output, into the scratch memory.
template <class T>
const Visits<T>* make_visits(const ImageBackward<T>& call, const PlaneStack& output, const VisitPlaces& places) {
  const bool has_offsets = places.window_offsets && !places.window_offsets->empty();
  call.kernels.gradient_visits({
      .gradients = call.output_gradient + output.origin(0),
      .outputs = call.output + output.origin(0),
      .plane_stride = output.plane_stride,
      .row_stride = output.row_stride,
      .planes = output.shape.planes,
      .height = output.shape.height,
      .width = output.shape.width,
      .activation = call.activation_is_done ? Activation{} : places.activation,
      .winners = call.winners,
      .position_row_stride = places.row_stride,
      .window_offsets = has_offsets ? places.window_offsets->data() : nullptr,
      .positions = call.scratch.positions.data(),
      .deltas = call.scratch.numbers.data(),
      .visits_stride = visits_stride(output.shape),
      .visits = call.scratch.visits.data(),
  });
  return call.scratch.visits.data();
}

}  // namespace lenetpp
