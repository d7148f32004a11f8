// The slow, obvious twins of the convolution kernels: what their comments in kernels.h say, one number at a time.
#pragma once

#include <cmath>

#include "kernels/kernels.h"

namespace twins {

template <class T>
void convolution_forward(const lenetpp::ConvolutionForward<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    for (int i = 0; i < a.positions; ++i) {
      T sum = a.bias ? a.bias[f] : T(0);
      for (int p = 0; p < a.planes; ++p) {
        const T* plane = a.input + a.plane_offsets[p];
        const T* kernel = a.weights + f * a.filter_stride + p * a.kernel_stride;
        for (int t = 0; t < a.taps; ++t) {
          sum = std::fma(plane[i + a.tap_offsets[t]], kernel[a.weight_offsets[t]], sum);
        }
      }
      a.output[f * a.output_plane_stride + i] = sum;
    }
  }
}

template <class T>
void convolution_weight_gradient(const lenetpp::ConvolutionWeightGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    const lenetpp::Visits<T>& visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) {
      for (int r = 0; r < a.rows; ++r) {
        const T* window = a.input + visits.positions[v] + a.row_offsets[r];
        T* row = a.gradients + (f * a.rows + r) * lenetpp::row_lanes;
        for (int k = 0; k < lenetpp::row_lanes; ++k) row[k] = std::fma(visits.deltas[v], window[k], row[k]);
      }
      if (a.bias_gradients) a.bias_gradients[f] += visits.deltas[v];
    }
  }
}

template <class T>
void convolution_input_gradient(const lenetpp::ConvolutionInputGradient<T>& a) {
  for (int t = 0; t < a.targets; ++t) {
    for (int f = 0; f < a.filters; ++f) {
      const lenetpp::Visits<T>& visits = a.visits[t * a.filters + f];
      for (std::size_t v = 0; v < visits.count; ++v) {
        for (int r = 0; r < a.rows; ++r) {
          T* window = a.input_gradient + t * a.target_stride + visits.positions[v] + a.row_offsets[r];
          const T* weights = a.weights + (f * a.rows + r) * lenetpp::row_lanes;
          for (int k = 0; k < lenetpp::row_lanes; ++k) window[k] = std::fma(visits.deltas[v], weights[k], window[k]);
        }
      }
    }
  }
}

}  // namespace twins
