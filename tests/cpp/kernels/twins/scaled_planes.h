// The slow, obvious twins of the kernels that measure, scale and activate planes, one number at a time.
#pragma once

#include <cmath>
#include <vector>

#include "dense.h"
#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

template <class T>
void plane_moments(const lenetpp::PlaneMoments<T>& a) {
  if (!a.images.are_the_last()) return;
  for (int p = 0; p < a.planes; ++p) {
    const auto value = [&](int b, std::ptrdiff_t i) { return a.input[b * a.image_stride + p * a.area + i]; };
    const auto mean_of = [&](int b) {
      T lane[lenetpp::lanes]{};
      for (std::ptrdiff_t i = 0; i < a.area; ++i) lane[i % lenetpp::lanes] += value(b, i);
      return sum_of_lanes(lane) / static_cast<T>(a.area);
    };
    T mean = 0, squares = 0;
    for (int b = 0; b < a.images.count; ++b) mean += mean_of(b);
    mean /= static_cast<T>(a.images.count);
    for (int b = 0; b < a.images.count; ++b) {
      T lane[lenetpp::lanes]{};
      const T own = mean_of(b), distance = own - mean;
      for (std::ptrdiff_t i = 0; i < a.area; ++i) {
        T& sum = lane[i % lenetpp::lanes];
        sum = std::fma(value(b, i) - own, value(b, i) - own, sum);
      }
      const T own_squares = a.area == 1 ? T(0) : sum_of_lanes(lane);
      squares = std::fma(distance * static_cast<T>(a.area), distance, squares + own_squares);
    }
    a.means[p] = mean;
    a.squares[p] = squares;
  }
}

/// Calls use(plane, place of the input, place with strides, column) for every value of an image.
template <class T, class Use>
void for_each_place(const lenetpp::ScaledPlane<T>& a, const Use& use) {
  for (int p = 0; p < a.planes; ++p) {
    for (int y = 0; y < a.height; ++y) {
      for (int x = 0; x < a.width; ++x) {
        use(p, (p * a.height + y) * a.width + x, p * a.plane_stride + y * a.row_stride + x, x);
      }
    }
  }
}

template <class T>
T scaled(const lenetpp::ScaledPlane<T>& a, int plane, T x) {
  return activate(a.activation, std::fma(x, a.scale[plane], a.shift[plane]));
}

template <class T>
T scaled_delta(const lenetpp::ScaledPlane<T>& a, int plane, T x, T gradient) {
  return flush_subnormals(gradient * derivative(a.activation, scaled(a, plane, x)));
}

template <class T>
void scaled_planes(const lenetpp::ScaledPlanes<T>& a) {
  for_each_place(a, [&](int p, int from, std::ptrdiff_t to, int) { a.output[to] = scaled(a, p, a.input[from]); });
}

template <class T>
void scaled_gradient_sums(const lenetpp::ScaledGradientSums<T>& a) {
  if (!a.images.are_the_last()) return;
  struct Sums {
    T deltas[lenetpp::lanes]{}, products[lenetpp::lanes]{};
  };
  std::vector<Sums> sums(static_cast<std::size_t>(a.planes));
  for (int b = 0; b < a.images.count; ++b) {
    for_each_place(a, [&](int p, int from, std::ptrdiff_t to, int x) {
      Sums& own = sums[static_cast<std::size_t>(p)];
      const T value = a.input[b * a.image_stride + from];
      const T delta = scaled_delta(a, p, value, a.gradients[b * a.gradient_image_stride + to]);
      T &deltas = own.deltas[x % lenetpp::lanes], &products = own.products[x % lenetpp::lanes];
      deltas += delta;
      products = std::fma(delta, value - a.center[p], products);
    });
  }
  for (int p = 0; p < a.planes; ++p) {
    a.sums[p] = sum_of_lanes(sums[static_cast<std::size_t>(p)].deltas);
    a.products[p] = sum_of_lanes(sums[static_cast<std::size_t>(p)].products);
  }
}

template <class T>
void scaled_gradients(const lenetpp::ScaledGradients<T>& a) {
  for_each_place(a, [&](int p, int from, std::ptrdiff_t to, int) {
    const T x = a.input[from], delta = scaled_delta(a, p, x, a.gradients[to]);
    const T gradient = std::fma(x - a.center[p], a.slope[p], std::fma(delta, a.scale[p], a.offset[p]));
    a.input_gradient[from] = a.adds ? a.input_gradient[from] + gradient : gradient;
  });
}

}  // namespace twins
