// A borrowed view of images in memory: [N][P][H][W], raw pixels as uint8 or float.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/shape.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace lenetpp {

class LENETPP_API Images {
 public:
  /// `pixels` must hold one or more whole images of `shape`, all of them finite; throws std::invalid_argument
  /// otherwise.
  Images(std::span<const std::uint8_t> pixels, const Shape& shape);
  Images(std::span<const float> pixels, const Shape& shape);

  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  /// Exactly one of the two is not null.
  [[nodiscard]] const std::uint8_t* bytes() const { return bytes_; }
  [[nodiscard]] const float* floats() const { return floats_; }

 private:
  const std::uint8_t* bytes_ = nullptr;
  const float* floats_ = nullptr;
  std::size_t count_ = 0;
  Shape shape_;
};

}  // namespace lenetpp
