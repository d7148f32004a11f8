// a * b + c with one rounding, for every a, b and c, out of operations that IEEE 754 defines: the C library's fma() is
// not exact everywhere (that of Windows is not, without the instruction). Where the compiler has the instruction, it.
//
// Rounding to odd is what makes two roundings one: of the two neighbours of an inexact result it takes the one whose
// last bit is set, so that a later rounding to at least two bits less never sees a tie that is none.
// S. Boldo, G. Melquiond: Emulation of a FMA and correctly rounded sums: proved algorithms using rounding to odd.
#pragma once

#include <bit>
#include <cstdint>

#include "../../strict_arithmetic.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// a + b = sum + error, exactly.
struct ExactSum {
  double sum, error;
};

inline ExactSum exact_sum(double a, double b) {
  const double sum = a + b;
  const double part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}

/// a + b rounded to odd. Infinity and NaN are those of a + b: their error is NaN.
inline double sum_rounded_to_odd(double a, double b) {
  const auto [sum, error] = exact_sum(a, b);
  const auto bits = std::bit_cast<std::uint64_t>(sum);
  const bool is_inexact = error < 0 || error > 0;
  if (!is_inexact || (bits & 1) != 0) return sum;
  const bool is_too_small = (sum > 0) == (error > 0);  // in magnitude
  return std::bit_cast<double>(is_too_small ? bits + 1 : bits - 1);
}

/// Of float numbers: the product is exact in double, where the sum can neither overflow nor be subnormal.
inline float emulated_fused_multiply_add(float a, float b, float c) {
  return static_cast<float>(
      sum_rounded_to_odd(static_cast<double>(a) * static_cast<double>(b), static_cast<double>(c)));
}

/// 128 bits as two numbers.
struct Wide {
  std::uint64_t high, low;
};

inline Wide exact_product(std::uint64_t a, std::uint64_t b) {
  constexpr std::uint64_t half = 0xffffffff;
  const std::uint64_t low = (a & half) * (b & half), high = (a >> 32) * (b >> 32);
  const std::uint64_t first = (a >> 32) * (b & half), second = (a & half) * (b >> 32);
  const std::uint64_t middle = (low >> 32) + (first & half) + (second & half);
  return {high + (first >> 32) + (second >> 32) + (middle >> 32), middle << 32 | (low & half)};
}

inline Wide sum(Wide a, Wide b) {
  const std::uint64_t low = a.low + b.low;
  return {a.high + b.high + (low < a.low ? 1 : 0), low};
}
inline Wide difference(Wide a, Wide b) { return {a.high - b.high - (a.low < b.low ? 1 : 0), a.low - b.low}; }
inline bool is_less(Wide a, Wide b) { return a.high < b.high || (a.high == b.high && a.low < b.low); }

inline Wide shifted_left(Wide x, int count) {
  if (count == 0) return x;
  if (count >= 64) return {x.low << (count - 64), 0};
  return {x.high << count | x.low >> (64 - count), x.low << count};
}

/// The last bit is also set if one that is lost was.
inline Wide shifted_right(Wide x, int count) {
  if (count == 0) return x;
  if (count >= 128) return {0, (x.high | x.low) != 0 ? std::uint64_t{1} : 0};
  const Wide lost = shifted_left(x, 128 - count);
  const std::uint64_t last = (lost.high | lost.low) != 0 ? 1 : 0;
  if (count >= 64) return {0, x.high >> (count - 64) | last};
  return {x.high >> count, x.high << (64 - count) | x.low >> count | last};
}

/// magnitude * 2^exponent with a sign; bit 126 of the magnitude is the highest that is set.
struct WideNumber {
  bool is_negative;
  Wide magnitude;
  int exponent;
};

/// The magnitude must not be zero.
inline WideNumber wide_number(bool is_negative, Wide magnitude, int exponent) {
  const int zeros = magnitude.high != 0 ? std::countl_zero(magnitude.high) : 64 + std::countl_zero(magnitude.low);
  if (zeros == 0) return {is_negative, shifted_right(magnitude, 1), exponent + 1};
  return {is_negative, shifted_left(magnitude, zeros - 1), exponent - (zeros - 1)};
}

/// A finite double as a whole number times 2^exponent.
struct DoubleParts {
  bool is_negative;
  std::uint64_t significand;
  int exponent;
};

inline constexpr std::uint64_t hidden_bit = std::uint64_t{1} << 52;
inline constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
inline constexpr int smallest_exponent = -1074;  // of a double's last bit
inline constexpr std::uint64_t infinity = std::uint64_t{0x7ff} << 52;

inline DoubleParts parts_of(double x) {
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const bool is_negative = (bits & sign_bit) != 0;
  const auto field = static_cast<int>(bits >> 52 & 0x7ff);
  const std::uint64_t fraction = bits & (hidden_bit - 1);
  if (field == 0) return {is_negative, fraction, smallest_exponent};
  return {is_negative, fraction | hidden_bit, smallest_exponent + field - 1};
}

/// The nearest double, ties to even.
inline double rounded(const WideNumber& x) {
  const std::uint64_t sign = x.is_negative ? sign_bit : 0;
  // Bit 126 becomes the hidden bit, 52, unless the result is subnormal. Two bits more are kept for the rounding: the
  // first of the lost ones, and whether any other was set.
  const int exponent = x.exponent + (126 - 52);
  const int missing = exponent < smallest_exponent ? smallest_exponent - exponent : 0;
  const std::uint64_t kept = shifted_right(x.magnitude, 126 - 52 - 2 + missing).low;
  const bool is_up = (kept & 3) == 3 || (kept & 7) == 6;
  const std::uint64_t significand = (kept >> 2) + (is_up ? 1 : 0);
  if (missing > 0) return std::bit_cast<double>(sign | significand);
  // A carry out of the significand raises the exponent by one, as it should, and makes infinity of the largest.
  const auto field = static_cast<std::uint64_t>(exponent - smallest_exponent);
  if (field > 0x7fd) return std::bit_cast<double>(sign | infinity);
  return std::bit_cast<double>(sign | ((field << 52) + significand));
}

/// Of double numbers, in integers: no wider number type is the same everywhere. Not to be inlined, because kernels are
/// unrolled: they would take minutes to compile.
#if defined(_MSC_VER)
__declspec(noinline)
#else
__attribute__((noinline))
#endif
inline double emulated_fused_multiply_add(double a, double b, double c) {
  const auto is_finite = [](double x) { return (std::bit_cast<std::uint64_t>(x) & infinity) != infinity; };
  if (a == 0 || b == 0 || !is_finite(a) || !is_finite(b)) return a * b + c;
  if (!is_finite(c)) return c + c;
  if (c == 0) return a * b;
  const DoubleParts x = parts_of(a), y = parts_of(b), z = parts_of(c);
  WideNumber large =
      wide_number(x.is_negative != y.is_negative, exact_product(x.significand, y.significand), x.exponent + y.exponent);
  WideNumber small = wide_number(z.is_negative, {0, z.significand}, z.exponent);
  if (large.exponent < small.exponent) {
    const WideNumber other = large;
    large = small;
    small = other;
  }
  // Both end in at least 21 zeros: where a bit is lost here, the difference keeps bit 125 at least, and the rounding
  // looks at far higher ones than the last, which stands for all that are lost.
  small.magnitude = shifted_right(small.magnitude, large.exponent - small.exponent);
  const bool is_reversed = is_less(large.magnitude, small.magnitude);
  if (large.is_negative == small.is_negative) {
    return rounded(wide_number(large.is_negative, sum(large.magnitude, small.magnitude), large.exponent));
  }
  const Wide rest =
      is_reversed ? difference(small.magnitude, large.magnitude) : difference(large.magnitude, small.magnitude);
  if ((rest.high | rest.low) == 0) return 0.0;
  return rounded(wide_number(is_reversed ? small.is_negative : large.is_negative, rest, large.exponent));
}

inline float fused_multiply_add(float a, float b, float c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fmaf(a, b, c);
#else
  return emulated_fused_multiply_add(a, b, c);
#endif
}

inline double fused_multiply_add(double a, double b, double c) {
#if defined(__FMA__) || defined(__aarch64__)
  return __builtin_fma(a, b, c);
#else
  return emulated_fused_multiply_add(a, b, c);
#endif
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
