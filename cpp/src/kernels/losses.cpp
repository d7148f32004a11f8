// Losses of one sample. The gradients are in T, the loss itself is summed in double.
#include "../mathematics.h"
#include "exponential.h"
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
T largest(const T* values, std::size_t count) {
  T best = values[0];
  for (std::size_t i = 1; i < count; ++i) best = values[i] > best ? values[i] : best;
  return best;
}

// powers[i] = exp(outputs[i] - max); returns their sum in order, always at least 1.
template <class T>
T exponentials(const T* outputs, T* powers, std::size_t count) {
  using L = Lanes<T, lanes>;
  const L shift = L::splat(largest(outputs, count));
  for (std::size_t i = 0; i < count; i += lanes) {
    const int columns = static_cast<int>(count - i < lanes ? count - i : lanes);
    exponential(L::load_first(outputs + i, columns) - shift).store_first(powers + i, columns);
  }
  T sum = T(0);
  for (std::size_t i = 0; i < count; ++i) sum += powers[i];
  return sum;
}

void softmax(const double* outputs, double* probabilities, std::size_t count) {
  const double sum = exponentials(outputs, probabilities, count);
  for (std::size_t i = 0; i < count; ++i) probabilities[i] /= sum;
}

/// What outputs are compared with: one for the label and zero else, or with smoothing (Szegedy et al. 2016) a share of
/// all classes for each. Without smoothing, all that is computed with it has the bits as if there were none.
template <class T>
struct Targets {
  explicit Targets(const SampleLoss<T>& a)
      : of_others(static_cast<T>(a.smoothing / static_cast<double>(a.count))),
        of_label(static_cast<T>(1 - a.smoothing + a.smoothing / static_cast<double>(a.count))) {}

  T of_others, of_label;
};

template <class T>
double mean(const T* values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(values[i]);
  return sum / static_cast<double>(count);
}

template <class T>
double cross_entropy(const SampleLoss<T>& a) {
  const Targets<T> targets(a);
  const T sum = exponentials(a.outputs, a.gradients, a.count);
  const double margin = static_cast<double>(largest(a.outputs, a.count)) - static_cast<double>(a.outputs[a.label]);
  for (std::size_t i = 0; i < a.count; ++i) {
    const T probability = a.gradients[i] / sum;
    a.gradients[i] = a.scale * (probability - (i == a.label ? targets.of_label : targets.of_others));
  }
  const double loss = natural_logarithm(static_cast<double>(sum)) + margin;
  if (a.smoothing == 0) return loss;
  return loss + a.smoothing * (static_cast<double>(a.outputs[a.label]) - mean(a.outputs, a.count));
}

template <class T>
double squared_error(const SampleLoss<T>& a) {
  const Targets<T> targets(a);
  double loss = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const T error = a.outputs[i] - (i == a.label ? targets.of_label : targets.of_others);
    loss += 0.5 * static_cast<double>(error) * static_cast<double>(error);
    a.gradients[i] = a.scale * error;
  }
  return loss;
}

/// The sum of log(1 + e^w) over the logits w of `count` wrong answers, in order: w is rounded already, e^w would be 0
/// or infinite soon, and so 1 - sigmoid(-w).
double add_losses_of_logits(const double* w, std::size_t count, double sum) {
  using L = Lanes<double, lanes>;
  double powers[lanes] = {};
  for (std::size_t i = 0; i < count; ++i) powers[i] = w[i] > 0 ? -w[i] : w[i];
  exponential(L::load(powers)).store(powers);
  for (std::size_t i = 0; i < count; ++i) sum += (w[i] > 0 ? w[i] : 0.0) + logarithm_of_one_plus(powers[i]);
  return sum;
}

template <class T>
double binary_cross_entropy(const SampleLoss<T>& a) {
  const Targets<T> targets(a);
  const auto of_label = static_cast<double>(targets.of_label), of_others = static_cast<double>(targets.of_others);
  const T slope = static_cast<T>(a.sigmoid_slope);
  double loss = 0, moved = 0;
  for (std::size_t first = 0; first < a.count; first += lanes) {
    const std::size_t count = a.count - first < lanes ? a.count - first : lanes;
    double logits[lanes];
    for (std::size_t k = 0; k < count; ++k) {
      const double logit = static_cast<double>(slope) * static_cast<double>(a.arguments[first + k]);
      logits[k] = first + k == a.label ? -logit : logit;
      // log(1 + e^z) = log(1 + e^-z) + z: what the share of the target costs that is on the other side.
      if (a.smoothing > 0) moved += (first + k == a.label ? 1 - of_label : -of_others) * logit;
    }
    loss = add_losses_of_logits(logits, count, loss);
  }
  for (std::size_t i = 0; i < a.count; ++i) {
    const T error = a.outputs[i] - (i == a.label ? targets.of_label : targets.of_others);
    a.gradients[i] = a.scale * slope * error;
  }
  return loss + moved;
}

template <class T>
double sample_loss(const SampleLoss<T>& a) {
  switch (a.loss) {
    case Loss::cross_entropy:
      return cross_entropy(a);
    case Loss::squared_error:
      return squared_error(a);
    case Loss::binary_cross_entropy:
      break;
  }
  return binary_cross_entropy(a);
}

}  // namespace

template <class T>
void add_losses(Kernels<T>& table) {
  table.sample_loss = sample_loss<T>;
  table.softmax = softmax;
}
template void add_losses(Kernels<float>&);
template void add_losses(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
