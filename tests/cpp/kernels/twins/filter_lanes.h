// The slow, obvious twins of the kernels with lanes over filters.
#pragma once

#include <cmath>
#include <cstddef>

#include "kernels/kernels.h"

namespace twins {

/// Where a weight lies in [filters / 16][weights of a filter][16].
inline std::ptrdiff_t packed_place(int filter, int weight, int weights_of_filter) {
  return (std::ptrdiff_t{filter / 16} * weights_of_filter + weight) * 16 + filter % 16;
}

template <class T>
void filter_lanes_forward(const lenetpp::FilterLanesForward<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    for (int y = 0; y < a.height; ++y) {
      for (int x = 0; x < a.width; ++x) {
        const T* window = a.input + y * a.row_step + x * a.column_step;
        T sum = a.bias[f];
        for (int p = 0; p < a.planes; ++p) {
          for (int t = 0; t < a.taps; ++t) {
            const T weight = a.weights[packed_place(f, p * a.taps + t, a.planes * a.taps)];
            sum = std::fma(window[a.plane_offsets[p] + a.tap_offsets[t]], weight, sum);
          }
        }
        a.output[(std::ptrdiff_t{y} * a.width + x) * a.filters + f] = sum;
      }
    }
  }
}

template <class T>
void filter_lanes_weight_gradient(const lenetpp::FilterLanesWeightGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    for (int y = 0; y < a.height; ++y) {
      for (int x = 0; x < a.width; ++x) {
        const T delta = a.deltas[(std::ptrdiff_t{y} * a.width + x) * a.filters + f];
        for (int r = 0; r < a.rows; ++r) {
          const T* row = a.input + a.row_offsets[r] + y * a.row_step + x * a.column_step;
          for (int t = 0; t < a.taps; ++t) {
            T& sum = a.gradients[packed_place(f, r * a.taps + t, a.rows * a.taps)];
            sum = std::fma(delta, row[t], sum);
          }
        }
        if (a.bias_gradients) a.bias_gradients[f] += delta;
      }
    }
  }
}

}  // namespace twins
