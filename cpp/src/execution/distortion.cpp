#include "execution/distortion.h"

#include <lenetpp/random.h>

#include <cmath>
#include <string>

#include "mathematics.h"
#include "network/number_text.h"
#include "option_ranges.h"
#include "require.h"

namespace lenetpp {
namespace {

int random_shift(std::uint32_t word, int shift) {
  const auto range = static_cast<std::uint64_t>(2 * static_cast<std::int64_t>(shift) + 1);
  return static_cast<int>((word * range) >> 32) - shift;
}

/// In (-limit, limit).
double random_between(std::uint32_t word, double limit) { return ((2.0 * word + 1.0) * 0x1p-32 - 1.0) * limit; }

bool warps(const Augmentation& a) { return a.rotation_degrees > 0 || a.scaling > 0 || a.shear > 0; }

/// The inverse of: x is sheared by y, both are scaled, both are turned clockwise.
std::array<double, 4> source_of(double turns, double scale, double shear) {
  const auto [sine, cosine] = sine_and_cosine_of_turns(turns);
  return {(cosine + shear * sine) / scale, (sine - shear * cosine) / scale, -sine / scale, cosine / scale};
}

}  // namespace

void check(const Augmentation& a, const Shape& shape) {
  check_ranges(a);
  const int side = std::min(shape.height, shape.width);
  const auto pixels = [&](int given, int most, const std::string& name) {
    require(given <= most, name + ": expected 0 to " + std::to_string(most) + " for images of " + to_string(shape) +
                               ", got " + std::to_string(given));
  };
  pixels(a.shift_pixels, side - 1, "shift_pixels");
  pixels(a.cutout_pixels, std::max(shape.height, shape.width), "cutout_pixels");
  require(a.flip_horizontally || !a.alternate_flips, "alternate_flips: expected beside flip_horizontally");
  require(a.colour_noise == 0 || static_cast<std::size_t>(shape.planes) <= most_colour_components,
          "colour_noise: expected 0 for images of " + to_string(shape) + ", which have more than " +
              std::to_string(most_colour_components) + " planes, got " + number_text(a.colour_noise));
}

Distortion random_distortion(std::uint64_t seed, std::uint32_t epoch, std::uint64_t index, const Augmentation& a,
                             const Shape& shape) {
  Distortion distortion;
  if (a.flip_horizontally || a.shift_pixels > 0) {
    const auto words = random_words(seed, Purpose::augmentation, epoch, index);
    const std::uint32_t flips =
        a.alternate_flips && epoch > 0 ? random_words(seed, Purpose::augmentation, 0, index)[0] : words[0];
    distortion.flip = a.flip_horizontally && (flips >> 31 != 0) != (a.alternate_flips && epoch % 2 == 1);
    distortion.down = random_shift(words[1], a.shift_pixels);
    distortion.right = random_shift(words[2], a.shift_pixels);
  }
  distortion.warps = warps(a);
  if (distortion.warps || a.cutout_pixels > 0) {
    const auto words = random_words(seed, Purpose::geometry, epoch, index);
    if (distortion.warps) {
      distortion.source = source_of(random_between(words[0], a.rotation_degrees / 360),
                                    1 + random_between(words[1], a.scaling), random_between(words[2], a.shear));
    }
    const auto area = static_cast<std::uint64_t>(shape.height) * static_cast<std::uint64_t>(shape.width);
    const int middle = static_cast<int>(words[3] * area >> 32);
    distortion.cut_side = a.cutout_pixels;
    distortion.cut_top = middle / shape.width - a.cutout_pixels / 2;
    distortion.cut_left = middle % shape.width - a.cutout_pixels / 2;
  }
  distortion.recolours = a.brightness > 0 || a.contrast > 0 || a.colour_noise > 0;
  if (distortion.recolours) {
    const auto words = random_words(seed, Purpose::colours, epoch, index);
    distortion.brightness = 1 + random_between(words[0], a.brightness);
    distortion.contrast = 1 + random_between(words[1], a.contrast);
  }
  for (std::size_t i = 0; a.colour_noise > 0 && i < most_colour_components; i += 2) {
    const auto normals = random_normals(seed, Purpose::colour_noise, epoch, 2 * index + i / 2);
    distortion.colour[i] = a.colour_noise * normals[0];
    distortion.colour[i + 1] = a.colour_noise * normals[1];
  }
  return distortion;
}

}  // namespace lenetpp
