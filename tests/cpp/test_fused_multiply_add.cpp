// Against results that exact fractions gave, and against the C library's where that is exact: glibc's, with the
// processor's instruction or without.
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#define LENETPP_SIMD_NAMESPACE emulated
#include "kernels/simd/fused_multiply_add.h"

namespace {

using lenetpp::emulated::emulated_fused_multiply_add;

template <class T>
struct Case {
  T a, b, c, exact;
};

// Ties, and ties but for a bit far behind; cancellation to the last bit; subnormal products, sums and results; sums
// that come back from beyond the largest number.
// clang-format off
constexpr Case<float> float_cases[] = {
    {0x1.000002p+0f, 0x1p+0f, 0x1.000002p-24f, 0x1.000004p+0f},
    {0x1.000002p+0f, 0x1p+0f, 0x1.fffffcp-25f, 0x1.000002p+0f},
    {0x1.000002p+0f, 0x1.fffffcp-1f, -0x1p+0f, -0x1p-46f},
    {0x1.000002p+0f, 0x1.000002p+0f, -0x1.000004p+0f, 0x1p-46f},
    {0x1.fffffep-1f, 0x1.000002p+0f, 0x1p-51f, 0x1p+0f},
    {0x1.fffffep-1f, 0x1.000002p+0f, -0x1p-51f, 0x1p+0f},
    {0x1.000002p+0f, 0x1p-149f, 0x1p-149f, 0x1p-148f},
    {0x1.8p+0f, 0x1p-149f, 0.0f, 0x1p-148f},
    {0x1.4p+1f, 0x1p-149f, 0x1p-125f, 0x1.000002p-125f},
    {0x1p-77f, 0x1p-73f, 0x1.8p-148f, 0x1p-147f},
    {0x1p-77f, 0x1.000002p-73f, 0x1p-148f, 0x1.8p-148f},
    {0x1.fffffep-78f, 0x1p-73f, 0x1p-149f, 0x1p-149f},
    {0x1.fffffep+127f, 0x1p+1f, -0x1.fffffep+127f, 0x1.fffffep+127f},
    {0x1.fffffep+127f, 0x1p+0f, -0x1p+102f, 0x1.fffffep+127f},
    {0x1p+127f, 0x1p+1f, -0x1.fffffep+127f, 0x1p+104f},
};

constexpr Case<double> double_cases[] = {
    {0x1.0000000000001p+0, 0x1.0000000000001p+0, 0x1p-159, 0x1.0000000000002p+0},
    {0x1.0000000000001p+0, 0x1p+0, 0x1.0000000000001p-53, 0x1.0000000000002p+0},
    {0x1.0000000000001p+0, 0x1p+0, 0x1.ffffffffffffep-54, 0x1.0000000000001p+0},
    {0x1.0000000000001p+0, 0x1.ffffffffffffep-1, -0x1p+0, -0x1p-104},
    {0x1.0000000000001p+0, 0x1.0000000000001p+0, -0x1.0000000000002p+0, 0x1p-104},
    {0x1.fffffffffffffp-1, 0x1.0000000000001p+0, 0x1p-109, 0x1p+0},
    {0x1.fffffffffffffp-1, 0x1.0000000000001p+0, -0x1p-109, 0x1p+0},
    {0x1.0000000000001p+0, 0x1p-1074, 0x1p-1074, 0x1p-1073},
    {0x1.8p+0, 0x1p-1074, 0.0, 0x1p-1073},
    {0x1.4p+1, 0x1p-1074, 0x1p-1021, 0x1.0000000000001p-1021},
    {0x1p-539, 0x1p-536, 0x1.8p-1073, 0x1p-1072},
    {0x1p-539, 0x1.0000000000001p-536, 0x1p-1073, 0x1.8p-1073},
    {0x1.fffffffffffffp-540, 0x1p-536, 0x1p-1074, 0x1p-1074},
    {0x1.fffffffffffffp+1023, 0x1p+1, -0x1.fffffffffffffp+1023, 0x1.fffffffffffffp+1023},
    {0x1.fffffffffffffp+1023, 0x1p+0, -0x1p+969, 0x1.fffffffffffffp+1023},
    {0x1p+1023, 0x1p+1, -0x1.fffffffffffffp+1023, 0x1p+971},
};
// clang-format on

template <class T, std::size_t count>
void check_cases(const Case<T> (&cases)[count]) {
  for (const Case<T>& one : cases) {
    // Names of their own: Clang 14 cannot capture structured bindings.
    const T a = one.a, b = one.b, c = one.c;
    CAPTURE(a);
    CAPTURE(b);
    CAPTURE(c);
    CHECK(emulated_fused_multiply_add(a, b, c) == one.exact);
    CHECK(emulated_fused_multiply_add(b, a, c) == one.exact);
    CHECK(emulated_fused_multiply_add(-a, b, -c) == -one.exact);
  }
}

#if defined(__GLIBC__)
template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

/// Every exponent and sign, NaN and infinities too; often with a significand that ends in zeros or ones, or subnormal.
template <class T>
struct Numbers {
  std::uint64_t state = 1;

  std::uint64_t bits() {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;  // SplitMix64
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  T number() {
    constexpr int digits = std::numeric_limits<T>::digits - 1;
    auto x = static_cast<Bits<T>>(bits());
    const Bits<T> last = (Bits<T>{1} << bits() % digits) - 1;
    switch (bits() % 4) {
      case 0:
        return std::bit_cast<T>(x & ~last);
      case 1:
        return std::bit_cast<T>(x | last);
      case 2:
        return std::bit_cast<T>(x & ~(Bits<T>{std::numeric_limits<T>::max_exponent * 2 - 1} << digits));
      default:
        return std::bit_cast<T>(x);
    }
  }
  /// About -a * b, some bits above or below.
  T counterpart(T a, T b) {
    constexpr int digits = std::numeric_limits<T>::digits - 1;
    auto x = std::bit_cast<Bits<T>>(-(a * b)) + static_cast<Bits<T>>(bits() % 3) - 1;
    x += (static_cast<Bits<T>>(bits() % (4 * digits)) - 2 * digits) << digits;
    return std::bit_cast<T>(bits() % 2 == 0 ? x : x & ~((Bits<T>{1} << bits() % digits) - 1));
  }
};
#endif

}  // namespace

TEST_CASE("a fused multiply-add rounds once, where two roundings give something else") {
  check_cases(float_cases);
  check_cases(double_cases);
}

TEST_CASE_TEMPLATE("a fused multiply-add of infinities, NaN and zeros is IEEE 754's", T, float, double) {
  constexpr T infinity = std::numeric_limits<T>::infinity(), largest = std::numeric_limits<T>::max();
  const auto is_nan = [](T x) { return x != x; };
  CHECK(emulated_fused_multiply_add(largest, largest, -infinity) == -infinity);
  CHECK(emulated_fused_multiply_add(largest, largest, T(0)) == infinity);
  CHECK(emulated_fused_multiply_add(infinity, T(-2), T(1)) == -infinity);
  CHECK(is_nan(emulated_fused_multiply_add(infinity, T(1), -infinity)));
  CHECK(is_nan(emulated_fused_multiply_add(infinity, T(0), T(1))));
  CHECK(is_nan(emulated_fused_multiply_add(T(1), T(1), std::numeric_limits<T>::quiet_NaN())));
  const auto is_negative_zero = [](T x) { return x == 0 && 1 / x < 0; };
  CHECK(is_negative_zero(emulated_fused_multiply_add(T(-0.0), T(1), T(-0.0))));
  CHECK(!is_negative_zero(emulated_fused_multiply_add(T(1), T(1), T(-1))));
  CHECK(!is_negative_zero(
      emulated_fused_multiply_add(std::numeric_limits<T>::min(), std::numeric_limits<T>::min(), T(-0.0))));
  CHECK(is_negative_zero(
      emulated_fused_multiply_add(-std::numeric_limits<T>::min(), std::numeric_limits<T>::min(), T(0))));
}

#if defined(__GLIBC__)
TEST_CASE_TEMPLATE("a fused multiply-add has the bits of glibc's", T, float, double) {
  Numbers<T> numbers;
  int wrong = 0;
  for (int i = 0; i < 300000; ++i) {
    const T a = numbers.number(), b = numbers.number();
    const T c = i % 2 == 0 ? numbers.number() : numbers.counterpart(a, b);
    const T computed = emulated_fused_multiply_add(a, b, c), expected = std::fma(a, b, c);
    const bool same = computed != computed ? expected != expected
                                           : std::bit_cast<Bits<T>>(computed) == std::bit_cast<Bits<T>>(expected);
    if (!same && ++wrong == 1) {
      CAPTURE(a);
      CAPTURE(b);
      CAPTURE(c);
      CHECK(computed == expected);
    }
  }
  CHECK(wrong == 0);
}
#endif
