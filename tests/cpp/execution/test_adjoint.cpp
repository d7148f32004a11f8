// The adjoint identity: for outputs f(p) and any directions v of p and u of f, <J v, u> = <v, J^T u>. The left side is
// a central difference of forward passes in float64, the right side one backward pass.
#include <doctest/doctest.h>

#include <numeric>

#include "layers_to_test.h"
#include "network_walk.h"

namespace {

using Walk = NetworkWalk<double>;

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<std::string> networks_to_test() {
  std::vector<std::string> texts;
  for (const LayersToTest& tested : convolutions_to_test) texts.push_back(tested.input + " | " + tested.layers);
  for (const LayersToTest& tested : pooled_convolutions_to_test) {
    texts.push_back(tested.input + " | " + tested.layers + " | dense 3 tanh");
  }
  // The bottom convolution's gradient goes through everything above it.
  for (const auto* layers : {&poolings_to_test, &residuals_to_test, &normalizations_to_test}) {
    for (const LayersToTest& tested : *layers) {
      texts.push_back(tested.input + " | conv 2x1x1 separate | maxpool 1 | " + tested.layers + " | dense 5");
    }
  }
  for (const char* activation : {"", "relu", "leaky_relu", "sigmoid(2)", "tanh", "scaled_tanh"}) {
    texts.push_back("2x3x3 | dense 17 " + std::string(activation) + " | dense 5 nobias " + activation + " | dense 4");
  }
  texts.push_back(
      "2x12x12 | conv 3x3x3 separate relu | maxpool 3/2 | conv 5x2x2 pad1 tanh | maxpool 2 | dense 20 | dense 3");
  return texts;
}

/// The derivative of <outputs, u> where move(h) moves the network by h along the direction.
template <class Move>
double directional_derivative(Walk& walk, const std::vector<double>& u, double step, const Move& move) {
  move(step);
  const double ahead = dot(walk.forward(), u);
  move(-step);
  const double behind = dot(walk.forward(), u);
  move(0.0);
  return (ahead - behind) / (2 * step);
}

/// Relative to the sum of the magnitudes of what was added up, and to the difference's own rounding error where all of
/// it cancels: a bias below a batch normalization changes nothing.
void check_equal(double derivative, const std::vector<double>& gradient, const std::vector<double>& direction) {
  double magnitude = 1e-3;
  for (std::size_t i = 0; i < gradient.size(); ++i) magnitude += std::abs(gradient[i] * direction[i]);
  CHECK(std::abs(derivative - dot(gradient, direction)) < 1e-7 * magnitude + 1e-8);
}

}  // namespace

TEST_CASE("the gradient of every parameter array is the adjoint of what it does to the outputs") {
  for (const std::string& text : networks_to_test()) {
    CAPTURE(text);
    Walk walk(text, 3, 5);
    Generator generator(6);
    const std::vector<double> u = Walk::random_values(walk.forward().size(), generator);
    const std::vector<std::vector<double>> gradients = walk.backward(u);
    for (std::size_t i = 0; i < gradients.size(); ++i) {
      CAPTURE(walk.network.parameter_shapes()[i].name);
      const std::vector<double> start = walk.network.parameter(i);
      const std::vector<double> v = Walk::random_values(start.size(), generator);
      const double derivative = directional_derivative(walk, u, 1e-6, [&](double h) {
        std::vector<double> moved = start;
        for (std::size_t k = 0; k < moved.size(); ++k) moved[k] += h * v[k];
        walk.network.set_parameter(i, moved);
      });
      check_equal(derivative, gradients[i], v);
    }
  }
}

TEST_CASE("the gradient of a layer's input is the adjoint of what the input does to the outputs") {
  std::vector<LayersToTest> all = convolutions_to_test;
  all.insert(all.end(), pooled_convolutions_to_test.begin(), pooled_convolutions_to_test.end());
  all.insert(all.end(), poolings_to_test.begin(), poolings_to_test.end());
  all.insert(all.end(), residuals_to_test.begin(), residuals_to_test.end());
  all.insert(all.end(), normalizations_to_test.begin(), normalizations_to_test.end());
  all.push_back({"3x2x3", "dense 7 sigmoid"});
  for (const LayersToTest& tested : all) {
    // Below the layer, and not fused with it, a convolution that does nothing: its output is the image.
    const std::string text = tested.input + " | conv 1x1x1 separate nobias | maxpool 1 | " + tested.layers;
    CAPTURE(text);
    Walk walk(text, 1, 7);
    walk.network.set_parameter(0, std::vector<double>{1.0});
    Generator generator(8);
    const std::vector<double> u = Walk::random_values(walk.forward().size(), generator);
    walk.backward(u);

    const std::vector<double> gradient = walk.gradient_of_last_image(1);
    // Pixels are float32: steps of 2^-20 times -4 to 4 leave no rounding error in them.
    const std::vector<float> start = walk.pixels;
    std::vector<double> v(start.size());
    for (double& direction : v) direction = generator.between(-4, 4);
    const double derivative = directional_derivative(walk, u, 0x1p-20, [&](double h) {
      for (std::size_t k = 0; k < v.size(); ++k) walk.pixels[k] = static_cast<float>(start[k] + h * v[k]);
    });
    check_equal(derivative, gradient, v);
  }
}
