// Kernels of local response normalization: each value is divided by a power of what lies at its place in the
// neighbouring planes. With base = k + alpha * (sum of x * x over the planes of the window that are there, in order
// from zero, fused), fused, and power = base^(quarters / 4), made by square roots:
#pragma once

#include <cstddef>

namespace lenetpp {

template <class T>
struct LocalResponse {
  const T* input;  // [planes][height][width] without gaps
  int planes, height, width;
  int size;  // of the window of planes, odd: (size - 1) / 2 on either side
  T alpha, k;
  int quarters;                             // of the exponent, 1 to 4
  std::ptrdiff_t plane_stride, row_stride;  // of the outputs, or of their gradients
};

/// output = input / power.
template <class T>
struct LocalResponseForward : LocalResponse<T> {
  T* output;  // with strides; nothing between the rows is written
};

/// With shares = gradient * (input / power) / base, flushed:
/// input_gradient += input * (sum of shares over the window, in order from zero) * factor + gradient / power, the
/// second product fused.
template <class T>
struct LocalResponseBackward : LocalResponse<T> {
  const T* gradients;  // with strides
  T factor;            // -2 * alpha * exponent
  T* shares;           // [planes][height][width] scratch
  T* input_gradient;   // [planes][height][width] added to
};

}  // namespace lenetpp
