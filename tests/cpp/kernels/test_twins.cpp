// The twins are definitions; here they are held against the mathematics that they stand for.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "calls.h"
#include "twins.h"

namespace {

using lenetpp::Activation;
using lenetpp::ActivationKind;

long double exact(const Activation& activation, long double x) {
  const auto slope = static_cast<long double>(activation.slope);
  switch (activation.kind) {
    case ActivationKind::identity:
      return x;
    case ActivationKind::relu:
      return std::max(x, 0.0L);
    case ActivationKind::leaky_relu:
      return x < 0 ? x * slope : x;
    case ActivationKind::sigmoid:
      return 1 / (1 + std::exp(-slope * x));
    case ActivationKind::tanh:
      return std::tanh(x);
    case ActivationKind::scaled_tanh:
      return 1.7159L * std::tanh(2 * x / 3);
  }
  return 0;
}

}  // namespace

TEST_CASE_TEMPLATE("the exponential is within one unit in the last place, and never subnormal", T, float, double) {
  const T largest = sizeof(T) == 4 ? T(87) : T(708);
  constexpr auto epsilon = static_cast<long double>(std::numeric_limits<T>::epsilon());
  long double worst = 0;
  for (int i = -20000; i <= 20000; ++i) {
    const T x = largest * static_cast<T>(i) / 20000;
    const long double right = std::exp(static_cast<long double>(x));
    worst = std::max(worst, std::abs(static_cast<long double>(twins::exponential(x)) / right - 1));
  }
  CHECK(worst < epsilon);
  CHECK(twins::exponential(T(0)) == 1);
  CHECK(twins::exponential(-std::numeric_limits<T>::infinity()) >= std::numeric_limits<T>::min());
  CHECK(std::isfinite(twins::exponential(std::numeric_limits<T>::infinity())));
}

TEST_CASE_TEMPLATE("activations are within a few units in the last place, their derivatives are derivatives", T, float,
                   double) {
  constexpr auto epsilon = static_cast<long double>(std::numeric_limits<T>::epsilon());
  for (const Activation& activation : activations) {
    CAPTURE(static_cast<int>(activation.kind));
    long double worst = 0, worst_derivative = 0;
    for (int i = -4001; i <= 4001; i += 2) {
      const T x = static_cast<T>(i) / 400;
      const T y = twins::activate(activation, x);
      const long double right = exact(activation, static_cast<long double>(x));
      worst = std::max(worst, std::abs(static_cast<long double>(y) - right) / (std::abs(right) + epsilon));
      const long double step = 1e-4L, at = static_cast<long double>(x);
      const long double difference = (exact(activation, at + step) - exact(activation, at - step)) / (2 * step);
      const auto derivative = static_cast<long double>(twins::derivative(activation, y));
      worst_derivative = std::max(worst_derivative, std::abs(derivative - difference));
    }
    CHECK(worst < 16 * epsilon);      // slope * x is rounded, and exp multiplies that error by up to 17
    CHECK(worst_derivative < 1e-6L);  // of the difference itself about 1e-8
  }
}

TEST_CASE("the sum across lanes is the fixed tree, not a sum from left to right") {
  float lane[16] = {1e8f, 1, 2, 3, 4, 5, 6, 7, -1e8f, 9, 10, 11, 12, 13, 14, 15};  // 1e8f swallows what is added to it
  const float from_left = std::accumulate(std::begin(lane), std::end(lane), 0.0f);
  const auto pair = [&lane](int i) { return lane[i] + lane[i + 8]; };
  const float tree = ((pair(0) + pair(4)) + (pair(2) + pair(6))) + ((pair(1) + pair(5)) + (pair(3) + pair(7)));
  CHECK(tree != from_left);
  CHECK(twins::sum_of_lanes(lane) == tree);
}

TEST_CASE_TEMPLATE("subnormal numbers and -0 are flushed to +0, all others stay", T, float, double) {
  using Limits = std::numeric_limits<T>;
  for (const T x : {Limits::denorm_min(), Limits::min() - Limits::denorm_min(), T(0)}) {
    CHECK(twins::flush_subnormals(x) == 0);
    CHECK_FALSE(std::signbit(twins::flush_subnormals(-x)));
  }
  for (const T x : {Limits::min(), T(1), Limits::infinity()}) {
    CHECK(twins::flush_subnormals(x) == x);
    CHECK(twins::flush_subnormals(-x) == -x);
  }
  CHECK(std::isnan(twins::flush_subnormals(Limits::quiet_NaN())));
}
