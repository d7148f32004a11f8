// The slow, obvious twins of the kernels of dense layers.
#pragma once

#include <cmath>

#include "functions.h"
#include "gradients.h"
#include "kernels/kernels.h"

namespace twins {

/// 16 numbers added by the fixed tree: lane i + 8 onto lane i, then i + 4, i + 2, i + 1.
template <class T>
T sum_of_lanes(T (&lane)[lenetpp::lanes]) {
  for (int half = lenetpp::lanes / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) lane[i] += lane[i + half];
  }
  return lane[0];
}

template <class T>
void dense_forward(const lenetpp::DenseForward<T>& a) {
  for (std::size_t b = 0; b < a.batch; ++b) {
    const T* inputs = a.inputs + static_cast<std::ptrdiff_t>(b) * a.input_stride;
    T* outputs = a.outputs + static_cast<std::ptrdiff_t>(b) * a.output_stride;
    for (int u = a.first_unit; u < a.last_unit; ++u) {
      const T* weights = a.weights + u * a.weight_stride;
      T lane[lenetpp::lanes] = {};
      for (int i = 0; i < a.inputs_padded; ++i) {
        lane[i % lenetpp::lanes] = std::fma(inputs[i], weights[i], lane[i % lenetpp::lanes]);
      }
      const T sum = sum_of_lanes(lane);
      outputs[u] = activate(a.activation, a.bias ? sum + a.bias[u] : sum);
    }
  }
}

template <class T>
void dense_input_gradient(const lenetpp::DenseInputGradient<T>& a) {
  for (std::size_t b = 0; b < a.batch; ++b) {
    const T* deltas = a.deltas + static_cast<std::ptrdiff_t>(b) * a.delta_stride;
    T* gradients = a.input_gradients + static_cast<std::ptrdiff_t>(b) * a.input_stride;
    for (int i = a.first_input; i < a.last_input; ++i) {
      for (int u = 0; u < a.units; ++u) {
        gradients[i] = std::fma(deltas[u], a.weights[u * a.weight_stride + i], gradients[i]);
      }
    }
  }
}

template <class T>
void dense_weight_gradient(const lenetpp::DenseWeightGradient<T>& a) {
  const auto row = [](std::size_t b, std::ptrdiff_t stride) { return static_cast<std::ptrdiff_t>(b) * stride; };
  for (int u = a.first_unit; u < a.last_unit; ++u) {
    for (int i = 0; i < a.inputs_padded; ++i) {
      T sum = 0;
      for (std::size_t b = 0; b < a.batch; ++b) {
        sum = std::fma(a.deltas[row(b, a.delta_stride) + u], a.inputs[row(b, a.input_stride) + i], sum);
      }
      const std::ptrdiff_t place = u * a.weight_stride + i;
      if (a.step) {
        step_of_parameter(*a.step, sum, place);
      } else {
        a.weight_gradients[place] = sum;
      }
    }
    if (!a.bias_gradients) continue;
    T sum = 0;
    for (std::size_t b = 0; b < a.batch; ++b) sum += a.deltas[row(b, a.delta_stride) + u];
    a.bias_gradients[u] = sum;
  }
}

template <class T>
void dense_backward_and_step(const lenetpp::DenseBackwardAndStep<T>& a) {
  const lenetpp::DenseInputGradient<T>& g = a.input_gradient;
  dense_input_gradient(g);
  // A layer of the range's inputs only.
  lenetpp::Step<T> step = a.step;
  step.parameters += g.first_input;
  for (T*& array : step.state) {
    if (array) array += g.first_input;
  }
  dense_weight_gradient<T>({.deltas = g.deltas,
                            .delta_stride = g.delta_stride,
                            .inputs = a.inputs + g.first_input,
                            .input_stride = g.input_stride,
                            .weight_gradients = nullptr,
                            .weight_stride = g.weight_stride,
                            .bias_gradients = nullptr,
                            .batch = g.batch,
                            .inputs_padded = g.last_input - g.first_input,
                            .first_unit = 0,
                            .last_unit = g.units,
                            .step = &step});
}

}  // namespace twins
