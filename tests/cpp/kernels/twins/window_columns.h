// The slow, obvious twins of the kernels that go back through a convolution window by window.
#pragma once

#include <cmath>
#include <cstddef>

#include "kernels/kernels.h"

namespace twins {

/// Calls use(place in the planes, place in the columns, tap) for each tap of each row of each column, columns outermost
/// and in order. Taps from `taps` up to `padded_taps` have a place in the planes only.
template <class Use>
void for_each_tap(const lenetpp::WindowColumns& a, int padded_taps, const Use& use) {
  for (int x = 0; x < a.columns; ++x) {
    for (int y = 0; y < a.rows; ++y) {
      for (int p = 0; p < a.planes; ++p) {
        for (int t = 0; t < padded_taps; ++t) {
          use(p * a.plane_stride + y * a.row_stride + x * a.step + t, (x * a.rows + y) * a.row_length + p * a.taps + t,
              t);
        }
      }
    }
  }
}

template <class T>
void gather_columns(const lenetpp::WindowColumns& layout, const T* planes, T* columns) {
  for_each_tap(layout, layout.taps,
               [&](std::ptrdiff_t place, std::ptrdiff_t column, int) { columns[column] = planes[place]; });
}

template <class T>
void fold_columns(const lenetpp::WindowColumns& layout, const T* columns, T* planes) {
  for_each_tap(layout, lenetpp::row_lanes, [&](std::ptrdiff_t place, std::ptrdiff_t column, int tap) {
    planes[place] += tap < layout.taps ? columns[column] : T(0);
  });
}

template <class T>
void window_weight_gradient(const lenetpp::WindowWeightGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    const lenetpp::Visits<T>& visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) {
      const T* window = a.windows + visits.positions[v];
      T* gradients = a.gradients + f * a.block;
      for (std::ptrdiff_t i = 0; i < a.block; ++i) gradients[i] = std::fma(visits.deltas[v], window[i], gradients[i]);
      if (a.bias_gradients) a.bias_gradients[f] += visits.deltas[v];
    }
  }
}

template <class T>
void window_input_gradient(const lenetpp::WindowInputGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    const lenetpp::Visits<T>& visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) {
      T* window = a.window_gradients + visits.positions[v];
      const T* weights = a.weights + f * a.block;
      for (std::ptrdiff_t i = 0; i < a.block; ++i) window[i] = std::fma(visits.deltas[v], weights[i], window[i]);
    }
  }
}

}  // namespace twins
