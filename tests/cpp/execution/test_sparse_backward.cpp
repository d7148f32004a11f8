// Sparse backprop equals dense backprop bit for bit: the walk visits only winners, PooledConvolution every position.
#include <doctest/doctest.h>

#include <cstring>
#include <variant>

#include "layers_to_test.h"
#include "network_walk.h"
#include "pooled_convolution.h"
#include "random_convolutions.h"

namespace {

template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// The network's second convolution, whose input is the first one's output: there its gradient is computed.
template <class T>
void check_sparse_is_dense(const LayersToTest& tested, std::size_t batch) {
  const std::string text = tested.input + " | conv 1x1x1 separate nobias | " + tested.layers;
  INFO(text << ", batch " << batch);
  NetworkWalk<T> walk(text, batch, 1);
  Generator generator(2);
  const std::vector<T> outputs = walk.forward();
  const std::vector<T> output_gradients = NetworkWalk<T>::random_values(outputs.size(), generator);
  const std::vector<std::vector<T>> sparse = walk.backward(output_gradients);

  const std::vector<lenetpp::Layer>& layers = walk.network.architecture().layers;
  const auto pooling = layers.size() > 2 ? std::get<lenetpp::MaxPool2D>(layers[2]) : lenetpp::MaxPool2D{{1, 1}, {1, 1}};
  const PooledConvolution<T> dense(std::get<lenetpp::Conv2D>(layers[1]), pooling, walk.network.architecture().input);
  const std::vector<T> weights = walk.network.parameter(1);
  const bool has_bias = walk.network.parameter_shapes().size() > 2;
  const std::vector<T> bias = has_bias ? walk.network.parameter(2) : std::vector<T>();
  const lenetpp::PlaneStack& stack = walk.workspace.plan.boundaries[1].stack;

  const std::size_t count = walk.network.outputs();
  typename PooledConvolution<T>::Gradients sums{std::vector<T>(weights.size()), std::vector<T>(bias.size()), {}};
  for (std::size_t first = 0; first < batch; first += lenetpp::samples_per_shard) {
    typename PooledConvolution<T>::Gradients shard{std::vector<T>(weights.size()), std::vector<T>(bias.size()), {}};
    for (std::size_t b = first; b < std::min(batch, first + lenetpp::samples_per_shard); ++b) {
      const std::vector<T> x = NetworkWalk<T>::without_gaps(walk.workspace.value(1, b), stack);
      const auto place = static_cast<std::ptrdiff_t>(b * count), end = place + static_cast<std::ptrdiff_t>(count);
      const auto forward = dense.forward(x, weights, bias);
      CHECK(same_bits(forward.values, std::vector<T>(outputs.begin() + place, outputs.begin() + end)));
      shard.input.assign(x.size(), T(0));
      dense.backward(x, weights, forward,
                     std::vector<T>(output_gradients.begin() + place, output_gradients.begin() + end), shard);
    }
    for (std::size_t i = 0; i < weights.size(); ++i) sums.weights[i] += shard.weights[i];
    for (std::size_t i = 0; i < bias.size(); ++i) sums.bias[i] += shard.bias[i];
    sums.input = shard.input;
  }
  CHECK(same_bits(sums.weights, sparse[1]));
  if (has_bias) CHECK(same_bits(sums.bias, sparse[2]));
  // The backward pass goes through the images in order: what is left is the last one's.
  CHECK(same_bits(sums.input, walk.gradient_of_last_image(1)));
}

}  // namespace

TEST_CASE_TEMPLATE("a pooled convolution's backward pass gives the bits of one that visits every position", T, float,
                   double) {
  for (const LayersToTest& tested : pooled_convolutions_to_test) {
    for (const std::size_t batch : {std::size_t{1}, std::size_t{3}, std::size_t{10}}) {
      check_sparse_is_dense<T>(tested, batch);
    }
  }
}

TEST_CASE_TEMPLATE("a convolution without pooling gives the bits of its definition", T, float, double) {
  for (const LayersToTest& tested : convolutions_to_test) {
    for (const std::size_t batch : {std::size_t{1}, std::size_t{9}}) check_sparse_is_dense<T>(tested, batch);
  }
}

TEST_CASE_TEMPLATE("random convolutions of many planes give the bits of their definition, pooled or not", T, float,
                   double) {
  Generator generator(sizeof(T));
  for (int n = 0; n < 60; ++n) check_sparse_is_dense<T>(random_full_convolution(generator), n % 3 == 0 ? 9 : 1);
}
