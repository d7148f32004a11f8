// The slow, obvious twins of the last activation, and of what happens to gradients: activations backward, lists of
// visits, sums, steps of optimizers.
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

/// The direction of SGD's step.
template <class T>
T direction(const lenetpp::SgdRule<T>& rule, T gradient, T* velocity) {
  if (!velocity) return gradient;
  *velocity = flush_subnormals(std::fma(rule.momentum, *velocity, gradient));
  return rule.nesterov ? std::fma(rule.momentum, *velocity, gradient) : *velocity;
}

/// Adam's, written as the paper has it, in the contract's order of roundings.
template <class T>
T direction(const lenetpp::AdamRule<T>& rule, T gradient, T* first, T* second) {
  *first = flush_subnormals(std::fma(rule.beta1, *first, (1 - rule.beta1) * gradient));
  *second = flush_subnormals(std::fma(rule.beta2, *second, (1 - rule.beta2) * (gradient * gradient)));
  return *first / rule.correction1 / (std::sqrt(*second / rule.correction2) + rule.epsilon);
}

/// The step of the parameter at `place`; returns its direction.
template <class T>
T step_of_parameter(const lenetpp::Step<T>& a, T gradient, std::ptrdiff_t place) {
  T& w = a.parameters[place];
  const T decay = a.decays ? a.decays[place] : a.weight_decay;
  const bool decays_apart = a.optimizer == lenetpp::Optimizer::adamw;
  const T scaled = gradient * a.gradient_scale;
  const T g = flush_subnormals(decays_apart ? scaled : std::fma(decay, w, scaled));
  T d = a.optimizer == lenetpp::Optimizer::sgd ? direction(a.rules.sgd, g, a.state[0] ? a.state[0] + place : nullptr)
                                               : direction(a.rules.adam, g, a.state[0] + place, a.state[1] + place);
  if (decays_apart) d = std::fma(decay, w, d);
  w = std::fma(-a.learning_rate, d, w);
  return d;
}

template <class T>
void optimizer_step(const lenetpp::Step<T>& a) {
  for (std::size_t i = 0; i < a.count; ++i) {
    const T d = step_of_parameter(a, a.gradients[i], static_cast<std::ptrdiff_t>(i));
    if (a.directions) a.directions[i] = d;
  }
}

template <class T>
void move_towards(T* to, const T* values, std::size_t count, T share) {
  for (std::size_t i = 0; i < count; ++i) to[i] = flush_subnormals(std::fma(share, values[i] - to[i], to[i]));
}

}  // namespace twins
