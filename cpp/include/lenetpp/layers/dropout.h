// Units that are left out at random while training.
#pragma once

#include <lenetpp/cplusplus20.h>

namespace lenetpp {

/// While training, each value becomes zero with probability `rate` (0 <= rate < 1), and the others are divided by
/// 1 - rate (inverted dropout: Srivastava et al. 2014); otherwise values pass as they are. Which ones are left out is a
/// function of (seed, epoch, sample, layer, unit).
struct Dropout {
  double rate = 0.5;
  bool operator==(const Dropout&) const = default;
};

}  // namespace lenetpp
