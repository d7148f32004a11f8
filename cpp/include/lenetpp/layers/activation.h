#pragma once

#include <lenetpp/activations.h>

namespace lenetpp {

/// An activation by itself, where none is part of the layer before it.
struct ActivationLayer {
  Activation activation{};
  bool operator==(const ActivationLayer&) const = default;
};

}  // namespace lenetpp
