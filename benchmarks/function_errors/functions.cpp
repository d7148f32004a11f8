// Compiled once per instruction set, like the kernels.
#include "functions.h"

#include "kernels/activation_functions.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

constexpr int width = 16;

struct Exponential {
  template <class L>
  L operator()(const L& x) const {
    return exponential(x);
  }
};

struct ExponentialMinusOne {
  template <class L>
  L operator()(const L& x) const {
    return exponential_minus_one(x);
  }
};

template <class T, ActivationKind kind>
struct WithActivation {
  template <class L>
  L operator()(const L& x) const {
    return with_activation<T>(Activation{kind, kind == ActivationKind::leaky_relu ? 0.1 : 1.0},
                              [&](auto function) { return function(x); });
  }
};

template <class T, class Function>
void apply(const T* arguments, T* results, std::size_t count) {
  for (std::size_t i = 0; i < count; i += width) {
    Function()(Lanes<T, width>::load(arguments + i)).store(results + i);
  }
}

}  // namespace

template <class T>
Functions<T> functions() {
  return {apply<T, Exponential>,
          apply<T, ExponentialMinusOne>,
          apply<T, WithActivation<T, ActivationKind::sigmoid>>,
          apply<T, WithActivation<T, ActivationKind::tanh>>,
          apply<T, WithActivation<T, ActivationKind::scaled_tanh>>,
          apply<T, WithActivation<T, ActivationKind::leaky_relu>>};
}
template Functions<float> functions();
template Functions<double> functions();

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
