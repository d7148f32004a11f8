// Threads share images, shards and the work of a stage: when that is worth it, and that it decides no bit.
#include <doctest/doctest.h>
#include <lenetpp/predictor.h>

#include "layers_to_test.h"
#include "network_walk.h"

using lenetpp::Sharing;

namespace {

/// Everything is worth sharing.
constexpr Sharing generous{.least_work = 0};

std::vector<std::string> texts_to_share() {
  std::vector<std::string> texts;
  for (const auto* layers : {&convolutions_to_test, &pooled_convolutions_to_test, &poolings_to_test, &residuals_to_test,
                             &normalizations_to_test}) {
    for (const LayersToTest& tested : *layers) {
      texts.push_back(tested.input + " | conv 2x1x1 separate relu | " + tested.layers + " | dense 5 sigmoid | dense 3");
    }
  }
  texts.emplace_back("3x12x12 | conv 16x3x3 pad1 relu | conv 34x3x3 pad1 tanh | maxpool 2 | conv 20x3x3 relu");
  texts.emplace_back("2x9x8 | conv 18x3x3 stride2 | conv 5x2x2 table(0,1,2;1,3;5,17;0;4) | maxpool 2");
  return texts;
}

}  // namespace

TEST_CASE_TEMPLATE("threads that share the work of every stage give the bits of one thread", T, float, double) {
  for (const std::string& text : texts_to_share()) {
    for (const std::size_t batch : {1, 3, 10}) {
      CAPTURE(text);
      CAPTURE(batch);
      NetworkWalk<T> alone(text, batch, 1);
      Generator generator(2);
      const std::vector<T> outputs = alone.forward();
      const std::vector<T> output_gradients = NetworkWalk<T>::random_values(outputs.size(), generator);
      const std::vector<std::vector<T>> gradients = alone.backward(output_gradients);
      for (const int threads : {2, 3, 7}) {
        CAPTURE(threads);
        NetworkWalk<T> shared(text, batch, 1, threads, lenetpp::kernels<T>(), generous);
        CHECK(shared.workspace.keeps_all_gradients);
        // Twice: what the first pass left is not seen.
        for (int time = 0; time < 2; ++time) {
          CHECK(shared.forward() == outputs);
          CHECK(shared.backward(output_gradients) == gradients);
        }
        for (std::size_t s = 1; s < shared.workspace.plan.stages.size(); ++s) {
          CHECK(shared.gradient_of_last_image(s) == alone.gradient_of_last_image(s));
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("dense layers cut by units or by samples give the bits of one thread", T, float, double) {
  const std::string text = "1x16x16 | dense 40 tanh | dense 33 relu | dense 5";
  for (const std::size_t batch : {30, 200}) {
    CAPTURE(batch);
    NetworkWalk<T> alone(text, batch, 1);
    Generator generator(2);
    const std::vector<T> outputs = alone.forward();
    const std::vector<T> output_gradients = NetworkWalk<T>::random_values(outputs.size(), generator);
    const std::vector<std::vector<T>> gradients = alone.backward(output_gradients);
    for (const int threads : {2, 3}) {
      CAPTURE(threads);
      NetworkWalk<T> shared(text, batch, 1, threads);
      CHECK(shared.forward() == outputs);
      CHECK(shared.backward(output_gradients) == gradients);
      const lenetpp::Images images(shared.pixels, shared.network.architecture().input);
      CHECK(lenetpp::BasicPredictor<T>(shared.network, threads).outputs(images) == outputs);
    }
  }
}

TEST_CASE("a little work is not shared, and more by as many threads as it keeps busy") {
  const Sharing sharing{.least_work = 100};
  CHECK(sharing.shares(0, 7) == 1);
  CHECK(sharing.shares(199, 7) == 1);
  CHECK(sharing.shares(200, 7) == 2);
  CHECK(sharing.shares(100000, 7) == 7);
  CHECK(sharing.shares(100000, 1) == 1);
}

TEST_CASE("the backward pass goes by stage where threads would wait for shards") {
  const Sharing sharing{.least_work = 100};
  for (const std::size_t batch : {1, 2, 7, 8, 9, 14, 24}) CHECK(sharing.backward_by_stage(1000, batch, 2));
  for (const std::size_t batch : {15, 16, 32, 64, 1000}) CHECK_FALSE(sharing.backward_by_stage(1000, batch, 2));
  CHECK(sharing.backward_by_stage(1000, 32, 7));
  for (const std::size_t batch : {1, 8, 32}) {
    CHECK_FALSE(sharing.backward_by_stage(1000, batch, 1));
    CHECK_FALSE(sharing.backward_by_stage(2, batch, 2));
  }
}
