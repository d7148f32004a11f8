// One step of an optimizer for 16 parameters, as a function object that holds what all have in common.
#pragma once

#include "kernels.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T, class Rule>
class ParameterStep {
 public:
  using L = Lanes<T, lanes>;

  LENETPP_INLINE ParameterStep(const Step<T>& a, const Rule& rule)
      : decay_(L::splat(a.weight_decay)),
        scale_(L::splat(a.gradient_scale)),
        rate_(L::splat(-a.learning_rate)),
        decays_(a.decays),
        rule_(rule),
        parameters_(a.parameters) {
    for (int i = 0; i < most_state_arrays; ++i) state_[i] = a.state[i];
  }

  /// The parameters at `place` and the 15 behind it, whose gradients before scaling and decay are `gradient`. Returns
  /// the direction of their step.
  LENETPP_INLINE L operator()(const L& gradient, std::ptrdiff_t place) const {
    return (*this)(gradient, L::load(parameters_ + place), place);
  }
  LENETPP_INLINE L operator()(const L& gradient, const L& weights, std::ptrdiff_t place) const {
    T* state[most_state_arrays];
    for (int i = 0; i < most_state_arrays; ++i) state[i] = state_[i] ? state_[i] + place : nullptr;
    const L decay = decays_ ? L::load(decays_ + place) : decay_;
    const L scaled = gradient * scale_;
    const L decayed = flush_subnormals(rule_.decouples_decay ? scaled : muladd(decay, weights, scaled));
    L direction = rule_.direction(decayed, state);
    if (rule_.decouples_decay) direction = muladd(decay, weights, direction);
    muladd(rate_, direction, weights).store(parameters_ + place);
    return direction;
  }

 private:
  L decay_, scale_, rate_;
  const T* decays_;
  Rule rule_;
  T* parameters_;
  T* state_[most_state_arrays];
};

/// Calls use(rule) with the rule that is chosen at run time.
template <class T, class Use>
LENETPP_INLINE void with_step_rule(const Step<T>& step, const Use& use) {
  with_rule(step.optimizer, step.rules, use);
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
