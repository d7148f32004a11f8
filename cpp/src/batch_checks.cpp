#include "batch_checks.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <variant>

#include "strict_arithmetic.h"

namespace lenetpp {

void check_images(const Images& images, const Architecture& architecture) {
  if (images.shape() != architecture.input) {
    throw std::invalid_argument("images: expected the network's input shape " + to_string(architecture.input) +
                                ", got " + to_string(images.shape()));
  }
  if (images.count() == 0) throw std::invalid_argument("images: expected at least one image, got none");
  if (!images.floats()) return;
  const float* first = images.floats();
  const float* last = first + images.count() * images.shape().size();
  const float* bad = std::find_if(first, last, [](float x) { return !std::isfinite(x); });
  if (bad != last) {
    const auto index = static_cast<std::size_t>(bad - first) / images.shape().size();
    throw std::invalid_argument("images: expected finite pixels, got " + std::to_string(*bad) + " in image " +
                                std::to_string(index));
  }
}

void check_labels(std::span<const std::int32_t> labels, std::size_t images, std::size_t classes) {
  if (labels.size() != images) {
    throw std::invalid_argument("labels: expected one for each of the " + std::to_string(images) + " images, got " +
                                std::to_string(labels.size()));
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= classes) {
      throw std::invalid_argument("labels: expected 0 to " + std::to_string(classes - 1) + " (the network has " +
                                  std::to_string(classes) + " outputs), got " + std::to_string(labels[i]) +
                                  " for image " + std::to_string(i));
    }
  }
}

void check_weights(std::span<const double> weights, std::size_t images) {
  if (weights.empty()) return;
  if (weights.size() != images) {
    throw std::invalid_argument("weights: expected one for each of the " + std::to_string(images) + " images, got " +
                                std::to_string(weights.size()));
  }
  const auto bad = std::find_if(weights.begin(), weights.end(),
                                [](double w) { return !(w >= 0 && std::isfinite(static_cast<float>(w))); });
  if (bad != weights.end()) {
    throw std::invalid_argument("weights: expected finite numbers of at least 0, got " + std::to_string(*bad) +
                                " for image " + std::to_string(bad - weights.begin()));
  }
}

void check_loss(Loss loss, const Architecture& architecture) {
  const LossRow& row = row_of(loss);
  if (!row.last_activation) return;
  Activation last;
  if (!architecture.layers.empty()) {
    std::visit(
        [&](const auto& layer) {
          if constexpr (requires { layer.activation; }) last = layer.activation;
        },
        architecture.layers.back());
  }
  if (last.kind == *row.last_activation) return;
  throw std::invalid_argument("loss: " + std::string(row.name) + " needs the activation " +
                              std::string(row_of(*row.last_activation).name) +
                              " on the last layer; add it, or use cross_entropy");
}

void check_threads(int threads) {
  constexpr int most_threads = 1024;
  if (threads < 1 || threads > most_threads) {
    throw std::invalid_argument("threads: expected 1 to " + std::to_string(most_threads) + ", got " +
                                std::to_string(threads));
  }
}

}  // namespace lenetpp
