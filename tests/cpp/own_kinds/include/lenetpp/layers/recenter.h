// Subtracts the running mean of each plane, which training learns: a layer of single images with state.
#pragma once

namespace lenetpp {

struct Recenter {
  bool operator==(const Recenter&) const = default;
};

}  // namespace lenetpp
