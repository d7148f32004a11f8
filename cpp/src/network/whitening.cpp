#include <lenetpp/whitening.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "batch_checks.h"
#include "floating_point_mode.h"
#include "principal_components.h"
#include "require.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

constexpr std::size_t most_images = 500;
constexpr std::size_t most_weights = 256;   // of a filter: the time for its components grows with their third power
constexpr double variance_of_noise = 5e-4;  // Jordan's: components that hardly vary are not made as large as others

/// A window of all planes [P][K][K], as a filter's weights lie.
struct Window {
  std::size_t planes, height, width;
  [[nodiscard]] std::size_t size() const { return planes * height * width; }
};

/// Calls use(patch) for the values of each window inside an image, from the top left on.
template <class Pixel, class Use>
void for_each_patch(const Pixel* pixels, const Shape& shape, const Normalization& normalization, const Window& window,
                    const Use& use) {
  const auto height = static_cast<std::size_t>(shape.height), width = static_cast<std::size_t>(shape.width);
  std::vector<double> image;
  for (std::size_t plane = 0; plane < window.planes; ++plane) {
    const bool is_normalized = !normalization.mean.empty();
    const double mean = is_normalized ? static_cast<double>(normalization.mean[plane]) : 0;
    const double deviation = is_normalized ? static_cast<double>(normalization.deviation[plane]) : 1;
    for (std::size_t i = 0; i < height * width; ++i) {
      image.push_back((static_cast<double>(pixels[plane * height * width + i]) - mean) / deviation);
    }
  }
  std::vector<double> patch(window.size());
  for (std::size_t top = 0; top + window.height <= height; ++top) {
    for (std::size_t left = 0; left + window.width <= width; ++left) {
      auto value = patch.begin();
      for (std::size_t plane = 0; plane < window.planes; ++plane) {
        for (std::size_t row = top; row < top + window.height; ++row) {
          value = std::copy_n(image.data() + (plane * height + row) * width + left, window.width, value);
        }
      }
      use(patch);
    }
  }
}

/// Of the values of patches with each other [value][value].
std::vector<double> patch_covariance(const Images& images, const Normalization& normalization, const Window& window) {
  const std::size_t size = window.size(), image_size = images.shape().size();
  std::vector<double> sums(size), products(size * size);
  double count = 0;
  const auto add = [&](const std::vector<double>& patch) {
    for (std::size_t i = 0; i < size; ++i) {
      sums[i] += patch[i];
      for (std::size_t k = 0; k <= i; ++k) products[i * size + k] += patch[i] * patch[k];
    }
    ++count;
  };
  const std::size_t used = std::min(images.count(), most_images);
  for (std::size_t i = 0; i < used; ++i) {
    const std::size_t first = i * images.count() / used * image_size;
    if (images.bytes()) {
      for_each_patch(images.bytes() + first, images.shape(), normalization, window, add);
    } else {
      for_each_patch(images.floats() + first, images.shape(), normalization, window, add);
    }
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t k = 0; k <= i; ++k) {
      const double covariance = products[i * size + k] / count - (sums[i] / count) * (sums[k] / count);
      products[i * size + k] = products[k * size + i] = covariance;
    }
  }
  return products;
}

}  // namespace

template <class T>
void whiten(BasicNetwork<T>& network, const Images& images) {
  const DefaultFloatingPointMode mode;
  check_initialized(network);
  check_images(images, network.architecture());
  const auto& shapes = network.parameter_shapes();
  const bool is_convolution = !shapes.empty() && shapes[0].layer == 0 && shapes[0].see_all_planes();
  require(is_convolution, "whitening: expected a network that begins with a convolution that sees all planes, got " +
                              network.text() + "; without whitening, any network can be trained");
  const auto& dimensions = shapes[0].dimensions;
  const Window window{dimensions[1], dimensions[2], dimensions[3]};
  require(window.size() <= most_weights, "whitening: expected filters of at most " + std::to_string(most_weights) +
                                             " weights, got " + std::to_string(window.size()));
  const Shape& shape = images.shape();
  require(
      window.height <= static_cast<std::size_t>(shape.height) && window.width <= static_cast<std::size_t>(shape.width),
      "whitening: expected filters that fit into images of " + to_string(shape) + ", got " +
          std::to_string(window.height) + "x" + std::to_string(window.width));

  std::vector<T> weights = network.parameter(0);
  const std::vector<PrincipalComponent> components =
      principal_components(patch_covariance(images, network.normalization(), window), window.size());
  const std::size_t half = dimensions[0] / 2;
  for (std::size_t filter = 0; filter < std::min(half, components.size()); ++filter) {
    const auto& [direction, variance] = components[filter];
    const double deviation = std::sqrt(variance + variance_of_noise);
    for (std::size_t i = 0; i < window.size(); ++i) {
      const T weight = static_cast<T>(direction[i] / deviation);
      weights[filter * window.size() + i] = weight;
      weights[(half + filter) * window.size() + i] = -weight;
    }
  }
  network.set_parameter(0, weights);
}

template void whiten(BasicNetwork<float>& network, const Images& images);
template void whiten(BasicNetwork<double>& network, const Images& images);

}  // namespace lenetpp
