#include <doctest/doctest.h>
#include <lenetpp/evaluation.h>
#include <lenetpp/trainer.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using lenetpp::EpochResult;
using lenetpp::Images;
using lenetpp::Loss;
using lenetpp::Network;
using lenetpp::Shape;
using lenetpp::Trainer;
using lenetpp::TrainerOptions;

namespace {

constexpr Shape shape{1, 8, 8};

/// Bright on the left for label 0, on the right for label 1, with a pattern over it.
struct LeftAndRight {
  std::vector<std::uint8_t> pixels;
  std::vector<std::int32_t> labels;

  explicit LeftAndRight(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      labels.push_back(static_cast<std::int32_t>(i * 5 / 3 % 2));
      for (std::size_t k = 0; k < shape.size(); ++k) {
        const bool right = k % 8 >= 4;
        const std::size_t pattern = (i * 31 + k * 17) % 101;
        pixels.push_back(static_cast<std::uint8_t>(pattern + (right == (labels[i] == 1) ? 100 : 0)));
      }
    }
  }
  [[nodiscard]] Images images() const { return {pixels, shape}; }
};

Network small_network() {
  auto network = Network::parse("1x8x8 | conv 3x3x3 relu | maxpool 3/2 | dense 9 tanh | dense 2");
  network.initialize(1);
  network.set_normalization({{100.0f}, {60.0f}});
  return network;
}

std::vector<float> all_parameters(const Network& network) {
  std::vector<float> all;
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
    const std::vector<float> values = network.parameter(i);
    all.insert(all.end(), values.begin(), values.end());
  }
  return all;
}

/// One dense layer after the other with one weight each, then two outputs.
Network chain(const std::vector<float>& weights) {
  std::string text = "1x1x1";
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) text += " | dense 1 nobias";
  auto network = Network::parse(text + " | dense 2 nobias");
  for (std::size_t i = 0; i + 1 < weights.size(); ++i) network.set_parameter(i, std::vector<float>{weights[i]});
  network.set_parameter(weights.size() - 1, std::vector<float>{weights.back(), 0});
  return network;
}

EpochResult train_on_one_pixel(Network& network, float pixel, double learning_rate, std::size_t images) {
  const std::vector<float> pixels(images, pixel);
  const std::vector<std::int32_t> labels(images, 0);
  Trainer trainer(network, {.batch_size = 1, .loss = Loss::squared_error});
  return trainer.train_epoch(Images(pixels, {1, 1, 1}), labels, {.learning_rate = learning_rate});
}

}  // namespace

TEST_CASE("training learns, and reports what it did") {
  const LeftAndRight data(50);
  auto network = small_network();
  Trainer trainer(network, {.batch_size = 16, .momentum = 0.9});
  EpochResult result;
  std::vector<double> losses;
  for (std::uint32_t epoch = 0; epoch < 5; ++epoch) {
    result = trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.05, .epoch = epoch});
    losses.push_back(result.loss);
  }
  CHECK(result.done.steps == 4);  // three batches of 16 and one of 2
  CHECK(result.samples == 50);
  CHECK(result.done.correct == 50);
  CHECK(result.learning_rate == 0.05);
  CHECK(result.step_figures.size() == 6);
  CHECK_FALSE(result.interrupted);
  CHECK_FALSE(result.divergence.has_value());
  CHECK(losses.back() < losses.front() / 10);
  CHECK(evaluate(network, data.images(), data.labels).correct == 50);
}

TEST_CASE("every number of threads and every run gives the same bits") {
  const LeftAndRight data(70);
  std::vector<float> expected;
  for (const int threads : {1, 1, 2, 3, 7}) {
    CAPTURE(threads);
    // 200 units are enough work to wake threads for the dense layer too.
    auto network = Network::parse("1x8x8 | conv 3x3x3 relu | maxpool 2/1 | dense 200 tanh | dense 2");
    network.initialize(1);
    network.set_normalization({{100.0f}, {60.0f}});
    Trainer trainer(network, {.batch_size = 33,
                              .momentum = 0.9,
                              .weight_decay = 0.01,
                              .augmentation = {.flip_horizontally = true, .shift_pixels = 1, .scaling = 0.2},
                              .threads = threads});
    for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
      trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.05, .epoch = epoch});
    }
    if (expected.empty()) expected = all_parameters(network);
    CHECK(all_parameters(network) == expected);
  }
}

TEST_CASE(
    "weights of images: of 1 they change nothing, of 0 there is nothing to learn, and there is one for each image") {
  const LeftAndRight data(40);
  const auto trained = [&](const std::vector<double>& weights) {
    auto network = small_network();
    Trainer trainer(network, {.batch_size = 40, .reduction = lenetpp::Reduction::sum});
    const EpochResult result =
        trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.001, .weights = weights});
    return std::pair(result.done.loss_sum, all_parameters(network));
  };
  CHECK(trained(std::vector<double>(40, 1.0)) == trained({}));
  CHECK(trained(std::vector<double>(40, 0.5)) != trained({}));
  CHECK(trained(std::vector<double>(40, 0.0)).first == 0);
  CHECK(trained(std::vector<double>(40, 0.0)).second == all_parameters(small_network()));
  CHECK_THROWS_WITH_AS(trained({1.0}), "weights: expected one for each of the 40 images, got 1", std::invalid_argument);
  std::vector<double> weights(40, 1.0);
  weights[7] = -0.5;
  CHECK_THROWS_WITH_AS(trained(weights), "weights: expected finite numbers of at least 0, got -0.500000 for image 7",
                       std::invalid_argument);
}

TEST_CASE("weights that step as their gradients appear get the bits of gradients that are kept first") {
  const LeftAndRight data(45);
  for (const bool nesterov : {false, true}) {
    std::vector<std::vector<float>> trained;
    for (const double out_of_reach : {0.0, 1e30}) {  // a limit on the norm needs all gradients before the first step
      auto network = small_network();
      Trainer trainer(network, {.batch_size = 7,
                                .momentum = 0.9,
                                .nesterov = nesterov,
                                .weight_decay = 0.01,
                                .gradient_clip_norm = out_of_reach});
      for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
        trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.05, .epoch = epoch});
      }
      trained.push_back(all_parameters(network));
    }
    CHECK(trained[0] == trained[1]);
  }
}

TEST_CASE("the progress callback ends an epoch, and the work so far is kept") {
  // Hundreds of milliseconds of work, of which the callback ends all but the first tenth of a second.
  const LeftAndRight data(20000);
  auto network = Network::parse("1x8x8 | conv 20x5x5 pad2 relu | dense 200 relu | dense 2");
  network.initialize(1);
  network.set_normalization({{100.0f}, {60.0f}});
  const std::vector<float> before = all_parameters(network);
  Trainer trainer(network, {.batch_size = 1});
  std::size_t reported = 0;
  const EpochResult result =
      trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.01, .progress = [&](std::size_t samples) {
                                                         reported = samples;
                                                         return false;
                                                       }});
  CHECK(result.interrupted);
  CHECK(result.samples == reported);
  CHECK(result.done.steps == reported);
  CHECK(result.samples < 20000);
  CHECK(std::isfinite(result.loss));
  CHECK(all_parameters(network) != before);
}

TEST_CASE("the last report is of all samples, and a false then interrupts nothing") {
  const LeftAndRight data(10);
  auto network = small_network();
  Trainer trainer(network, {.batch_size = 4});
  std::vector<std::size_t> reports;
  const EpochResult result =
      trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.01, .progress = [&](std::size_t samples) {
                                                         reports.push_back(samples);
                                                         return samples < 10;
                                                       }});
  CHECK_FALSE(result.interrupted);
  REQUIRE_FALSE(reports.empty());
  CHECK(reports.back() == 10);
}

TEST_CASE("diverging training stops at the step and the layer of the first value that is not finite") {
  SUBCASE("an output overflows in the third layer") {
    auto network = chain({1e15f, 1e15f, 1e15f, 1.0f});
    const EpochResult result = train_on_one_pixel(network, 1.0f, 0.01, 5);
    REQUIRE(result.divergence.has_value());
    CHECK(result.divergence->step == 0);
    CHECK(result.divergence->layer == 2);
    CHECK(result.divergence->what == "output");
    CHECK(result.samples == 0);
  }
  SUBCASE("a gradient overflows on its way to the first layer") {
    auto network = chain({1e-30f, 1e30f});
    const EpochResult result = train_on_one_pixel(network, 1e20f, 0.01, 5);
    REQUIRE(result.divergence.has_value());
    CHECK(result.divergence->step == 0);
    CHECK(result.divergence->layer == 0);
    CHECK(result.divergence->what == "update");
  }
  SUBCASE("a gradient overflows in the last step of all") {
    auto network = chain({1e-30f, 1e30f});
    const EpochResult result = train_on_one_pixel(network, 1e20f, 0.01, 1);
    REQUIRE(result.divergence.has_value());
    CHECK(result.divergence->step == 0);
    CHECK(result.divergence->layer == 0);
    CHECK(result.divergence->what == "update");
  }
  SUBCASE("a step throws a parameter out of range") {
    auto network = chain({1.0f, 3.0f});
    const EpochResult result = train_on_one_pixel(network, 1e10f, 1e30, 5);
    REQUIRE(result.divergence.has_value());
    CHECK(result.divergence->step == 0);
    CHECK(result.divergence->layer == 1);  // of both, the one that steps first
    CHECK(result.divergence->what == "update");
  }
  SUBCASE("the rate is too large, and many steps later numbers end") {
    auto network = chain({2.0f, 2.0f});
    const EpochResult result = train_on_one_pixel(network, 1.0f, 3.0, 100);
    REQUIRE(result.divergence.has_value());
    CHECK(result.divergence->step > 0);
    CHECK(result.divergence->step < 20);
    CHECK(result.done.steps <= result.divergence->step + 1);
  }
}

TEST_CASE("an output that is no number is noticed wherever it is and whatever the loss") {
  for (const Loss loss : {Loss::cross_entropy, Loss::squared_error, Loss::binary_cross_entropy}) {
    for (std::size_t bad = 0; bad < 3; ++bad) {
      for (std::int32_t label = 0; label < 3; ++label) {
        CAPTURE(bad);
        CAPTURE(label);
        auto network = Network::parse("1x1x1 | dense 3 nobias sigmoid");
        std::vector<float> weights{0.5f, -0.5f, 0.25f};
        weights[bad] = std::numeric_limits<float>::quiet_NaN();
        network.set_parameter(0, weights);
        Trainer trainer(network, {.batch_size = 1, .loss = loss});
        const std::vector<float> pixels{1.0f, 2.0f};
        const std::vector<std::int32_t> labels{label, label};
        const EpochResult result = trainer.train_epoch(Images(pixels, {1, 1, 1}), labels, {});
        REQUIRE(result.divergence.has_value());
        CHECK(result.divergence->step == 0);
        CHECK(result.divergence->layer == 0);
      }
    }
  }
}

TEST_CASE("options out of range are refused by name") {
  auto network = small_network();
  const auto check_refused = [&](const TrainerOptions& options, const char* name) {
    CAPTURE(name);
    CHECK_THROWS_WITH_AS(Trainer(network, options), doctest::Contains(name), std::invalid_argument);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  check_refused({.batch_size = 0}, "batch_size: ");
  check_refused({.batch_size = std::size_t{1} << 40}, "batch_size: ");
  for (const double bad : {-0.1, nan, infinity}) {
    check_refused({.momentum = bad}, "momentum: ");
    check_refused({.weight_decay = bad}, "weight_decay: ");
    check_refused({.gradient_clip_norm = bad}, "gradient_clip_norm: ");
    check_refused({.gradient_clip_value = bad}, "gradient_clip_value: ");
  }
  check_refused({.momentum = 1.0}, "momentum: ");
  check_refused({.momentum = 0.0, .nesterov = true}, "nesterov: ");
  check_refused({.augmentation = {.shift_pixels = -1}}, "shift_pixels: ");
  check_refused({.augmentation = {.shift_pixels = 8}}, "shift_pixels: ");
  check_refused({.augmentation = {.alternate_flips = true}}, "alternate_flips: ");
  check_refused({.augmentation = {.rotation_degrees = 180}}, "rotation_degrees: ");
  check_refused({.augmentation = {.scaling = 1}}, "scaling: ");
  check_refused({.augmentation = {.cutout_pixels = 1000}}, "cutout_pixels: ");
  check_refused({.augmentation = {.contrast = std::nan("")}}, "contrast: ");
  check_refused({.label_smoothing = 1}, "label_smoothing: ");
  check_refused({.average_decay = -0.5}, "average_decay: ");
  check_refused({.threads = 0}, "threads: ");
  check_refused({.threads = 100000}, "threads: ");
  check_refused({.loss = Loss::binary_cross_entropy}, "loss: ");
  CHECK_NOTHROW(
      Trainer(network, {.momentum = 0.99, .nesterov = true, .augmentation = {.shift_pixels = 7}, .threads = 2}));
}

TEST_CASE("a learning rate out of range, wrong images and wrong labels are refused by name") {
  const LeftAndRight data(4);
  auto network = small_network();
  Trainer trainer(network, {});
  const std::vector<std::int32_t> too_few{0, 1, 0}, outside{0, 1, 2, 0};
  const std::vector<std::uint8_t> others(4 * 63);
  CHECK_THROWS_WITH_AS(trainer.train_epoch(data.images(), too_few, {}), doctest::Contains("labels: "),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(trainer.train_epoch(data.images(), outside, {}), doctest::Contains("got 2 for image 2"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(trainer.train_epoch(Images(others, {1, 7, 9}), data.labels, {}), doctest::Contains("images: "),
                       std::invalid_argument);
  for (const double bad : {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_WITH_AS(trainer.train_epoch(data.images(), data.labels, {.learning_rate = bad}),
                         doctest::Contains("learning rate"), std::invalid_argument);
  }
}

TEST_CASE("a network without weights cannot be trained") {
  auto network = Network::parse("1x8x8 | dense 2");
  CHECK_THROWS_WITH_AS(Trainer(network, {}), doctest::Contains("network: "), std::logic_error);
}

TEST_CASE("an index behind the last parameter array is refused by name and count") {
  auto network = small_network();
  Trainer trainer(network, {.momentum = 0.9});
  const auto count = network.parameter_shapes().size();
  const std::string message = "index: expected one below 6, the network's number of parameter arrays, got 99";
  REQUIRE(count == 6);
  CHECK_THROWS_WITH_AS(static_cast<void>(network.parameter(99)), message.c_str(), std::out_of_range);
  CHECK_THROWS_WITH_AS(network.set_parameter(99, {}), message.c_str(), std::out_of_range);
  CHECK_THROWS_WITH_AS(static_cast<void>(trainer.state("velocity", 99)), message.c_str(), std::out_of_range);
  CHECK_THROWS_WITH_AS(trainer.set_state("velocity", 99, {}), message.c_str(), std::out_of_range);
  CHECK_THROWS_AS(static_cast<void>(network.parameter(count)), std::out_of_range);
  CHECK_THROWS_AS(static_cast<void>(Trainer(network, {.momentum = 0.5}).state("velocity", count)), std::out_of_range);
}
