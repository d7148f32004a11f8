// The largest error of one function over many arguments, against the C library's in a wider type.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "functions.h"

template <class T>
using Wider = std::conditional_t<sizeof(T) == 4, double, long double>;

template <class T>
struct Function {
  const char* name;
  ArrayFunction<T> computed;
  Wider<T> (*exact)(Wider<T>);
  T first, last;  // where the error is counted in units of the last place; outside, it is taken as it is
};

template <class T>
struct LargestErrors {
  std::uint64_t inside = 0;  // so many arguments
  double ulps = 0;           // distances of neighbouring numbers at the exact result
  T ulps_at = 0;
  std::uint64_t outside = 0;  // finite arguments
  double difference = 0;      // from exact results that are finite in T
  T difference_at = 0;
  std::uint64_t lost_nans = 0;
};

/// The distance of neighbouring numbers of T at `exact`.
template <class T>
double unit_in_the_last_place(Wider<T> exact) {
  using Limits = std::numeric_limits<T>;
  const int exponent = exact == 0 ? Limits::min_exponent : std::ilogb(exact) + 1;
  const int least = exponent < Limits::min_exponent ? Limits::min_exponent : exponent;
  return std::ldexp(1.0, least - Limits::digits);
}

template <class T>
void observe(const Function<T>& function, T x, T y, LargestErrors<T>& errors) {
  if (x != x) {
    errors.lost_nans += y == y;
    return;
  }
  if (!std::isfinite(x)) return;
  const Wider<T> exact = function.exact(static_cast<Wider<T>>(x));
  const auto difference = static_cast<double>(std::abs(static_cast<Wider<T>>(y) - exact));
  if (x < function.first || x > function.last) {
    ++errors.outside;
    if (difference > errors.difference && std::abs(exact) <= std::numeric_limits<T>::max()) {
      errors.difference = difference;
      errors.difference_at = x;
    }
    return;
  }
  ++errors.inside;
  // Most are far below the largest error so far; only then is the exact unit worth its time.
  const double unit = unit_in_the_last_place<T>(exact);
  if (difference > errors.ulps * unit) {
    errors.ulps = difference / unit;
    errors.ulps_at = x;
  }
}

template <class T>
LargestErrors<T> joined(LargestErrors<T> a, const LargestErrors<T>& b) {
  a.inside += b.inside;
  a.outside += b.outside;
  a.lost_nans += b.lost_nans;
  if (b.ulps > a.ulps) a.ulps = b.ulps, a.ulps_at = b.ulps_at;
  if (b.difference > a.difference) a.difference = b.difference, a.difference_at = b.difference_at;
  return a;
}
