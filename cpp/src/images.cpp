#include <lenetpp/images.h>

#include <bit>
#include <stdexcept>
#include <string>

#include "network/layer_rules.h"

namespace lenetpp {
namespace {

std::size_t count_images(std::size_t pixels, const Shape& shape) {
  check_shape(shape);
  if (pixels == 0)
    throw std::invalid_argument("images: there are none; give at least one image of " + to_string(shape));
  if (pixels % shape.size() != 0) {
    throw std::invalid_argument("images: " + std::to_string(pixels) + " pixels are not a whole number of images of " +
                                to_string(shape) + ", which has " + std::to_string(shape.size()));
  }
  return pixels / shape.size();
}

/// Infinities and NaNs have all exponent bits set. Integers are compared because that loop becomes vector code in a
/// build without -ffast-math, and this one runs over every pixel of a data set.
bool all_finite(std::span<const float> values) {
  constexpr std::uint32_t exponent = 0x7f800000;
  std::uint32_t found = 0;
  for (const float value : values) found |= (std::bit_cast<std::uint32_t>(value) & exponent) == exponent;
  return found == 0;
}

}  // namespace

Images::Images(std::span<const std::uint8_t> pixels, const Shape& shape)
    : bytes_(pixels.data()), count_(count_images(pixels.size(), shape)), shape_(shape) {}

Images::Images(std::span<const float> pixels, const Shape& shape)
    : floats_(pixels.data()), count_(count_images(pixels.size(), shape)), shape_(shape) {
  for (std::size_t image = 0; image < count_; ++image) {
    if (!all_finite(pixels.subspan(image * shape.size(), shape.size()))) {
      throw std::invalid_argument("images: image " + std::to_string(image) +
                                  " has a pixel that is not a finite number (NaN or infinity)");
    }
  }
}

}  // namespace lenetpp
