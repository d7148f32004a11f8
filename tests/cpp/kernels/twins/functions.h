// The slow, obvious twins of the functions of one number: exponential, activations and their derivatives, flushing.
#pragma once

#include <lenetpp/layers.h>

#include <cmath>
#include <limits>

namespace twins {

using lenetpp::Activation;
using lenetpp::ActivationKind;

template <class T>
T flush_subnormals(T x) {
  return std::abs(x) < std::numeric_limits<T>::min() ? T(0) : x;
}

/// e^x = 2^n e^r with n = x / ln 2 rounded to a whole number, |r| <= ln 2 / 2, and Taylor's series of e^r.
template <class T>
struct ExponentialParts {
  T power;     // 2^n
  T fraction;  // e^r - 1
};

template <class T>
ExponentialParts<T> exponential_parts(T x) {
  constexpr bool is_float = sizeof(T) == 4;
  constexpr int terms = is_float ? 7 : 13;
  constexpr T to_integer = is_float ? T(0x1.8p23) : T(0x1.8p52);  // adding it rounds to a whole number
  constexpr T ln2_high = is_float ? T(0x1.62e4p-1) : T(0x1.62e42fefap-1);
  constexpr T ln2_low = is_float ? T(0x1.7f7d1cp-20) : T(0x1.cf79abc9e3b39p-40);
  const T n = std::fma(x, static_cast<T>(1.44269504088896340736), to_integer) - to_integer;
  const T r = std::fma(n, -ln2_low, std::fma(n, -ln2_high, x));
  const auto reciprocal_factorial = [](int k) {
    double factorial = 1;
    for (int i = 2; i <= k; ++i) factorial *= i;
    return static_cast<T>(1 / factorial);
  };
  T series = reciprocal_factorial(terms);
  for (int k = terms - 1; k >= 2; --k) series = std::fma(series, r, reciprocal_factorial(k));
  return {std::ldexp(T(1), std::isnan(n) ? 0 : static_cast<int>(n)), std::fma(r * r, series, r)};
}

/// Arguments beyond +-largest count as that.
template <class T>
T clamped(T x, T largest) {
  return x > largest ? largest : x < -largest ? -largest : x;
}

template <class T>
T exponential(T x) {
  const auto [power, fraction] = exponential_parts(clamped(x, sizeof(T) == 4 ? T(87) : T(708)));
  return std::fma(power, fraction, power);
}

template <class T>
T exponential_minus_one(T x) {
  const auto [power, fraction] = exponential_parts(clamped(x, T(40)));
  return std::fma(power, fraction, power - 1);
}

/// height * tanh(rate * x).
template <class T>
T scaled_tanh(T x, T height, T rate) {
  const T argument = x * rate;
  const bool negative = argument < 0;
  const T growth = exponential_minus_one(2 * (negative ? -argument : argument));
  const T magnitude = height * (growth / (growth + 2));
  return negative ? -magnitude : magnitude;
}

/// scaled_tanh's height and rate; tanh has 1 and 1.
template <class T>
constexpr T height = static_cast<T>(1.7159);
template <class T>
constexpr T rate = static_cast<T>(2.0 / 3.0);

template <class T>
T activate(const Activation& activation, T x) {
  const T slope = static_cast<T>(activation.slope);
  switch (activation.kind) {
    case ActivationKind::identity:
      return x;
    case ActivationKind::relu:
      return x < 0 ? x * T(0) : x;
    case ActivationKind::leaky_relu:
      return x < 0 ? x * slope : x;
    case ActivationKind::sigmoid:
      return 1 / (1 + exponential(x * -slope));
    case ActivationKind::tanh:
      return scaled_tanh(x, T(1), T(1));
    case ActivationKind::scaled_tanh:
      return scaled_tanh(x, height<T>, rate<T>);
  }
  return x;
}

/// The derivative at x, from y = activate(x).
template <class T>
T derivative(const Activation& activation, T y) {
  const T slope = static_cast<T>(activation.slope);
  switch (activation.kind) {
    case ActivationKind::identity:
      return 1;
    case ActivationKind::relu:
      return y > 0 ? T(1) : T(0);
    case ActivationKind::leaky_relu:
      return y > 0 ? T(1) : slope;
    case ActivationKind::sigmoid:
      return slope * y * (1 - y);
    case ActivationKind::tanh:
      return std::fma(-y, y, T(1));
    case ActivationKind::scaled_tanh:
      return std::fma(y * (-rate<T> / height<T>), y, rate<T> * height<T>);
  }
  return 1;
}

}  // namespace twins
