// The slow, obvious twins of local response normalization, one number at a time.
#pragma once

#include <algorithm>
#include <cmath>

#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

/// Calls use(plane, place without gaps, place with strides) for every value.
template <class T, class Use>
void for_each_response(const lenetpp::LocalResponse<T>& a, const Use& use) {
  for (int p = 0; p < a.planes; ++p) {
    for (int y = 0; y < a.height; ++y) {
      for (int x = 0; x < a.width; ++x) {
        use(p, (p * a.height + y) * a.width + x, p * a.plane_stride + y * a.row_stride + x);
      }
    }
  }
}

/// Calls use(place) for the place of a value in each plane of its window.
template <class T, class Use>
void for_each_neighbour(const lenetpp::LocalResponse<T>& a, int plane, int place, const Use& use) {
  const int half = a.size / 2, area = a.height * a.width;
  for (int p = std::max(0, plane - half); p <= std::min(a.planes - 1, plane + half); ++p) {
    use(place + (p - plane) * area);
  }
}

template <class T>
T base_of_response(const lenetpp::LocalResponse<T>& a, int plane, int place) {
  T sum = 0;
  for_each_neighbour(a, plane, place, [&](int i) { sum = std::fma(a.input[i], a.input[i], sum); });
  return std::fma(a.alpha, sum, a.k);
}

template <class T>
T power_of_response(const lenetpp::LocalResponse<T>& a, int plane, int place) {
  const T base = base_of_response(a, plane, place), root = std::sqrt(base), fourth = std::sqrt(root);
  return a.quarters == 1 ? fourth : a.quarters == 2 ? root : a.quarters == 3 ? root * fourth : base;
}

template <class T>
void local_response_forward(const lenetpp::LocalResponseForward<T>& a) {
  for_each_response(a, [&](int plane, int place, std::ptrdiff_t to) {
    a.output[to] = a.input[place] / power_of_response(a, plane, place);
  });
}

template <class T>
void local_response_backward(const lenetpp::LocalResponseBackward<T>& a) {
  for_each_response(a, [&](int plane, int place, std::ptrdiff_t from) {
    const T output = a.input[place] / power_of_response(a, plane, place);
    a.shares[place] = flush_subnormals(a.gradients[from] * output / base_of_response(a, plane, place));
  });
  for_each_response(a, [&](int plane, int place, std::ptrdiff_t from) {
    T sum = 0;
    for_each_neighbour(a, plane, place, [&](int i) { sum += a.shares[i]; });
    const T gradient = a.gradients[from] / power_of_response(a, plane, place);
    a.input_gradient[place] += std::fma(a.input[place] * sum, a.factor, gradient);
  });
}

}  // namespace twins
