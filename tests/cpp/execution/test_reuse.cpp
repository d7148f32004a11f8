// A workspace is used again for every batch: what an earlier one left there must not be seen.
#include <doctest/doctest.h>

#include "layers_to_test.h"
#include "network_walk.h"

TEST_CASE_TEMPLATE("a used workspace gives the bits of a fresh one", T, float, double) {
  std::vector<LayersToTest> all = convolutions_to_test;
  all.insert(all.end(), pooled_convolutions_to_test.begin(), pooled_convolutions_to_test.end());
  all.insert(all.end(), poolings_to_test.begin(), poolings_to_test.end());
  all.insert(all.end(), residuals_to_test.begin(), residuals_to_test.end());
  all.insert(all.end(), normalizations_to_test.begin(), normalizations_to_test.end());
  for (const LayersToTest& tested : all) {
    const std::string text =
        tested.input + " | conv 2x1x1 separate relu | maxpool 1 | " + tested.layers + " | dense 5 sigmoid | dense 3";
    CAPTURE(text);
    NetworkWalk<T> fresh(text, 10, 1), used(text, 10, 1);
    const std::vector<float> pixels = used.pixels;
    Generator generator(2);
    const std::vector<T> output_gradients = NetworkWalk<T>::random_values(30, generator);
    for (float& pixel : used.pixels) pixel = 3 - 2 * pixel;
    used.forward();
    used.backward(output_gradients);
    used.pixels = pixels;
    CHECK(used.forward() == fresh.forward());
    CHECK(used.backward(output_gradients) == fresh.backward(output_gradients));
    CHECK(used.backward(output_gradients) == fresh.backward(output_gradients));
  }
}
