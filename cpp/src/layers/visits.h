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

/// Lists the visits of some planes of a stage's output into the scratch memory, whose lists are those of all planes.
template <class T>
const Visits<T>* make_visits(const ImageBackward<T>& call, const PlaneStack& output, const VisitPlaces& places,
                             const Range& planes) {
  const std::ptrdiff_t room = visits_stride(output.shape), area = room - slack;
  const bool has_offsets = places.window_offsets && !places.window_offsets->empty();
  call.kernels.gradient_visits({
      .gradients = call.output_gradient + output.origin(planes.first),
      .outputs = call.output + output.origin(planes.first),
      .plane_stride = output.plane_stride,
      .row_stride = output.row_stride,
      .planes = planes.size(),
      .height = output.shape.height,
      .width = output.shape.width,
      .activation = call.activation_is_done ? Activation{} : places.activation,
      .winners = call.winners ? call.winners + planes.first * area : nullptr,
      .position_row_stride = places.row_stride,
      .window_offsets = has_offsets ? places.window_offsets->data() : nullptr,
      .positions = call.scratch.positions.data() + planes.first * room,
      .deltas = call.scratch.numbers.data() + planes.first * room,
      .visits_stride = room,
      .visits = call.scratch.visits.data() + planes.first,
  });
  return call.scratch.visits.data();
}

/// Those of all planes.
template <class T>
const Visits<T>* make_visits(const ImageBackward<T>& call, const PlaneStack& output, const VisitPlaces& places) {
  return make_visits(call, output, places, {0, output.shape.planes});
}

}  // namespace lenetpp
