// Shapes of image stacks. Legend used in every comment of the project:
//   N samples of a batch · P planes (channels) · H height · W width · F filters · K kernel height or width ·
//   U units of a dense layer · I inputs of a dense layer
#pragma once

#include <lenetpp/cplusplus20.h>
#include <lenetpp/export.h>

#include <cstddef>
#include <string>

namespace lenetpp {

/// Height and width of a kernel, a window, a stride or a padding.
struct Extent {
  int height = 1;
  int width = 1;
  bool operator==(const Extent&) const = default;
};

/// A stack of planes [P][H][W]; a dense layer's output is [U][1][1].
struct Shape {
  int planes = 0;
  int height = 0;
  int width = 0;

  [[nodiscard]] std::size_t size() const {
    return static_cast<std::size_t>(planes) * static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  }
  bool operator==(const Shape&) const = default;
};

/// "3x32x32".
LENETPP_API std::string to_string(const Shape& shape);

}  // namespace lenetpp
