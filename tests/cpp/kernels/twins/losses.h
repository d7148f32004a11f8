// The slow, obvious twins of softmax, the losses and the normalization of pixels.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "functions.h"
#include "kernels/kernels.h"
#include "mathematics.h"

namespace twins {

/// NaN stays NaN.
inline double natural_logarithm(double x) { return std::isnan(x) ? x : lenetpp::natural_logarithm(x); }

template <class T>
T largest(const T* values, std::size_t count) {
  T best = values[0];
  for (std::size_t i = 1; i < count; ++i) {
    if (values[i] > best) best = values[i];
  }
  return best;
}

template <class T>
T sum_of_exponentials(const T* outputs, std::size_t count) {
  T sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += exponential(outputs[i] - largest(outputs, count));
  return sum;
}

template <class T>
void softmax(const T* outputs, T* probabilities, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    probabilities[i] = exponential(outputs[i] - largest(outputs, count)) / sum_of_exponentials(outputs, count);
  }
}

/// What output `i` should be: one for the label, zero else, where a share is taken from all and spread evenly.
template <class T>
T target(const lenetpp::SampleLoss<T>& a, std::size_t i) {
  const double spread = a.smoothing / static_cast<double>(a.count);
  return static_cast<T>(i == a.label ? 1 - a.smoothing + spread : spread);
}

template <class T>
double cross_entropy(const lenetpp::SampleLoss<T>& a) {
  softmax(a.outputs, a.gradients, a.count);
  for (std::size_t i = 0; i < a.count; ++i) {
    a.gradients[i] = a.scale * (a.gradients[i] - target(a, i));
  }
  double mean = 0;
  for (std::size_t i = 0; i < a.count; ++i) mean += static_cast<double>(a.outputs[i]);
  mean /= static_cast<double>(a.count);
  const double loss = natural_logarithm(static_cast<double>(sum_of_exponentials(a.outputs, a.count))) +
                      (static_cast<double>(largest(a.outputs, a.count)) - static_cast<double>(a.outputs[a.label]));
  return a.smoothing > 0 ? loss + a.smoothing * (static_cast<double>(a.outputs[a.label]) - mean) : loss;
}

template <class T>
double squared_error(const lenetpp::SampleLoss<T>& a) {
  double loss = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const T error = a.outputs[i] - target(a, i);
    loss += 0.5 * static_cast<double>(error) * static_cast<double>(error);
    a.gradients[i] = a.scale * error;
  }
  return loss;
}

/// -log of the probability of what is right: log(1 + e^x), x the logit of what is wrong; and of the share of a target
/// that is on the other side, log(1 + e^-x) instead, which is less by x.
template <class T>
double binary_cross_entropy(const lenetpp::SampleLoss<T>& a) {
  double loss = 0, moved = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const bool is_target = i == a.label;
    const T slope = static_cast<T>(a.sigmoid_slope);
    const double logit = static_cast<double>(slope) * static_cast<double>(a.arguments[i]);
    const double x = is_target ? -logit : logit;
    loss += std::fmax(x, 0.0) + lenetpp::logarithm_of_one_plus(exponential(-std::abs(x)));
    const double share = static_cast<double>(target(a, i));
    if (a.smoothing > 0) moved += is_target ? (1 - share) * logit : -share * logit;
    a.gradients[i] = a.scale * slope * (a.outputs[i] - target(a, i));
  }
  return loss + moved;
}

template <class T>
double sample_loss(const lenetpp::SampleLoss<T>& a) {
  switch (a.loss) {
    case lenetpp::Loss::cross_entropy:
      return cross_entropy(a);
    case lenetpp::Loss::squared_error:
      return squared_error(a);
    case lenetpp::Loss::binary_cross_entropy:
      return binary_cross_entropy(a);
  }
  return 0;
}

/// Pixels are uint8 or float.
template <class Pixel, class T>
void normalize(const Pixel* in, T* out, std::size_t count, T scale, T shift) {
  for (std::size_t i = 0; i < count; ++i) out[i] = std::fma(static_cast<T>(in[i]), scale, shift);
}

}  // namespace twins
