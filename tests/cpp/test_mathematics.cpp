// Against values that mpmath computed with 300 bits, each written as the nearest double and what that leaves over.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "mathematics.h"

namespace {

struct Exact {
  double high;
  double low;
};

/// The distance of `computed` from `exact` in units in the last place of `exact`.
double error_in_ulps(double computed, Exact exact) {
  const double magnitude = std::abs(exact.high);
  const double ulp = std::nextafter(magnitude, std::numeric_limits<double>::infinity()) - magnitude;
  return std::abs((computed - exact.high) - exact.low) / ulp;
}

struct LogarithmCase {
  double x;
  Exact logarithm;
};

// clang-format off
constexpr LogarithmCase logarithms[] = {
    {0x1.0000000000000p-53, {-0x1.25e4f7b2737fap+5, -0x1.8486612173c69p-51}},
    {0x1.0000000000000p-1022, {-0x1.6232bdd7abcd2p+9, -0x1.eef3fec1be37fp-46}},
    {0x1.fffffffffffffp-1, {-0x1.0000000000000p-53, -0x1.0000000000000p-107}},
    {0x1.0000000000001p+0, {0x1.fffffffffffffp-53, 0x1.5555555555554p-158}},
    {0x1.0000000000000p-1, {-0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56}},
    {0x1.6a09e667f3bcdp+0, {0x1.62e42fefa39f0p-2, 0x1.c2e0e1b1548c2p-56}},
    {0x1.6a09e667f3bcdp-1, {-0x1.62e42fefa39eep-2, 0x1.716fdfdbc882ep-60}},
    {0x1.6666666666666p-1, {-0x1.6d3c324e13f50p-2, 0x1.641052af5fd8dp-58}},
    {0x1.68f5c28f5c28fp+0, {0x1.5fd5fabe64084p-2, -0x1.2752864b08ed4p-59}},
    {0x1.8000000000000p+0, {0x1.9f323ecbf984cp-2, -0x1.a92e513217f5cp-59}},
    {0x1.0000000000000p+1, {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56}},
    {0x1.8000000000000p+1, {0x1.193ea7aad030bp+0, -0x1.a256f99caabebp-54}},
    {0x1.4000000000000p+3, {0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53}},
    {0x1.56e1fc2f8f359p-997, {-0x1.5963447f87fb5p+9, -0x1.aa670d35324e6p-46}},
    {0x1.fffffffffffffp+1023, {0x1.62e42fefa39efp+9, 0x1.a9c9e3b39803fp-46}},
    {0x1.3eecf89059360p-1, {-0x1.e4ba347bd50a3p-2, -0x1.f5609c9778e99p-56}},
    {0x1.7bcb8116f23eep-1, {-0x1.31dc9e373ca1bp-2, 0x1.864089f073d03p-60}},
    {0x1.97239c6c3047fp-1, {-0x1.d556ee825f5d8p-3, -0x1.35f3c02182f9dp-59}},
    {0x1.e288d7f5db50cp-1, {-0x1.e58e9ff1e0a6dp-5, 0x1.ea5c5fb442532p-59}},
    {0x1.7ad3fc69bae32p-1, {-0x1.3478d35ee28afp-2, 0x1.88017729e46f1p-58}},
    {0x1.d83afb61ec2c4p-1, {-0x1.4b315ddc633f1p-4, -0x1.78cf7c923496dp-59}},
    {0x1.db38beb9086e0p-6, {-0x1.c527de3f8d8aap+1, -0x1.445b306a0d268p-57}},
    {0x1.dccc2f63529c2p-2, {-0x1.875cc79625280p-1, -0x1.0c87ae3ea1097p-58}},
};

struct AngleCase {
  double turns;
  Exact sine;
  Exact cosine;
};

constexpr AngleCase angles[] = {
    {0x1.0000000000000p-53, {0x1.921fb54442d18p-51, 0x1.1a62633145bfdp-105}, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep-102}},
    {0x1.0000000000000p-30, {0x1.921fb54442d18p-28, 0x1.e215d2c9f4879p-83}, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep-56}},
    {0x1.0000000000000p-3, {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}, {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}},
    {0x1.0000000000004p-3, {0x1.6a09e667f3bd1p-1, 0x1.ebf6688f27442p-61}, {0x1.6a09e667f3bc8p-1, 0x1.f2a68f9ddb52fp-57}},
    {0x1.ffffffffffffep-3, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep-104}, {0x1.921fb54442d18p-52, 0x1.1a62633145c04p-106}},
    {0x1.0000000000001p-2, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep-104}, {-0x1.921fb54442d18p-52, -0x1.1a62633145c04p-106}},
    {0x1.3333333333333p-2, {0x1.e6f0e13445500p-1, -0x1.bf9ff95c4d098p-55}, {-0x1.3c6ef372fe94ep-2, -0x1.4328e56a95d11p-56}},
    {0x1.8000000000000p-2, {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}, {-0x1.6a09e667f3bcdp-1, 0x1.bdd3413b26456p-55}},
    {0x1.fffffffffffffp-2, {0x1.921fb54442d18p-52, 0x1.1a62633145c04p-106}, {-0x1.0000000000000p+0, 0x1.3bd3cc9be45dep-104}},
    {0x1.0000000000001p-1, {-0x1.921fb54442d18p-51, -0x1.1a62633145bfdp-105}, {-0x1.0000000000000p+0, 0x1.3bd3cc9be45dep-102}},
    {0x1.4000000000000p-1, {-0x1.6a09e667f3bcdp-1, 0x1.bdd3413b26456p-55}, {-0x1.6a09e667f3bcdp-1, 0x1.bdd3413b26456p-55}},
    {0x1.7ffffffffffffp-1, {-0x1.0000000000000p+0, 0x1.3bd3cc9be45dep-102}, {-0x1.921fb54442d18p-51, -0x1.1a62633145bfdp-105}},
    {0x1.c000000000000p-1, {-0x1.6a09e667f3bcdp-1, 0x1.bdd3413b26456p-55}, {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55}},
    {0x1.fffffffffffffp-1, {-0x1.921fb54442d18p-51, -0x1.1a62633145bfdp-105}, {0x1.0000000000000p+0, -0x1.3bd3cc9be45dep-102}},
    {-0x1.999999999999ap-4, {-0x1.2cf2304755a5ep-1, -0x1.7626555ddf7efp-56}, {0x1.9e3779b97f4a8p-1, -0x1.b79a21b471918p-55}},
    {0x1.34a456d5cfaadp+10, {-0x1.a7262dfc20900p-2, -0x1.2ec815a34fa4ep-58}, {-0x1.d23d913e6ae57p-1, 0x1.a5fc15b757d93p-56}},
    {0x1.e2ffa6cff07a8p-1, {-0x1.64cbf85cccb5cp-2, 0x1.78e21a890b2cap-59}, {0x1.dfea22e243f01p-1, 0x1.6a6bd5e3333e5p-56}},
    {0x1.4c46648351904p-1, {-0x1.9c44e3b5b4673p-1, -0x1.b735402d7a1b2p-55}, {-0x1.2f9bce0604b6dp-1, -0x1.4910cdbc9615cp-55}},
    {0x1.cd42d44a09da2p-1, {-0x1.2a98fdecc20e0p-1, -0x1.e2e6005297087p-55}, {0x1.9fe9ad5ec2b67p-1, -0x1.66b217bb938e7p-55}},
    {0x1.cfb10ebe5bb28p-4, {0x1.4e3db6a2c52a1p-1, -0x1.4bc29d4687c00p-55}, {0x1.83d95d45482d4p-1, -0x1.f054e28990db9p-55}},
    {0x1.e053a2ef29388p-2, {0x1.8b847f797f069p-3, -0x1.4b16d331e9fa4p-61}, {-0x1.f65c7d811650bp-1, -0x1.575ca42dc6a96p-58}},
    {0x1.f8fb2d617959cp-3, {0x1.ffe19cd378e98p-1, -0x1.f235ec2b4845fp-55}, {0x1.60c72e81b0afap-6, -0x1.cd1b002850f33p-65}},
    {0x1.1667d2c686bfap-1, {-0x1.1605b3280407fp-2, -0x1.4810a2c19189fp-56}, {-0x1.ecc481435f41bp-1, -0x1.4d2016bf3778fp-55}},
    {0x1.25db9e8ff508dp-1, {-0x1.cace603ef8c87p-2, 0x1.8403f90ba76cdp-58}, {-0x1.c9bb4add1dbacp-1, -0x1.89fb33bf26354p-57}},
};
// clang-format on

}  // namespace

TEST_CASE("the logarithm is within nine tenths of a unit in the last place") {
  for (const auto& one : logarithms) {
    CAPTURE(one.x);
    CHECK(error_in_ulps(lenetpp::natural_logarithm(one.x), one.logarithm) < 0.9);
  }
  CHECK(lenetpp::natural_logarithm(1.0) == 0.0);
  CHECK(std::isnan(lenetpp::natural_logarithm(std::numeric_limits<double>::quiet_NaN())));
}

TEST_CASE("the logarithm of one plus a number is within 0.95 units in the last place, however small it is") {
  CHECK(lenetpp::logarithm_of_one_plus(0.0) == 0.0);
  CHECK(lenetpp::logarithm_of_one_plus(0x1p-1074) == 0x1p-1074);
  CHECK(lenetpp::logarithm_of_one_plus(0x1p-60) == 0x1p-60);
  CHECK(lenetpp::logarithm_of_one_plus(1.0) == std::numbers::ln2);
  CHECK(std::isnan(lenetpp::logarithm_of_one_plus(std::numeric_limits<double>::quiet_NaN())));
  if constexpr (std::numeric_limits<long double>::digits < 64) {
    MESSAGE("skipped: long double is no wider than double here");
  } else {
    double error = 0;
    for (int i = 0; i < 200000; ++i) {
      const double x = std::ldexp(0.5 + i / 400000.0, -(i % 80));
      const long double exact = std::log1p(static_cast<long double>(x));
      const auto high = static_cast<double>(exact);
      error =
          std::max(error, error_in_ulps(lenetpp::logarithm_of_one_plus(x), {high, static_cast<double>(exact - high)}));
    }
    CHECK(error < 0.95);
  }
}

TEST_CASE("sine and cosine of turns are within two units in the last place") {
  for (const auto& one : angles) {
    CAPTURE(one.turns);
    const auto computed = lenetpp::sine_and_cosine_of_turns(one.turns);
    CHECK(error_in_ulps(computed.sine, one.sine) < 2.0);
    CHECK(error_in_ulps(computed.cosine, one.cosine) < 2.0);
  }
}

TEST_CASE("sine and cosine of quarter turns are exact") {
  for (int quarter = -5; quarter <= 5; ++quarter) {
    CAPTURE(quarter);
    const auto [sine, cosine] = lenetpp::sine_and_cosine_of_turns(0.25 * quarter);
    const int place = (quarter % 4 + 4) % 4;
    CHECK(sine == (place == 1 ? 1.0 : place == 3 ? -1.0 : 0.0));
    CHECK(cosine == (place == 0 ? 1.0 : place == 2 ? -1.0 : 0.0));
  }
}

TEST_CASE("over many arguments the errors stay within the bounds that the header states") {
  if constexpr (std::numeric_limits<long double>::digits < 64) {
    MESSAGE("skipped: long double is no wider than double here");
  } else {
    const long double pi = std::acos(-1.0L);  // std::numbers has that of a double in libc++ 14
    double logarithm_error = 0;
    double angle_error = 0;
    double turns = 0;
    for (int i = 0; i < 200000; ++i) {
      turns += 0.6180339887498949;  // the golden ratio spreads the fractions evenly
      turns -= std::floor(turns);
      const double x = std::ldexp(turns + 0x1p-40, i % 64 - 50);
      const long double logarithm = std::log(static_cast<long double>(x));
      logarithm_error =
          std::max(logarithm_error, error_in_ulps(lenetpp::natural_logarithm(x),
                                                  {static_cast<double>(logarithm),
                                                   static_cast<double>(logarithm - static_cast<double>(logarithm))}));
      const auto computed = lenetpp::sine_and_cosine_of_turns(turns);
      const long double sine = std::sin(2 * pi * turns);
      const long double cosine = std::cos(2 * pi * turns);
      for (const auto& [value, exact] : {std::pair{computed.sine, sine}, std::pair{computed.cosine, cosine}}) {
        // Near a zero the angle in long double is itself too coarse.
        if (std::abs(exact) < 0.1L) continue;
        const auto high = static_cast<double>(exact);
        angle_error = std::max(angle_error, error_in_ulps(value, {high, static_cast<double>(exact - high)}));
      }
    }
    CHECK(logarithm_error < 0.9);
    CHECK(angle_error < 2.0);
  }
}
