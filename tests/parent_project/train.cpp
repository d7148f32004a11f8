// Trains a small network on images that are a formula, and prints its weights before and after, and the loss.
#include <lenetpp/lenetpp.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <vector>

namespace {

void print_weights(const char* when, const lenetpp::Network& network) {
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    for (const float weight : network.parameter(i)) std::printf("%s %a\n", when, static_cast<double>(weight));
  }
}

}  // namespace

int main() try {
  auto network = lenetpp::Network::parse("1x8x8 | conv 2x3x3 tanh | maxpool 2 | dense 3 sigmoid");
  network.initialize(/*seed=*/1);
  network.set_normalization({.mean = {100.0f}, .deviation = {58.0f}});
  print_weights("before", network);
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;
  for (std::uint32_t i = 0; i < 40 * 64; ++i) pixels.push_back(static_cast<std::uint8_t>(i * 2654435761u >> 24));
  for (std::int32_t i = 0; i < 40; ++i) labels.push_back(i % 3);
  lenetpp::Trainer trainer(network, {.batch_size = 7, .loss = lenetpp::Loss::binary_cross_entropy, .momentum = 0.9});
  const auto epoch = trainer.train_epoch(lenetpp::Images(pixels, {1, 8, 8}), labels, {.learning_rate = 0.02});
  print_weights("after", network);
  std::printf("loss %a\n", epoch.loss);
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
