// Logarithm, sine and cosine in float64 as fixed sequences of + - * /, each exactly rounded by IEEE 754. A libm gives
// other last bits on every system, and initial weights and learning rates must be the same everywhere.
//
// Errors stay below 0.95 (logarithms) and 2 (sine, cosine) units in the last place of the result: measured in
// tests/cpp/test_mathematics.cpp.
#pragma once

#include "strict_arithmetic.h"

namespace lenetpp {

/// For finite, positive, normal x. NaN stays NaN.
double natural_logarithm(double x);

/// log(1 + x) for 0 <= x <= 1, without the rounding of 1 + x. NaN stays NaN.
double logarithm_of_one_plus(double x);

struct SineAndCosine {
  double sine;
  double cosine;
};

/// Sine and cosine of 2 pi `turns`, for |turns| < 2^50. Angles are counted in turns because their reduction to
/// an eighth of a turn is then exact.
SineAndCosine sine_and_cosine_of_turns(double turns);

}  // namespace lenetpp
