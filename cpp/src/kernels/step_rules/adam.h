// Adam (Kingma and Ba 2015, algorithm 1): m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, both flushed and,
// for the step, divided by 1 - beta^t, where t counts the steps from 1; the direction is m / (sqrt(v) + epsilon). AdamW
// (Loshchilov and Hutter 2019) differs in its weight decay only, of which g, m and v know nothing.
#pragma once

#include <lenetpp/optimizers.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "../compiler.h"

namespace lenetpp {

template <class T>
struct AdamRule {
  T beta1 = T(0), beta2 = T(0), epsilon = T(0);
  T correction1 = T(1), correction2 = T(1);  // 1 - beta^t
  bool decouples_decay = false;

  template <class Options>
  static std::vector<std::string_view> state_names(const Options&) {
    return {"first_moment", "second_moment"};
  }

  template <class Options>
  static AdamRule at_step(const Options& options, std::uint64_t step) {
    return {static_cast<T>(options.adam_beta1),       static_cast<T>(options.adam_beta2),
            static_cast<T>(options.adam_epsilon),     correction(options.adam_beta1, step + 1),
            correction(options.adam_beta2, step + 1), options.optimizer == Optimizer::adamw};
  }

  template <class L>
  LENETPP_INLINE L direction(const L& gradient, T* const* state) const {
    const L first = flush_subnormals(muladd(L::splat(beta1), L::load(state[0]), L::splat(T(1) - beta1) * gradient));
    const L squared = L::splat(T(1) - beta2) * (gradient * gradient);
    const L second = flush_subnormals(muladd(L::splat(beta2), L::load(state[1]), squared));
    first.store(state[0]);
    second.store(state[1]);
    return first / L::splat(correction1) / (square_root(second / L::splat(correction2)) + L::splat(epsilon));
  }

 private:
  /// In double, by squaring: the same operations on every machine.
  template <class Number>
  static T correction(Number beta, std::uint64_t steps) {
    double power = 1, square = beta;
    for (; steps > 0; steps /= 2, square *= square) {
      if (steps % 2 > 0) power *= square;
    }
    return static_cast<T>(1 - power);
  }
};

}  // namespace lenetpp
