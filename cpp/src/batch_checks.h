// What every call with images and labels checks first. They throw std::invalid_argument unless they say more.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/losses.h>
#include <lenetpp/network.h>

#include <cstdint>
#include <span>
#include <stdexcept>

namespace lenetpp {

/// At least one image, of the network's input shape; float pixels finite.
void check_images(const Images& images, const Architecture& architecture);
/// One label an image, each below `classes`.
void check_labels(std::span<const std::int32_t> labels, std::size_t images, std::size_t classes);
/// None, or one an image: finite and not negative.
void check_weights(std::span<const double> weights, std::size_t images);
/// The last layer has the activation that the loss needs.
void check_loss(Loss loss, const Architecture& architecture);
void check_threads(int threads);

/// Throws std::logic_error for a network that has no weights.
template <class T>
void check_initialized(const BasicNetwork<T>& network) {
  if (network.initialized()) return;
  throw std::logic_error("network: it has no weights yet; train it, call initialize(seed) or load a model first");
}

}  // namespace lenetpp
