#include <doctest/doctest.h>
#include <lenetpp/evaluation.h>
#include <lenetpp/layer_outputs.h>

#include <cstdint>
#include <stdexcept>
#include <vector>

using lenetpp::BasicNetwork;
using lenetpp::Images;

TEST_CASE_TEMPLATE("every layer's outputs are those computed by hand", T, float, double) {
  auto network = BasicNetwork<T>::parse("1x2x2 | conv 1x1x1 relu | maxpool 2 | dense 1");
  const std::vector<std::vector<T>> parameters{{2}, {-3}, {0.5}, {1}};
  for (std::size_t i = 0; i < parameters.size(); ++i) network.set_parameter(i, parameters[i]);
  network.set_normalization({{10}, {10}});
  const std::vector<std::uint8_t> pixels{20, 30, 40, 50, 10, 10, 10, 10};  // 1 2 3 4, and 0 0 0 0
  const auto all = lenetpp::layer_outputs(network, Images(pixels, {1, 2, 2}));
  CHECK(all == std::vector<std::vector<T>>{{0, 1, 3, 5, 0, 0, 0, 0}, {5, 0}, {3.5, 1}});
}

TEST_CASE("outputs of the last layer have the bits of the network's, by any number of threads") {
  auto network = lenetpp::Network::parse("2x9x10 | conv 3x3x3 relu | maxpool 3/2 | dense 30 tanh | dense 5 sigmoid");
  network.initialize(3);
  std::vector<std::uint8_t> pixels(40 * 180);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * i % 251);
  const Images images(pixels, {2, 9, 10});
  const auto all = lenetpp::layer_outputs(network, images, 3);
  REQUIRE(all.size() == 4);
  CHECK(all.back() == lenetpp::outputs(network, images));
  CHECK(all[1] == lenetpp::outputs_of_layer(network, 1, images));
}

TEST_CASE("a layer that there is not and a network without weights throw") {
  auto network = lenetpp::Network::parse("1x2x2 | dense 3");
  const std::vector<std::uint8_t> pixels(4);
  const Images images(pixels, {1, 2, 2});
  CHECK_THROWS_AS(static_cast<void>(lenetpp::outputs_of_layer(network, 0, images)), std::logic_error);
  network.initialize(1);
  CHECK_THROWS_WITH_AS(static_cast<void>(lenetpp::outputs_of_layer(network, 1, images)),
                       "layer 1: the network has 1 layers", std::out_of_range);
}
