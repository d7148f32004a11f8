// The weights of dense layers make their steps while their gradients appear, and with few samples while the gradient of
// the inputs does: the bits are those of a whole backward pass and then a step of all parameters.
#include <doctest/doctest.h>

#include <algorithm>

#include "network_walk.h"

namespace {

template <class T>
struct Stepped {
  std::vector<T> parameters, velocities;  // whole blocks
  std::vector<std::vector<T>> deltas;     // gradients at the boundaries where they are of the whole batch

  bool operator==(const Stepped&) const = default;
};

template <class T>
lenetpp::Step<T> step_number(int n, std::vector<T>& velocities) {
  return {.parameters = nullptr,
          .gradients = nullptr,
          .state = {n % 3 > 0 ? velocities.data() : nullptr},
          .count = velocities.size(),
          .learning_rate = T(0.03),
          .weight_decay = n % 2 == 0 ? T(0.01) : T(0),
          .gradient_scale = T(1),
          .optimizer = lenetpp::Optimizer::sgd,
          .rules = {.sgd = {.momentum = n % 3 > 0 ? T(0.9) : T(0), .nesterov = n % 3 == 2}, .adam = {}}};
}

/// Two steps of a fresh network, so that velocities matter.
template <class T>
Stepped<T> after_two_steps(const std::string& text, std::size_t batch, int threads, int n, bool at_once) {
  NetworkWalk<T> walk(text, batch, 1, threads);
  lenetpp::ParameterBlock<T>& parameters = walk.network.block();
  const std::size_t size = parameters.layout().size;
  std::vector<T> gradients(size);
  Stepped<T> result{{}, std::vector<T>(size), {}};
  lenetpp::Step<T> step = step_number(n, result.velocities);
  step.parameters = parameters.data();
  step.gradients = gradients.data();
  Generator generator(2);
  for (int time = 0; time < 2; ++time) {
    walk.set_output_gradients(NetworkWalk<T>::random_values(walk.forward().size(), generator));
    if (at_once) {
      lenetpp::backward_and_step(walk.workspace, walk.network, walk.pass(), gradients.data(), step);
    } else {
      lenetpp::backward(walk.workspace, walk.network, walk.pass(), gradients.data());
      walk.workspace.kernels.optimizer_step(step);
    }
  }
  result.parameters.assign(parameters.data(), parameters.data() + size);
  for (const auto& deltas : walk.workspace.gradients) {
    result.deltas.emplace_back(deltas.data(), deltas.data() + deltas.size());
  }
  return result;
}

}  // namespace

TEST_CASE_TEMPLATE("a step in the backward pass gives the bits of a backward pass and then a step", T, float, double) {
  // Large enough that two threads share the work, of inputs and of units that are no multiples of 16.
  const std::vector<std::string> texts{
      "2x7x9 | conv 7x3x3 relu | dense 23 tanh | dense 11 nobias sigmoid | dense 3",
      "1x3x5 | dense 300 leaky_relu | dense 901 nobias | dense 2",
      "3x8x8 | conv 18x3x3 pad1 relu | maxpool 2 | conv 16x2x2 relu | dense 5",
  };
  for (const std::string& text : texts) {
    for (const std::size_t batch : {1, 2, 3, 4, 5, 9}) {
      for (int n = 0; n < 6; ++n) {
        const Stepped<T> expected = after_two_steps<T>(text, batch, 1, n, false);
        for (const int threads : {1, 2}) {
          INFO(text << ", batch " << batch << ", threads " << threads << ", step " << n);
          CHECK(after_two_steps<T>(text, batch, threads, n, true) == expected);
        }
      }
    }
  }
}
