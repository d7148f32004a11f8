// The activations as function objects: f(x), and derivative(y) = f'(x) at y = f(x). What else is known of each is its
// row in lenetpp/activations.h.
#pragma once

#include <lenetpp/activations.h>

#include "exponential.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
struct Identity {
  template <class L>
  LENETPP_INLINE L operator()(const L& x) const {
    return x;
  }
  template <class L>
  LENETPP_INLINE L derivative(const L&) const {
    return L::splat(T(1));
  }
};

/// slope 0 is relu. The derivative at 0 is the slope.
template <class T>
struct LeakyRelu {
  T slope;
  template <class L>
  LENETPP_INLINE L operator()(const L& x) const {
    return select(greater(L::splat(T(0)), x), x * L::splat(slope), x);
  }
  template <class L>
  LENETPP_INLINE L derivative(const L& y) const {
    return select(greater(y, L::splat(T(0))), L::splat(T(1)), L::splat(slope));
  }
};

template <class T>
struct Sigmoid {
  T slope;
  template <class L>
  LENETPP_INLINE L operator()(const L& x) const {
    const L one = L::splat(T(1));
    return one / (one + exponential(x * L::splat(-slope)));
  }
  template <class L>
  LENETPP_INLINE L derivative(const L& y) const {
    return L::splat(slope) * y * (L::splat(T(1)) - y);
  }
};

/// height * tanh(rate * x).
template <class T>
struct Tanh {
  T height, rate;
  template <class L>
  LENETPP_INLINE L operator()(const L& x) const {
    const L zero = L::splat(T(0));
    const L scaled = x * L::splat(rate);
    const auto negative = greater(zero, scaled);
    const L growth = exponential_minus_one(L::splat(T(2)) * select(negative, zero - scaled, scaled));
    const L magnitude = L::splat(height) * (growth / (growth + L::splat(T(2))));
    return select(negative, zero - magnitude, magnitude);
  }
  template <class L>
  LENETPP_INLINE L derivative(const L& y) const {
    return muladd(y * L::splat(-rate / height), y, L::splat(rate * height));
  }
};

/// Calls body(function object) for the activation that is chosen at run time. A kind without a function does not
/// compile (-Werror=switch), nor does one without a row.
template <class T, class Body>
LENETPP_INLINE auto with_activation(const Activation& activation, Body&& body) {
  const T slope = static_cast<T>(activation.slope);
  switch (activation.kind) {
    case row_of(ActivationKind::identity).kind:
      break;
    case row_of(ActivationKind::relu).kind:
      return body(LeakyRelu<T>{T(0)});
    case row_of(ActivationKind::leaky_relu).kind:
      return body(LeakyRelu<T>{slope});
    case row_of(ActivationKind::sigmoid).kind:
      return body(Sigmoid<T>{slope});
    case row_of(ActivationKind::tanh).kind:
      return body(Tanh<T>{T(1), T(1)});
    case row_of(ActivationKind::scaled_tanh).kind:
      return body(Tanh<T>{static_cast<T>(scaled_tanh_height), static_cast<T>(scaled_tanh_rate)});
  }
  return body(Identity<T>{});
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
