// Calls of kernels as data: the memory, and how a table of kernels works on it. Each list sweeps the shapes of a few
// kernels so that all tails of all vectors and register tiles occur.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "kernels/kernels.h"
#include "memory.h"
#include "numbers.h"

template <class T>
struct KernelCall {
  std::string description;
  Memory memory;
  std::function<void(const lenetpp::Kernels<T>&, Memory&)> run;
};

template <class T>
std::vector<KernelCall<T>> convolution_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> filter_lanes_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> interleaving_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> window_gradient_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> max_pooling_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> dense_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> activation_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> loss_calls(Numbers numbers);
template <class T>
std::vector<KernelCall<T>> elementwise_calls(Numbers numbers);

/// What a failing test prints.
template <class... Words>
std::string describe(const Words&... words) {
  std::ostringstream stream;
  (stream << ... << words);
  return stream.str();
}

template <class T>
std::vector<T> magnitudes(std::vector<T> values) {
  for (T& value : values) value = value < 0 ? -value : value;
  return values;
}

/// Adam's rule of a step, with its usual numbers.
template <class T>
lenetpp::AdamRule<T> adam_rule(std::uint64_t step, lenetpp::Optimizer optimizer = lenetpp::Optimizer::adam) {
  struct Options {
    double adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;
    lenetpp::Optimizer optimizer;
  };
  return lenetpp::AdamRule<T>::at_step(Options{.optimizer = optimizer}, step);
}

/// All activations, with slopes that no other number of a test has.
inline constexpr lenetpp::Activation activations[] = {
    {lenetpp::ActivationKind::identity, 1.0},   {lenetpp::ActivationKind::relu, 1.0},
    {lenetpp::ActivationKind::leaky_relu, 0.3}, {lenetpp::ActivationKind::leaky_relu, 0.0},
    {lenetpp::ActivationKind::sigmoid, 1.0},    {lenetpp::ActivationKind::sigmoid, 1.7},
    {lenetpp::ActivationKind::tanh, 1.0},       {lenetpp::ActivationKind::scaled_tanh, 1.0}};
inline constexpr int activation_count = static_cast<int>(std::size(activations));

constexpr lenetpp::Activation activation_number(int n) { return activations[n % activation_count]; }
