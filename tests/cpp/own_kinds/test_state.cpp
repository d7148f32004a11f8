// State, which layers learn beside their parameters: what training writes there, who else does not, and where it goes.
#include <doctest/doctest.h>
#include <lenetpp/evaluation.h>
#include <lenetpp/model_file.h>
#include <lenetpp/trainer.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "../execution/network_walk.h"
#include "files/safetensors.h"

namespace {

using lenetpp::BasicNetwork;
using lenetpp::BasicTrainer;
using lenetpp::EpochOptions;
using lenetpp::Images;
using lenetpp::Loss;
using lenetpp::Network;
using lenetpp::TrainerOptions;

constexpr const char* text = "2x6x6 | recenter | conv 3x3x3 relu | maxpool 2 | standardize | dense 5 tanh | dense 3";
constexpr std::size_t count = 85, batch_size = 37;  // two batches of five shards, one of two

struct Data {
  std::vector<float> pixels;
  std::vector<std::int32_t> labels;

  Data() {
    Generator generator(1);
    for (std::size_t i = 0; i < count; ++i) labels.push_back(static_cast<std::int32_t>(i % 3));
    for (std::size_t i = 0; i < count * 72; ++i) pixels.push_back(static_cast<float>(generator.below(256)) / 256);
  }
  [[nodiscard]] Images images() const { return {pixels, {2, 6, 6}}; }
};

template <class T>
BasicNetwork<T> ready_network() {
  auto network = BasicNetwork<T>::parse(text);
  network.initialize(1);
  return network;
}

template <class T>
std::vector<std::vector<T>> state_of(const BasicNetwork<T>& network) {
  std::vector<std::vector<T>> state;
  for (std::size_t i = 0; i < network.state_shapes().size(); ++i) state.push_back(network.state(i));
  return state;
}

template <class T>
std::vector<std::vector<T>> parameters_and_state_of(const BasicNetwork<T>& network) {
  std::vector<std::vector<T>> all = state_of(network);
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) all.push_back(network.parameter(i));
  return all;
}

template <class T>
BasicNetwork<T> trained(TrainerOptions options, const Data& data = {}) {
  auto network = ready_network<T>();
  options.batch_size = batch_size;
  BasicTrainer<T> trainer(network, options);
  for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
    trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.05, .epoch = epoch});
  }
  return network;
}

/// The means of one batch of all images, plane by plane.
std::vector<double> means_of_planes(const Data& data) {
  std::vector<double> means(2);
  for (std::size_t i = 0; i < data.pixels.size(); ++i) means[i / 36 % 2] += data.pixels[i];
  for (double& mean : means) mean /= count * 36;
  return means;
}

}  // namespace

TEST_CASE("state is named and shaped beside the parameters, and begins with its initial values") {
  auto network = Network::parse(text);
  std::vector<std::string> names;
  for (const lenetpp::StateShape& shape : network.state_shapes()) names.push_back(shape.name);
  CHECK(names == std::vector<std::string>{"0.mean", "3.mean", "3.variance"});
  CHECK(network.state_shapes()[2].dimensions == std::vector<std::size_t>{3});
  CHECK(network.state_shapes()[2].layer == 3);
  const std::vector<std::vector<float>> initial{{0, 0}, {0, 0, 0}, {1, 1, 1}};
  CHECK(state_of(network) == initial);
  network.set_state(2, std::vector<float>{1, 2, 3});
  CHECK(network.state(2) == std::vector<float>{1, 2, 3});
  CHECK_FALSE(network.initialized());  // it has no weights
  network.initialize(1);
  CHECK(state_of(network) == initial);
  CHECK(network.parameter_shapes().size() == 6);
  CHECK(network.text() == std::string(text));
}

TEST_CASE("state that a network has not is refused by name") {
  auto network = Network::parse(text);
  CHECK_THROWS_WITH_AS(static_cast<void>(network.state(3)),
                       "index: expected one below 3, the network's number of state arrays, got 3", std::out_of_range);
  CHECK_THROWS_WITH_AS(network.set_state(1, std::vector<float>(2)),
                       "state 3.mean of shape (3): expected 3 values, got 2", std::invalid_argument);
}

TEST_CASE_TEMPLATE("a step of training brings state towards the figures of its batch", T, float, double) {
  const Data data;
  auto network = ready_network<T>();
  BasicTrainer<T> trainer(network, {.batch_size = count});
  std::vector<double> expected(2);
  for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
    trainer.train_epoch(data.images(), data.labels, {.learning_rate = 0.1, .epoch = epoch});
    for (std::size_t plane = 0; plane < 2; ++plane) {
      expected[plane] += (means_of_planes(data)[plane] - expected[plane]) / 4;
      CHECK(static_cast<double>(network.state(0)[plane]) == doctest::Approx(expected[plane]).epsilon(1e-6));
    }
  }
}

TEST_CASE_TEMPLATE("the number of threads decides no bit of the state", T, float, double) {
  const auto expected = parameters_and_state_of(trained<T>({.momentum = 0.9}));
  CHECK(expected[0] != std::vector<T>(2));
  CHECK(expected[2] != std::vector<T>(3, 1));
  for (const int threads : {2, 3, 7}) {
    CAPTURE(threads);
    CHECK(parameters_and_state_of(trained<T>({.momentum = 0.9, .threads = threads})) == expected);
  }
}

TEST_CASE("no setting of the optimizer changes what the layer at the bottom sees") {
  const std::vector<float> expected = trained<float>({}).state(0);
  CHECK(trained<float>({.momentum = 0.9, .weight_decay = 0.5}).state(0) == expected);
  CHECK(trained<float>({.gradient_clip_norm = 1e-3}).state(0) == expected);
  CHECK(trained<float>({.optimizer = lenetpp::Optimizer::adam}).state(0) == expected);
}

TEST_CASE_TEMPLATE("whatever does not train leaves state as it is, and computes with it", T, float, double) {
  const Data data;
  auto network = trained<T>({}, data);
  const auto expected = parameters_and_state_of(network);
  const std::vector<T> before = lenetpp::outputs(network, data.images(), 3);
  lenetpp::evaluate(network, data.images(), data.labels, Loss::cross_entropy, 2);
  lenetpp::loss_and_gradients(network, data.images(), data.labels, Loss::cross_entropy, lenetpp::Reduction::mean, 2);
  CHECK(parameters_and_state_of(network) == expected);
  CHECK(lenetpp::outputs(network, data.images(), 1) == before);
  network.set_state(1, std::vector<T>{5, 5, 5});
  CHECK(lenetpp::outputs(network, data.images(), 1) != before);
}

TEST_CASE("an image alone has the outputs that its running figures give it") {
  auto network = BasicNetwork<double>::parse("2x1x1 | recenter | standardize");
  network.initialize(1);
  network.set_state(0, std::vector<double>{1, 2});
  network.set_state(1, std::vector<double>{3, 4});
  network.set_state(2, std::vector<double>{4 - 1e-5, 16 - 1e-5});
  const std::vector<float> pixels{8, -2};
  const std::vector<double> outputs = lenetpp::outputs(network, Images(pixels, {2, 1, 1}), 1);
  CHECK(outputs[0] == doctest::Approx((8 - 1 - 3) / 2.0));
  CHECK(outputs[1] == doctest::Approx((-2 - 2 - 4) / 4.0));
}

TEST_CASE("what a stage keeps of a batch reaches its backward pass") {
  NetworkWalk<double> walk("2x3x4 | conv 3x2x2 | maxpool 1 | standardize | dense 4 tanh | dense 2", 11, 1);
  Generator generator(2);
  const std::vector<double> u = NetworkWalk<double>::random_values(walk.forward().size(), generator);
  const std::vector<std::vector<double>> gradients = walk.backward(u);
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::vector<double> start = walk.network.parameter(i);
    for (std::size_t k = 0; k < start.size(); ++k) {
      const auto moved_by = [&](double h) {
        std::vector<double> moved = start;
        moved[k] += h;
        walk.network.set_parameter(i, moved);
        const std::vector<double> outputs = walk.forward();
        double sum = 0;
        for (std::size_t j = 0; j < u.size(); ++j) sum += u[j] * outputs[j];
        return sum;
      };
      const double derivative = (moved_by(1e-5) - moved_by(-1e-5)) / 2e-5;
      CHECK(gradients[i][k] == doctest::Approx(derivative).epsilon(1e-6).scale(1));
    }
    walk.network.set_parameter(i, start);
  }
}

TEST_CASE("a batch whose loss is no number leaves state as it is") {
  const Data data;
  auto network = ready_network<float>();
  network.set_parameter(5, std::vector<float>(3, std::numeric_limits<float>::infinity()));
  lenetpp::Trainer trainer(network, {.batch_size = count});
  const auto before = state_of(network);
  CHECK(trainer.train_epoch(data.images(), data.labels, {}).divergence.has_value());
  CHECK(state_of(network) == before);
}

TEST_CASE("state that is no number any more is a divergence, of its layer") {
  const Data data;
  auto network = ready_network<float>();
  network.set_state(2, std::vector<float>{1, std::numeric_limits<float>::infinity(), 1});
  lenetpp::Trainer trainer(network, {.batch_size = count});
  const auto divergence = trainer.train_epoch(data.images(), data.labels, {}).divergence;
  REQUIRE(divergence.has_value());
  CHECK(divergence->layer == 3);
  CHECK(divergence->what == "update");
}

TEST_CASE_TEMPLATE("a copy has its own state", T, float, double) {
  const auto network = trained<T>({});
  auto copy = network;
  CHECK(parameters_and_state_of(copy) == parameters_and_state_of(network));
  copy.set_state(0, std::vector<T>{7, 8});
  CHECK(network.state(0) != copy.state(0));
  auto assigned = BasicNetwork<T>::parse("1x1x1 | dense 1");
  assigned = copy;
  CHECK(state_of(assigned) == state_of(copy));
  const auto moved = std::move(assigned);
  CHECK(state_of(moved) == state_of(copy));
}

TEST_CASE_TEMPLATE("an epoch stopped and continued with another network ends with the same bits", T, float, double) {
  const Data data;
  const TrainerOptions options{.batch_size = batch_size, .momentum = 0};
  auto network = ready_network<T>(), stopped = ready_network<T>();
  BasicTrainer<T>(network, options).train_epoch(data.images(), data.labels, {});
  EpochOptions first;
  first.progress = [](std::size_t) { return false; };
  first.progress_interval = std::chrono::milliseconds(0);
  const auto part = BasicTrainer<T>(stopped, options).train_epoch(data.images(), data.labels, first);
  REQUIRE(part.interrupted);
  CHECK(state_of(stopped) != state_of(network));
  auto other = stopped;
  EpochOptions second;
  second.done = part.done;
  BasicTrainer<T>(other, options).train_epoch(data.images(), data.labels, second);
  CHECK(parameters_and_state_of(other) == parameters_and_state_of(network));
}

TEST_CASE("a model file keeps state, and is refused without it or with another shape") {
  namespace fs = std::filesystem;
  const fs::path path = fs::temp_directory_path() / "lenetpp-test-of-state.safetensors";
  const auto network = trained<float>({});
  lenetpp::save_model(path, network);
  const lenetpp::Model model = lenetpp::load_model(path);
  CHECK(parameters_and_state_of(model.network) == parameters_and_state_of(network));
  CHECK(model.network.text() == std::string(text));

  const auto written_with = [&](const std::vector<lenetpp::Tensor>& state) {
    std::vector<lenetpp::Tensor> tensors = state;
    for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
      const lenetpp::ParameterShape& shape = network.parameter_shapes()[i];
      tensors.push_back({shape.name, shape.dimensions, [&network, i] { return network.parameter(i); }});
    }
    lenetpp::write_safetensors(path, tensors, {{"lenetpp.network", text}, {"lenetpp.format", "2"}});
  };
  const auto numbers = [](const std::string& name, std::size_t size) {
    return lenetpp::Tensor{name, {size}, [size] { return std::vector<float>(size, 2); }};
  };
  const auto refusal = [&]() -> std::string {
    try {
      static_cast<void>(lenetpp::load_model(path));
    } catch (const lenetpp::FileError& error) {
      return error.what();
    }
    return "accepted";
  };
  written_with({numbers("0.mean", 2), numbers("3.mean", 3), numbers("3.variance", 3)});
  CHECK(lenetpp::load_model(path).network.state(2) == std::vector<float>{2, 2, 2});
  written_with({numbers("0.mean", 2), numbers("3.mean", 3)});
  CHECK(refusal() == path.string() + ": tensor \"3.variance\" is missing");
  written_with({numbers("0.mean", 2), numbers("3.mean", 3), numbers("3.variance", 2)});
  CHECK(refusal() == path.string() + ": tensor \"3.variance\": shape is [2], but its network needs [3]");
  written_with({numbers("0.mean", 2), numbers("1.mean", 2), numbers("3.mean", 3), numbers("3.variance", 3)});
  CHECK(refusal() == path.string() + ": tensor \"1.mean\" is not part of its network");

  auto diverged = network;
  diverged.set_state(1, std::vector<float>{0, std::numeric_limits<float>::quiet_NaN(), 0});
  CHECK_THROWS_WITH_AS(lenetpp::save_model(path, diverged),
                       doctest::Contains("value 1 of 3.mean is not a finite number"), std::invalid_argument);
  fs::remove(path);
}
