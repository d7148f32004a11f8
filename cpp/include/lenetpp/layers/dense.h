#pragma once

#include <lenetpp/activations.h>

namespace lenetpp {

/// Fully connected; flattens its input in C order over [P][H][W].
struct Dense {
  int units = 1;
  bool bias = true;
  Activation activation{};
  bool operator==(const Dense&) const = default;
};

}  // namespace lenetpp
