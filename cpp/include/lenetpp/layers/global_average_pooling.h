#pragma once

#include <lenetpp/cplusplus20.h>

namespace lenetpp {

/// The average of each plane, as AvgPool2D with one window makes it; what follows sees a vector.
struct GlobalAvgPool2D {
  bool operator==(const GlobalAvgPool2D&) const = default;
};

}  // namespace lenetpp
