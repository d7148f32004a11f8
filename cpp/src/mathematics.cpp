#include "mathematics.h"

#include <array>
#include <bit>
#include <cstdint>
#include <numbers>

namespace lenetpp {
namespace {

/// Sum of coefficients[i] * x^i, highest power first (Horner).
template <std::size_t count>
double polynomial(const std::array<double, count>& coefficients, double x) {
  double sum = coefficients[count - 1];
  for (std::size_t i = count - 1; i > 0; --i) sum = sum * x + coefficients[i - 1];
  return sum;
}

/// 2/3, 2/5, 2/7, ...: the series of 2 atanh(s) beyond its first term 2s. For |s| <= 1/5 what follows the last term is
/// below 2^-60 of the sum.
constexpr auto atanh_series = [] {
  std::array<double, 11> series{};
  for (std::size_t i = 0; i < series.size(); ++i) series[i] = 2.0 / static_cast<double>(2 * i + 3);
  return series;
}();

/// Coefficients of x^first, x^(first + 2), ... in the series of sine and cosine: 1 / n! with alternating signs. On an
/// eighth of a turn, |x| <= pi / 4, ten of them leave an error below 2^-60.
template <std::size_t count>
constexpr std::array<double, count> alternating_factorials(std::size_t first, double sign) {
  std::array<double, count> series{};
  double factorial = 1;
  std::size_t n = 1;
  for (std::size_t i = 0; i < count; ++i, sign = -sign) {
    for (; n <= first + 2 * i; ++n) factorial *= static_cast<double>(n);
    series[i] = sign / factorial;
  }
  return series;
}

constexpr auto sine_series = alternating_factorials<9>(3, -1.0);   // -1/3!, 1/5!, ...
constexpr auto cosine_series = alternating_factorials<9>(4, 1.0);  // 1/4!, -1/6!, ...

}  // namespace

namespace {

/// log(2^power * (1 + f)) with 1 + f from sqrt(1/2) to 3/2.
double logarithm(double power, double f) {
  // log(1 + f) = 2 atanh(s) with s = f / (2 + f). As 2s = f - s f, it is f - s (f - series): the leading term is exact
  // and rounding errors only touch the small correction.
  const double s = f / (2.0 + f);
  const double square = s * s;
  const double series = square * polynomial(atanh_series, square);

  // ln 2 in two parts; the upper one has 20 trailing zero bits, so that its product with an exponent is exact.
  constexpr double ln2_high = 0x1.62e42fefp-1;
  constexpr double ln2_low = 0x1.473de6af278edp-34;
  return power * ln2_high - ((s * (f - series) - power * ln2_low) - f);
}

}  // namespace

double natural_logarithm(double x) {
  if (x != x) return x;  // a loss that is NaN must stay so: it is how training notices that it diverged
  // x = 2^exponent * m with m in [sqrt(1/2), sqrt(2)); f = m - 1 is exact.
  const auto bits = std::bit_cast<std::uint64_t>(x);
  constexpr std::uint64_t mantissa_mask = (std::uint64_t{1} << 52) - 1;
  auto exponent = static_cast<int>(bits >> 52) - 1023;
  double m = std::bit_cast<double>((bits & mantissa_mask) | (std::uint64_t{1023} << 52));
  if (m >= std::numbers::sqrt2) {
    m *= 0.5;
    ++exponent;
  }
  return logarithm(static_cast<double>(exponent), m - 1.0);
}

double logarithm_of_one_plus(double x) {
  return x < 0.5 ? logarithm(0.0, x) : logarithm(1.0, (x - 1.0) * 0.5);  // from 1/2 on, x - 1 is exact
}

SineAndCosine sine_and_cosine_of_turns(double turns) {
  // turns = quarter / 4 + rest with |rest| <= 1/8; adding and subtracting 1.5 * 2^52 rounds to the nearest whole
  // number.
  constexpr double rounder = 0x1.8p52;
  const double quarters = (turns * 4.0 + rounder) - rounder;
  const double x = (turns - quarters * 0.25) * (2.0 * std::numbers::pi);
  const double square = x * x;
  const double sine = x + x * (square * polynomial(sine_series, square));
  const double cosine = 1.0 - (0.5 * square - square * square * polynomial(cosine_series, square));

  switch (static_cast<std::int64_t>(quarters) & 3) {
    case 0:
      return {sine, cosine};
    case 1:
      return {cosine, -sine};
    case 2:
      return {-sine, -cosine};
    default:
      return {-cosine, sine};
  }
}

}  // namespace lenetpp
