// exp and expm1 from exact operations only: x = n ln 2 + r with |r| <= ln 2 / 2, then Taylor's series of e^r, whose
// first omitted term is below a tenth of a unit in the last place.
#pragma once

#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
struct ExponentialConstants;

template <>
struct ExponentialConstants<float> {
  static constexpr int terms = 7;
  static constexpr int mantissa_bits = 23;
  static constexpr float largest_argument = 87.0f;      // e^-87 and 1 / (1 + e^87) are still normal numbers
  static constexpr float round_to_integer = 0x1.8p23f;  // adding it leaves a whole number in the low bits
  static constexpr float exponent_bias = 127.0f;
  static constexpr float ln2_high = 0x1.62e4p-1f;
  static constexpr float ln2_low = 0x1.7f7d1cp-20f;
};

template <>
struct ExponentialConstants<double> {
  static constexpr int terms = 13;
  static constexpr int mantissa_bits = 52;
  static constexpr double largest_argument = 708.0;
  static constexpr double round_to_integer = 0x1.8p52;
  static constexpr double exponent_bias = 1023.0;
  static constexpr double ln2_high = 0x1.62e42fefa0000p-1;
  static constexpr double ln2_low = 0x1.cf79abc9e3b39p-40;
};

/// e^x = power + power * fraction, with power a power of two and fraction = e^r - 1.
template <class T, int N>
struct ExponentialParts {
  Lanes<T, N> power, fraction;
};

/// |x| must be at most largest_argument.
template <class T, int N>
LENETPP_INLINE_IN_REGISTERS ExponentialParts<T, N> exponential_parts(const Lanes<T, N>& x) {
  using L = Lanes<T, N>;
  using C = ExponentialConstants<T>;
  constexpr T log2_e = static_cast<T>(1.44269504088896340736);
  const L magic = L::splat(C::round_to_integer);
  const L n = muladd(x, L::splat(log2_e), magic) - magic;
  L r = muladd(n, L::splat(-C::ln2_high), x);
  r = muladd(n, L::splat(-C::ln2_low), r);
  double factorial = 1;
  for (int k = 2; k <= C::terms; ++k) factorial *= k;
  L series = L::splat(static_cast<T>(1 / factorial));  // 1 / terms! + ... down to 1 / 2!
  LENETPP_UNROLL for (int k = C::terms; k > 2; --k) {
    factorial /= k;
    series = muladd(series, r, L::splat(static_cast<T>(1 / factorial)));
  }
  const L biased = n + L::splat(C::round_to_integer + C::exponent_bias);
  return {shift_bits_left(biased, C::mantissa_bits), muladd(r * r, series, r)};
}

/// Arguments beyond +-largest_argument count as that. NaN stays NaN.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> clamp_symmetric(const Lanes<T, N>& x, T largest) {
  using L = Lanes<T, N>;
  const L high = L::splat(largest), low = L::splat(-largest);
  const L below = select(greater(x, high), high, x);
  return select(greater(low, below), low, below);
}

template <class T, int N>
LENETPP_INLINE Lanes<T, N> exponential(const Lanes<T, N>& x) {
  const auto parts = exponential_parts(clamp_symmetric(x, ExponentialConstants<T>::largest_argument));
  return muladd(parts.power, parts.fraction, parts.power);
}

/// e^x - 1, accurate near zero; 0 <= x, and arguments beyond 40 count as 40 (tanh is 1 there).
template <class T, int N>
LENETPP_INLINE Lanes<T, N> exponential_minus_one(const Lanes<T, N>& x) {
  using L = Lanes<T, N>;
  const auto parts = exponential_parts(clamp_symmetric(x, T(40)));
  return muladd(parts.power, parts.fraction, parts.power - L::splat(T(1)));
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
