// How a stack of planes lies in memory.
#pragma once

#include <lenetpp/shape.h>

#include <cstddef>

namespace lenetpp {

/// Rows of planes begin at multiples of so many elements where vectors run over them.
inline constexpr int row_alignment = 8;

constexpr std::ptrdiff_t padded(std::ptrdiff_t n, std::ptrdiff_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

/// With the zero border that the layer that reads it wants around each plane. The units of a dense layer are planes of
/// one value.
struct PlaneStack {
  Shape shape;
  Extent padding{0, 0};
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t plane_stride = 0;

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(shape.planes * plane_stride); }
  /// Where row 0, column 0 of `plane` lies, inside the border.
  [[nodiscard]] std::ptrdiff_t origin(int plane) const {
    return plane * plane_stride + padding.height * row_stride + padding.width;
  }
};

/// Without gaps. Throws std::invalid_argument for a plane too large for exact positions (2^24).
PlaneStack gapless_stack(const Shape& shape);

/// With a border and nothing else between the rows. Throws likewise.
PlaneStack bordered_stack(const Shape& shape, const Extent& padding);

/// With a border and aligned rows. Throws likewise.
PlaneStack aligned_stack(const Shape& shape, const Extent& padding);

}  // namespace lenetpp
