// What the tests' own kinds share.
#pragma once

#include <cstddef>

#include "execution/plane_stack.h"
#include "network/parameter_block.h"

namespace lenetpp {

/// Calls use(plane, place of the input, place of the output) for every value of an image.
template <class Use>
void for_each_value(const PlaneStack& input, const PlaneStack& output, const Use& use) {
  for (int plane = 0; plane < input.shape.planes; ++plane) {
    for (int y = 0; y < input.shape.height; ++y) {
      for (int x = 0; x < input.shape.width; ++x) {
        use(static_cast<std::size_t>(plane), input.origin(plane) + y * input.row_stride + x,
            output.origin(plane) + y * output.row_stride + x);
      }
    }
  }
}

/// Brings each number of array `index` a quarter of the way to `figures`.
template <class T>
void follow(ParameterBlock<T>& state, std::size_t index, const T* figures, T scale = 1) {
  T* running = state.array(index);
  for (std::size_t i = 0; i < state.layout().arrays[index].columns; ++i) {
    running[i] += (figures[i] * scale - running[i]) / 4;
  }
}

}  // namespace lenetpp
