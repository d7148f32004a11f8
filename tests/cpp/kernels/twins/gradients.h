// The slow, obvious twins of the last activation, and of what happens to gradients: activations backward, lists of
// visits, sums, steps of SGD.
#pragma once

#include <cmath>

#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

template <class T>
void activation_forward(const lenetpp::ActivationForward<T>& a) {
  for (std::size_t i = 0; i < a.count; ++i) {
    a.arguments[i] = a.values[i];
    a.values[i] = activate(a.activation, a.values[i]);
  }
}

template <class T>
void activation_backward(const lenetpp::ActivationBackward<T>& a) {
  for (std::size_t i = 0; i < a.count; ++i) {
    a.deltas[i] = flush_subnormals(a.deltas[i] * derivative(a.activation, a.outputs[i]));
  }
}

template <class T>
void gradient_visits(const lenetpp::GradientVisits<T>& a) {
  for (int p = 0; p < a.planes; ++p) {
    std::int32_t* positions = a.positions + p * a.visits_stride;
    T* deltas = a.deltas + p * a.visits_stride;
    std::size_t count = 0;
    for (int i = 0; i < a.height; ++i) {
      for (int j = 0; j < a.width; ++j) {
        const std::ptrdiff_t place = p * a.plane_stride + i * a.row_stride + j;
        const T delta = flush_subnormals(a.gradients[place] * derivative(a.activation, a.outputs[place]));
        if (delta == 0) continue;
        const std::ptrdiff_t position =
            a.winners ? a.winners[(p * a.height + i) * a.width + j] : i * a.position_row_stride + j;
        positions[count] = a.window_offsets ? a.window_offsets[position] : static_cast<std::int32_t>(position);
        deltas[count] = delta;
        ++count;
      }
    }
    a.visits[p] = {positions, deltas, count};
  }
}

template <class T>
void add(T* to, const T* from, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += from[i];
}

/// The step of the parameter at `place`.
template <class T>
void sgd_step(const lenetpp::SgdUpdate<T>& a, T gradient, std::ptrdiff_t place) {
  T& w = a.parameters[place];
  const T g = flush_subnormals(std::fma(a.weight_decay, w, gradient * a.gradient_scale));
  const T v = a.velocities ? flush_subnormals(std::fma(a.momentum, a.velocities[place], g)) : g;
  if (a.velocities) a.velocities[place] = v;
  w = std::fma(-a.learning_rate, a.nesterov && a.velocities ? std::fma(a.momentum, v, g) : v, w);
}

template <class T>
void sgd_update(const lenetpp::SgdUpdate<T>& a) {
  for (std::size_t i = 0; i < a.count; ++i) sgd_step(a, a.gradients[i], static_cast<std::ptrdiff_t>(i));
}

}  // namespace twins
