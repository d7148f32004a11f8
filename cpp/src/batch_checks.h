// What every call with images and labels checks first. All throw std::invalid_argument.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/losses.h>
#include <lenetpp/network.h>

#include <cstdint>
#include <span>

namespace lenetpp {

/// At least one image, of the network's input shape; float pixels finite.
void check_images(const Images& images, const Architecture& architecture);
/// One label an image, each below `classes`.
void check_labels(std::span<const std::int32_t> labels, std::size_t images, std::size_t classes);
/// The last layer has the activation that the loss needs.
void check_loss(Loss loss, const Architecture& architecture);
void check_threads(int threads);

}  // namespace lenetpp
