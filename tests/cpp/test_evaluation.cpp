#include <doctest/doctest.h>
#include <lenetpp/evaluation.h>
#include <lenetpp/model_file.h>
#include <lenetpp/predictor.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using lenetpp::BasicNetwork;
using lenetpp::Images;
using lenetpp::Loss;
using lenetpp::Network;
using lenetpp::Shape;

namespace {

constexpr Shape shape{2, 9, 10};
constexpr std::size_t count = 350;  // work for seven threads; more than one chunk, the last one not full

std::vector<std::uint8_t> some_pixels() {
  std::vector<std::uint8_t> pixels(count * shape.size());
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i % 251);
  return pixels;
}

std::vector<std::int32_t> some_labels() {
  std::vector<std::int32_t> labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::int32_t>(i * 7 % 5);
  return labels;
}

template <class T>
BasicNetwork<T> some_network() {
  // 300 units are enough work to wake threads for the dense layer too.
  auto network = BasicNetwork<T>::parse("2x9x10 | conv 3x3x3 relu | maxpool 3/2 | dense 300 tanh | dense 5");
  network.initialize(3);
  network.set_normalization({{128.0f, 100.0f}, {70.0f, 60.0f}});
  return network;
}

}  // namespace

TEST_CASE_TEMPLATE("an image alone gives the bits that it gives in a batch, by any number of threads", T, float,
                   double) {
  const auto network = some_network<T>();
  const std::vector<std::uint8_t> pixels = some_pixels();
  const Images images(pixels, shape);
  const std::vector<T> together = outputs(network, images);
  REQUIRE(together.size() == count * 5);
  for (const int threads : {2, 3, 7}) CHECK(outputs(network, images, threads) == together);
  const std::vector<std::int32_t> classes = predict(network, images, 2);
  for (std::size_t i = 0; i < count; ++i) {
    const Images alone(std::span<const std::uint8_t>(pixels).subspan(i * shape.size(), shape.size()), shape);
    const auto first = together.begin() + static_cast<std::ptrdiff_t>(i * 5);
    CHECK(outputs(network, alone) == std::vector<T>(first, first + 5));
    CHECK(predict(network, alone) == std::vector<std::int32_t>{classes[i]});
  }
}

TEST_CASE_TEMPLATE("losses and gradients have the same bits by any number of threads", T, float, double) {
  const auto network = some_network<T>();
  const std::vector<std::uint8_t> pixels = some_pixels();
  const std::vector<std::int32_t> labels = some_labels();
  const Images images(pixels, shape);
  const std::vector<double> twice(labels.size(), 2.0);
  const auto evaluation = evaluate(network, images, labels);
  const auto gradients = loss_and_gradients(network, images, labels);
  for (const int threads : {2, 3, 7}) {
    CAPTURE(threads);
    CHECK(evaluate(network, images, labels, Loss::cross_entropy, threads).loss == evaluation.loss);
    // Twice a sum of doubles is exact.
    CHECK(evaluate(network, images, labels, Loss::cross_entropy, threads, nullptr, twice).loss == 2 * evaluation.loss);
    const auto others =
        loss_and_gradients(network, images, labels, Loss::cross_entropy, lenetpp::Reduction::mean, threads);
    CHECK(others.loss == gradients.loss);
    CHECK(others.gradients == gradients.gradients);
  }
}

TEST_CASE_TEMPLATE("a predictor that was used sees every change of the weights", T, float, double) {
  // Both convolutions pack their weights for the forward pass.
  auto network = BasicNetwork<T>::parse("2x9x10 | conv 16x3x3 relu | conv 32x3x3 relu | maxpool 2 | dense 5");
  network.initialize(1);
  const std::vector<std::uint8_t> pixels = some_pixels();
  const std::vector<std::int32_t> labels = some_labels();
  const Images images(pixels, shape);
  lenetpp::BasicPredictor<T> used(network, 2);
  std::vector<T> before = used.outputs(images);
  const auto check_after = [&](const std::string& change) {
    CAPTURE(change);
    const std::vector<T> after = used.outputs(images);
    CHECK(after == outputs(network, images));
    CHECK(after != before);
    CHECK(used.outputs(images) == after);
    before = after;
  };
  network.initialize(2);
  check_after("other initial weights");
  for (const std::size_t index : {0, 1, 2, 3}) {
    std::vector<T> values = network.parameter(index);
    for (T& value : values) value += T(0.5);
    network.set_parameter(index, values);
    check_after("the weights or biases of a convolution");
  }
  lenetpp::BasicTrainer<T> trainer(network, {.batch_size = 70, .momentum = 0.5, .threads = 2});
  for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
    trainer.train_epoch(images, labels, {.learning_rate = 0.001, .epoch = epoch});
    check_after("an epoch");
  }
  // Each step in turn with a prediction, which must not take what the step will change for known.
  std::size_t steps = 0;
  const auto predict_between = [&](std::size_t) {
    check_after("a step");
    return ++steps > 0;
  };
  trainer.train_epoch(images, labels,
                      {.learning_rate = 0.001,
                       .epoch = 2,
                       .progress = predict_between,
                       .progress_interval = std::chrono::milliseconds(0)});
  CHECK(steps == 5);
  auto other = BasicNetwork<T>::parse(network.text());
  other.initialize(3);
  network = other;
  check_after("a copy of another network");
  other.initialize(4);
  network = std::move(other);
  check_after("another network moved into it");
  BasicNetwork<T> copy = network;
  copy.initialize(5);
  CHECK(used.outputs(images) == before);
  network = copy;
  check_after("a copy that was changed");
}

TEST_CASE("a predictor that was used sees a model that was loaded into its network") {
  auto network = Network::parse("2x9x10 | conv 16x3x3 relu | dense 5"), saved = network;
  network.initialize(1);
  saved.initialize(2);
  const std::vector<std::uint8_t> pixels = some_pixels();
  const Images images(pixels, shape);
  lenetpp::Predictor used(network);
  const std::vector<float> before = used.outputs(images);
  lenetpp::save_model("loaded_while_predicting.safetensors", saved);
  network = lenetpp::load_model("loaded_while_predicting.safetensors").network;
  std::remove("loaded_while_predicting.safetensors");
  CHECK(used.outputs(images) == outputs(saved, images));
  CHECK(used.outputs(images) != before);
}

TEST_CASE("an evaluation counts what predict and the outputs say") {
  const auto network = some_network<double>();
  const std::vector<std::uint8_t> pixels = some_pixels();
  const std::vector<std::int32_t> labels = some_labels();
  const Images images(pixels, shape);
  const std::vector<double> values = outputs(network, images);
  double squared_error = 0, cross_entropy = 0;
  std::size_t correct = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto label = static_cast<std::size_t>(labels[i]);
    const double* output = values.data() + i * 5;
    double sum = 0;
    std::size_t best = 0;
    for (std::size_t k = 0; k < 5; ++k) {
      squared_error += std::pow(output[k] - (k == label ? 1.0 : 0.0), 2) / 2;
      sum += std::exp(output[k]);
      if (output[k] > output[best]) best = k;
    }
    cross_entropy += std::log(sum) - output[label];
    correct += best == label;
  }
  const auto by_cross_entropy = evaluate(network, images, labels, Loss::cross_entropy);
  CHECK(by_cross_entropy.loss == doctest::Approx(cross_entropy / count).epsilon(1e-12));
  CHECK(by_cross_entropy.correct == correct);
  CHECK(by_cross_entropy.predictions == predict(network, images));
  CHECK(evaluate(network, images, labels, Loss::squared_error).loss ==
        doctest::Approx(squared_error / count).epsilon(1e-12));
}

TEST_CASE("of equal outputs the first class is predicted") {
  auto network = Network::parse("1x1x1 | dense 4");
  network.set_parameter(0, std::vector<float>{1, 2, 2, -1});
  const std::vector<float> pixels{1, -1, 0};
  CHECK(predict(network, Images(pixels, {1, 1, 1})) == std::vector<std::int32_t>{1, 3, 0});
}

TEST_CASE("what does not fit the network is refused by name") {
  const auto network = some_network<float>();
  const std::vector<std::uint8_t> pixels(shape.size());
  const Images images(pixels, shape), others(pixels, Shape{2, 10, 9});
  const std::vector<std::int32_t> good{4}, bad{5}, negative{-1}, two{0, 0};
  CHECK_THROWS_WITH_AS(outputs(network, others), doctest::Contains("images: expected the network's input shape"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(predict(network, images, 0), doctest::Contains("threads: "), std::invalid_argument);
  CHECK_THROWS_WITH_AS(evaluate(network, images, bad), doctest::Contains("labels: expected 0 to 4"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(evaluate(network, images, negative), doctest::Contains("got -1 for image 0"),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(evaluate(network, images, two), doctest::Contains("labels: expected one for each"),
                       std::invalid_argument);
  const std::vector<double> two_weights(2, 1.0);
  CHECK_THROWS_WITH_AS(evaluate(network, images, good, Loss::cross_entropy, 1, nullptr, two_weights),
                       doctest::Contains("weights: expected one for each of the 1"), std::invalid_argument);
  CHECK_THROWS_WITH_AS(evaluate(network, images, good, Loss::binary_cross_entropy), doctest::Contains("loss: "),
                       std::invalid_argument);
  CHECK_THROWS_WITH_AS(outputs(Network::parse("2x9x10 | dense 5"), images), doctest::Contains("network: "),
                       std::logic_error);
}

TEST_CASE_TEMPLATE("probabilities are the softmax of the outputs, by any number of threads", T, float, double) {
  const auto network = some_network<T>();
  const std::vector<std::uint8_t> pixels = some_pixels();
  const Images images(pixels, shape);
  const std::vector<T> values = outputs(network, images);
  const std::vector<double> probabilities = predict_probabilities(network, images);
  REQUIRE(probabilities.size() == values.size());
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 5; ++k) sum += std::exp(static_cast<double>(values[5 * i + k]));
    for (std::size_t k = 0; k < 5; ++k) {
      const double expected = std::exp(static_cast<double>(values[5 * i + k])) / sum;
      CHECK(std::abs(probabilities[5 * i + k] - expected) < 1e-14);
    }
  }
  CHECK(predict_probabilities(network, images, 3) == probabilities);
}

TEST_CASE("probabilities of sigmoids are their shares, and equal where all are zero") {
  auto network = Network::parse("1x1x1 | dense 2 nobias sigmoid");
  network.set_parameter(0, std::vector<float>{0.0f, -1000.0f});
  const std::vector<float> pixels{0.0f, 1.0f};
  const std::vector<double> probabilities = predict_probabilities(network, Images(pixels, {1, 1, 1}));
  CHECK(std::vector(probabilities.begin(), probabilities.begin() + 3) == std::vector<double>{0.5, 0.5, 1});
  CHECK(probabilities[3] < 1e-30);  // the exponential ends at what float32 holds
  network.set_parameter(0, std::vector<float>{-1000.0f, -1000.0f});
  CHECK(predict_probabilities(network, Images(pixels, {1, 1, 1})) == std::vector<double>{0.5, 0.5, 0.5, 0.5});
}
