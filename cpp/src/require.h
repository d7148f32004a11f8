// How what a caller gave is refused.
#pragma once

#include <stdexcept>
#include <string>

namespace lenetpp {

/// Throws std::invalid_argument with `message` unless it `holds`.
inline void require(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

}  // namespace lenetpp
