// Stacks of planes, as the sums of planes want to be told of them.
#pragma once

#include "execution/plane_stack.h"
#include "kernels/kernels.h"

namespace lenetpp {

/// Planes from `first_plane` on of a stack that begins at `values`; none where that is null.
template <class T>
Planes<T> planes_at(T* values, const PlaneStack& stack, int first_plane = 0) {
  if (values == nullptr) return {};
  return {values + stack.origin(first_plane), stack.plane_stride, stack.row_stride};
}

}  // namespace lenetpp
