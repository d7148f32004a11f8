// Stochastic gradient descent with momentum in PyTorch's form, v = momentum v + g, or in Nesterov's (Sutskever et al.
// 2013, as PyTorch writes it). The state is v, flushed; without momentum there is none.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "../compiler.h"

namespace lenetpp {

template <class T>
struct SgdRule {
  T momentum = T(0);
  bool nesterov = false;
  static constexpr bool decouples_decay = false;

  template <class Options>
  static std::vector<std::string_view> state_names(const Options& options) {
    if (options.momentum > 0) return {"velocity"};
    return {};
  }

  template <class Options>
  static SgdRule at_step(const Options& options, std::uint64_t /*step*/) {
    return {static_cast<T>(options.momentum), options.nesterov};
  }

  template <class L>
  LENETPP_INLINE L direction(const L& gradient, T* const* state) const {
    if (!state[0]) return gradient;
    const L velocity = flush_subnormals(muladd(L::splat(momentum), L::load(state[0]), gradient));
    velocity.store(state[0]);
    return nesterov ? muladd(L::splat(momentum), velocity, gradient) : velocity;
  }
};

}  // namespace lenetpp
