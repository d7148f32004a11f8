// A single step is that of an epoch with one batch: the same arithmetic, with the images in the caller's order.
#include <doctest/doctest.h>
#include <lenetpp/random.h>
#include <lenetpp/trainer.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <vector>

using lenetpp::Images;
using lenetpp::Network;
using lenetpp::Trainer;
using lenetpp::TrainerOptions;

namespace {

constexpr std::uint32_t count = 12;
constexpr std::size_t pixels_of_image = 64;

Network small_network() {
  auto network = Network::parse("1x8x8 | conv 3x3x3 relu | maxpool 3/2 | dense 9 tanh | dense 3");
  network.initialize(1);
  network.set_normalization({{100.0f}, {60.0f}});
  return network;
}

struct Data {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;

  [[nodiscard]] Images images() const { return {pixels, {1, 8, 8}}; }
};

Data some_data() {
  Data data;
  for (std::uint32_t i = 0; i < count; ++i) data.labels.push_back(static_cast<std::int32_t>(i % 3));
  for (std::size_t i = 0; i < count * pixels_of_image; ++i) data.pixels.push_back(static_cast<std::uint8_t>(i * i));
  return data;
}

Data in_order(const Data& data, const std::vector<std::uint32_t>& order) {
  Data sorted;
  for (const std::uint32_t i : order) {
    const auto first = data.pixels.begin() + static_cast<std::ptrdiff_t>(i * pixels_of_image);
    sorted.pixels.insert(sorted.pixels.end(), first, first + pixels_of_image);
    sorted.labels.push_back(data.labels[i]);
  }
  return sorted;
}

}  // namespace

TEST_CASE("steps have the bits of epochs of one batch, images taken in their order") {
  const Data data = some_data();
  for (const auto optimizer : {lenetpp::Optimizer::sgd, lenetpp::Optimizer::adam}) {
    const TrainerOptions options{.batch_size = count, .optimizer = optimizer, .momentum = 0.5, .seed = 5};
    Network by_epochs = small_network(), by_steps = small_network();
    Trainer epochs(by_epochs, options), steps(by_steps, options);
    for (std::uint32_t number = 0; number < 3; ++number) {
      const auto order = lenetpp::random_order(5, lenetpp::Purpose::order, number, count);
      const Data batch = in_order(data, order);
      const auto epoch = epochs.train_epoch(data.images(), data.labels, {.learning_rate = 0.1, .epoch = number});
      const auto step = steps.train_step(batch.images(), batch.labels, {.learning_rate = 0.1, .number = number});
      CHECK(step.loss == epoch.loss);
      CHECK(step.correct == epoch.done.correct);
      CHECK_FALSE(step.divergence.has_value());
      for (std::size_t i = 0; i < by_epochs.parameter_shapes().size(); ++i) {
        CHECK(by_steps.parameter(i) == by_epochs.parameter(i));
      }
    }
  }
}

TEST_CASE("an image of weight 0 takes no part in a step") {
  const Data data = some_data();
  Network network = small_network();
  Trainer trainer(network, {.batch_size = count});
  const std::vector<double> weights(count, 0);
  const auto before = network.parameter(0);
  const auto step = trainer.train_step(data.images(), data.labels, {.learning_rate = 0.1, .weights = weights});
  CHECK(step.loss == 0);
  CHECK(network.parameter(0) == before);
}

TEST_CASE("a step that leads to no numbers says in which layer") {
  const Data data = some_data();
  Network network = small_network();
  Trainer trainer(network, {.batch_size = count});
  const auto step = trainer.train_step(data.images(), data.labels, {.learning_rate = 1e300});
  CHECK(step.divergence.value_or(lenetpp::Divergence{}).what == "update");
}

TEST_CASE("more images than a batch, wrong rates and wrong labels are refused") {
  const Data data = some_data();
  Network network = small_network();
  Trainer small(network, {.batch_size = count - 1}), trainer(network, {.batch_size = count});
  CHECK_THROWS_WITH_AS(small.train_step(data.images(), data.labels, {}),
                       "images: expected at most a batch of 11, got 12", std::invalid_argument);
  for (const double rate : {-1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(trainer.train_step(data.images(), data.labels, {.learning_rate = rate}), std::invalid_argument);
  }
  std::vector<std::int32_t> labels = data.labels;
  labels[3] = 3;
  CHECK_THROWS_AS(trainer.train_step(data.images(), labels, {}), std::invalid_argument);
}
