#include <doctest/doctest.h>
#include <lenetpp/trainer.h>

#include <chrono>
#include <limits>
#include <stdexcept>
#include <vector>

using lenetpp::BasicNetwork;
using lenetpp::BasicTrainer;
using lenetpp::EpochOptions;
using lenetpp::EpochResult;
using lenetpp::Images;
using lenetpp::TrainerOptions;

namespace {

constexpr std::size_t count = 45;
constexpr std::size_t batch_size = 6;  // 7 whole batches and one of 3
constexpr std::size_t steps = 8;

const TrainerOptions options{.batch_size = batch_size,
                             .momentum = 0.9,
                             .nesterov = true,
                             .weight_decay = 0.01,
                             .label_smoothing = 0.1,
                             .average_decay = 0.9,
                             .augmentation = {.flip_horizontally = true,
                                              .shift_pixels = 1,
                                              .rotation_degrees = 10,
                                              .cutout_pixels = 2,
                                              .contrast = 0.1,
                                              .colour_noise = 0.1}};

struct Data {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;

  Data() {
    for (std::size_t i = 0; i < count; ++i) labels.push_back(static_cast<std::int32_t>(i % 3));
    for (std::size_t i = 0; i < count * 64; ++i) pixels.push_back(static_cast<std::uint8_t>(i * i % 251));
  }
  [[nodiscard]] Images images() const { return {pixels, {1, 8, 8}}; }
};

template <class T>
BasicNetwork<T> small_network() {
  auto network = BasicNetwork<T>::parse("1x8x8 | conv 3x3x3 relu | maxpool 3/2 | dense 9 tanh | dense 3");
  network.initialize(1);
  network.set_normalization({{100.0f}, {60.0f}});
  return network;
}

EpochOptions epoch(std::uint32_t number) { return {.learning_rate = {0.05}, .epoch = number}; }

template <class T>
std::vector<std::vector<T>> state_of(const BasicNetwork<T>& network, const BasicTrainer<T>& trainer) {
  std::vector<std::vector<T>> state;
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    state.push_back(network.parameter(i));
    state.push_back(trainer.state("velocity", i));
  }
  return state;
}

}  // namespace

TEST_CASE_TEMPLATE("an epoch stopped at any step and continued by another trainer ends with the same bits", T, float,
                   double) {
  const Data data;
  auto network = small_network<T>();
  BasicTrainer<T> trainer(network, options);
  trainer.train_epoch(data.images(), data.labels, epoch(0));
  const EpochResult expected = trainer.train_epoch(data.images(), data.labels, epoch(1));
  const auto expected_state = state_of(network, trainer);

  for (std::size_t stop = 1; stop < steps; ++stop) {
    CAPTURE(stop);
    auto stopped_network = small_network<T>();
    BasicTrainer<T> stopped(stopped_network, options);
    stopped.train_epoch(data.images(), data.labels, epoch(0));
    EpochOptions second = epoch(1);
    second.progress = [&](std::size_t samples) { return samples < stop * batch_size; };
    second.progress_interval = std::chrono::milliseconds(0);
    const EpochResult part = stopped.train_epoch(data.images(), data.labels, second);
    REQUIRE(part.interrupted);
    REQUIRE(part.done.steps == stop);

    auto other_network = stopped_network;
    BasicTrainer<T> other(other_network, options);
    for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i)
      other.set_state("velocity", i, stopped.state("velocity", i));
    second = epoch(1);
    second.done = part.done;
    const EpochResult result = other.train_epoch(data.images(), data.labels, second);
    CHECK(state_of(other_network, other) == expected_state);
    CHECK(result.loss == expected.loss);
    CHECK(result.done.correct == expected.done.correct);
    CHECK(result.done.steps == steps);
    CHECK(result.samples == count);
    CHECK(result.learning_rate == expected.learning_rate);
    for (std::size_t i = 0; i < result.step_figures.size(); ++i) {
      CHECK(result.step_figures[i].gradient_norm == expected.step_figures[i].gradient_norm);
      CHECK(result.step_figures[i].update_ratio == expected.step_figures[i].update_ratio);
    }
  }
}

TEST_CASE("what cannot be continued is refused by name") {
  const Data data;
  auto network = small_network<float>();
  lenetpp::Trainer trainer(network, options);
  EpochOptions too_far = epoch(0);
  too_far.done.steps = steps;
  CHECK_THROWS_WITH_AS(trainer.train_epoch(data.images(), data.labels, too_far),
                       doctest::Contains("done: expected fewer than the 8 steps of the epoch, got 8"),
                       std::invalid_argument);
  const std::vector<float> too_few{1};
  CHECK_THROWS_WITH_AS(trainer.set_state("velocity", 0, too_few),
                       doctest::Contains("0.weight: expected 27 values, got 1"), std::invalid_argument);
  lenetpp::Trainer without(network, {.batch_size = batch_size, .momentum = 0});
  CHECK(without.state_names().empty());
  CHECK_THROWS_WITH_AS(without.set_state("velocity", 1, std::vector<float>(3)),
                       doctest::Contains("expected none with these options"), std::invalid_argument);
}
