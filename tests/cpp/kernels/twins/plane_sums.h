// The slow, obvious twins of the sums of planes.
#pragma once

#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

template <class T>
T& number(const lenetpp::Planes<T>& planes, int p, int y, int x) {
  return planes.values[p * planes.plane_stride + y * planes.row_stride + x];
}

/// Calls use(p, y, x) for all numbers of some planes.
template <class Use>
void for_each_number(const lenetpp::Shape& shape, const Use& use) {
  for (int p = 0; p < shape.planes; ++p) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x) use(p, y, x);
    }
  }
}

template <class T>
void activated_sum(const lenetpp::ActivatedSum<T>& a) {
  for_each_number(a.shape, [&](int p, int y, int x) {
    T sum = number(a.input, p, y, x);
    if (a.addend.values) sum = sum + number(a.addend, p, y, x);
    number(a.output, p, y, x) = activate(a.activation, sum);
  });
}

template <class T>
void activated_sum_gradient(const lenetpp::ActivatedSumGradient<T>& a) {
  for_each_number(a.shape, [&](int p, int y, int x) {
    const T slope = derivative(a.activation, number(a.output, p, y, x));
    const T delta = flush_subnormals(number(a.output_gradient, p, y, x) * slope);
    if (a.input_gradient.values) number(a.input_gradient, p, y, x) += delta;
    if (a.addend_gradient.values) number(a.addend_gradient, p, y, x) += delta;
  });
}

}  // namespace twins
