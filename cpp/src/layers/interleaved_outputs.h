// What becomes of a convolution's outputs that lie interleaved (see kernels/interleaved.h): they are pooled so, and
// written as planes for whoever reads them.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <cstdint>

#include "execution/stage.h"
#include "layers/scratch_shares.h"

namespace lenetpp {

constexpr std::size_t places_in(int height, int width) {
  return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
}

/// Outputs of a convolution, side by side for each of its places, and the planes that they or their maxima become.
template <class T>
struct InterleavedOutputs {
  const T* interleaved;  // [height * width][place_stride]
  int planes;
  std::ptrdiff_t place_stride;  // a multiple of 16
  int height, width;
  const MaxPool2D* pooling;          // null where there is none
  std::ptrdiff_t winner_row_stride;  // a winner is y * winner_row_stride + x among the convolution's outputs
  Shape output_shape;
  T* output;  // [planes][output height][output width]
  std::ptrdiff_t plane_stride, row_stride;
  std::int32_t* winners;  // [planes], `winners_stride` apart, each without gaps; null where nobody will go back
  std::ptrdiff_t winners_stride;
};

/// Places of scratch memory that write_planes() takes, `place_stride` numbers each.
constexpr std::size_t places_to_pool(bool has_pooling, const Shape& output) {
  return has_pooling ? 2 * places_in(output.height, output.width) : 0;
}

template <class T>
void write_planes(const ImageForward<T>& call, const Activation& activation, const InterleavedOutputs<T>& outputs,
                  ScratchShares<T> scratch) {
  const Shape& shape = outputs.output_shape;
  Interleaving layout{.planes = outputs.planes,
                      .height = shape.height,
                      .width = shape.width,
                      .plane_stride = outputs.plane_stride,
                      .row_stride = outputs.row_stride,
                      .place_stride = outputs.place_stride};
  const T* values = outputs.interleaved;
  const bool wants_winners = outputs.pooling && outputs.winners;
  T* winners = nullptr;
  if (outputs.pooling) {
    const std::size_t pooled = places_in(shape.height, shape.width) * static_cast<std::size_t>(outputs.place_stride);
    T* maxima = scratch.take(pooled);
    winners = wants_winners ? scratch.take(pooled) : nullptr;
    call.kernels.interleaved_max_pooling({
        .input = values,
        .place_stride = outputs.place_stride,
        .planes = outputs.planes,
        .height = outputs.height,
        .width = outputs.width,
        .size = outputs.pooling->size,
        .strides = outputs.pooling->strides,
        .output = maxima,
        .output_height = shape.height,
        .output_width = shape.width,
        .winners = winners,
        .winner_row_stride = outputs.winner_row_stride,
    });
    values = maxima;
  }
  call.kernels.separate(layout, values, activation, outputs.output);
  if (!winners) return;
  layout.plane_stride = outputs.winners_stride;
  layout.row_stride = layout.width;
  call.kernels.separate_integers(layout, winners, outputs.winners);
}

}  // namespace lenetpp
