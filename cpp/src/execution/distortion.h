// What happens to one training image, and how it is drawn.
#pragma once

#include <lenetpp/augmentation.h>
#include <lenetpp/images.h>
#include <lenetpp/shape.h>

#include <array>
#include <cstdint>
#include <vector>

namespace lenetpp {

/// Of the planes of an image: more have no colour noise.
inline constexpr std::size_t most_colour_components = 4;

/// The default is: nothing.
struct Distortion {
  bool flip = false;  // left and right
  int down = 0;       // pixels; what enters is 0, the mean
  int right = 0;
  bool warps = false;
  /// Where the value of the result at (x, y) from the centre comes from: x' = [0] x + [1] y, y' = [2] x + [3] y.
  std::array<double, 4> source{1, 0, 0, 1};
  int cut_top = 0, cut_left = 0, cut_side = 0;  // of a square that is 0; may reach over the border
  bool recolours = false;
  double brightness = 1, contrast = 1;
  std::array<double, most_colour_components> colour{};  // in standard deviations along each component
};

/// Throws std::invalid_argument unless all values are in their ranges for images of `shape`.
void check(const Augmentation& augmentation, const Shape& shape);

/// Of image `index` in an epoch, from the words of random_words(seed, purpose, epoch, index):
///   augmentation   mirrored when the top bit of word 0 is set; down and right = word * (2 shift + 1) >> 32, minus
///   shift,
///                  of words 1 and 2. Alternating: the bit of epoch 0, and of every other one its contrary.
///   geometry       rotation, scaling, shear by words 0, 1, 2, each uniform in (-limit, limit); the pixel in the middle
///                  of what is cut out = word 3 * pixels >> 32
///   colours        brightness and contrast by words 0 and 1
///   colour_noise   random_normals() of indices 2 * index and 2 * index + 1
Distortion random_distortion(std::uint64_t seed, std::uint32_t epoch, std::uint64_t index,
                             const Augmentation& augmentation, const Shape& shape);

/// Principal components of the pixels' colours, each times its standard deviation: [component][plane], the largest
/// component first, and of each the largest part positive. By exact sums of bytes and Jacobi's rotations: the same bits
/// everywhere. For up to most_colour_components.
std::vector<double> colour_components(const Images& images);

/// Those that an augmentation asks for.
inline std::vector<double> colours_of(const Augmentation& augmentation, const Images& images) {
  return augmentation.colour_noise > 0 ? colour_components(images) : std::vector<double>{};
}

}  // namespace lenetpp
