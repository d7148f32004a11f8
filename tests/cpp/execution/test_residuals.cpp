// Residuals among their neighbours: what is the bottom, what is last, and that what lies at their start is read as it
// is.
#include <doctest/doctest.h>

#include "network_walk.h"

namespace {

using Walk = NetworkWalk<double>;

lenetpp::Plan<float> plan_of(const std::string& text) {
  return lenetpp::make_plan<float>(lenetpp::Architecture::parse(text), lenetpp::WorkspacePurpose::training);
}

}  // namespace

TEST_CASE("a residual's start is no stage, and its end reads the boundary that lies there") {
  const auto plan = plan_of("3x8x8 | conv 4x3x3 pad1 | residual [ conv 4x3x3 pad1 | conv 4x3x3 pad1 ] relu | dense 2");
  REQUIRE(plan.stages.size() == 5);
  REQUIRE(plan.stages[3]->place.second.has_value());
  CHECK(plan.stages[3]->place.second->boundary == 1);
  CHECK(plan.stages[3]->place.layer == 4);
  CHECK(plan.boundaries[1].last_reader == 3);
  // The convolution behind the start says how the planes lie, with its border.
  CHECK(plan.boundaries[1].stack.padding == lenetpp::Extent{1, 1});
}

TEST_CASE("backward ends at the first stage with parameters, be it within a residual or its end") {
  CHECK(plan_of("3x8x8 | residual [ avgpool 1 | conv 3x3x3 pad1 ] | dense 2").bottom == 1);
  CHECK(plan_of("3x8x8 | residual [ maxpool 1 | activation relu ] | dense 2").bottom == 3);
  const auto plan = plan_of("3x8x8 | avgpool 1 | residual [ avgpool 2 ] | residual pad [ maxpool 2 ] | dense 2");
  // Only the first residual changes nothing but sides: that takes 1x1 filters all the same.
  CHECK(plan.bottom == 2);
  CHECK_FALSE(plan.stages[2]->place.goes_below);
  CHECK(plan.stages[4]->place.second->goes_below);
}

TEST_CASE("the gradient at a start whose readers are of several runs is kept for a batch") {
  const auto plan = plan_of("3x1x1 | dense 5 | activation tanh | residual [ activation relu | dense 5 ] | dense 2");
  CHECK(plan.boundaries[2].gradient_of_batch);
  const auto images = plan_of("3x4x4 | conv 5x1x1 | residual [ conv 5x1x1 | conv 5x1x1 ] relu | dense 2");
  CHECK_FALSE(images.boundaries[1].gradient_of_batch);
}

TEST_CASE("a residual whose layers give zero hands on what lies at its start, and its gradient") {
  const std::string below = "2x5x6 | conv 3x3x3 pad1 tanh", above = " | dense 4";
  Walk with(below + " | residual [ conv 3x3x3 pad1 | conv 3x3x3 pad1 ] | residual pad [ conv 3x5x5 pad2 ]" + above, 9,
            1);
  Walk without(below + above, 9, 1);
  for (std::size_t i = 2; i < 8; ++i) {
    with.network.set_parameter(i, std::vector<double>(with.network.parameter_shapes()[i].size(), 0.0));
  }
  for (const std::size_t i : {0, 1}) with.network.set_parameter(i, without.network.parameter(i));
  for (const std::size_t i : {2, 3}) with.network.set_parameter(i + 6, without.network.parameter(i));
  with.pixels = without.pixels;
  CHECK(with.forward() == without.forward());
  const std::vector<double> ones(36, 1.0);
  const auto gradients = with.backward(ones), expected = without.backward(ones);
  CHECK(gradients[0] == expected[0]);
  CHECK(gradients[1] == expected[1]);
}

TEST_CASE("padding adds planes of zeros behind those that are kept, every second row and column") {
  Walk walk("2x3x4 | residual pad [ conv 3x1x1 stride2 nobias ]", 1, 1);
  walk.network.set_parameter(0, std::vector<double>(6, 0.0));
  for (std::size_t i = 0; i < walk.pixels.size(); ++i) walk.pixels[i] = static_cast<float>(i);
  CHECK(walk.forward() == std::vector<double>{0, 2, 8, 10, 12, 14, 20, 22, 0, 0, 0, 0});
}

TEST_CASE("the filters of a shortcut see every second row and column") {
  Walk walk("2x3x4 | residual [ conv 1x1x1 stride2 nobias ]", 1, 1);
  walk.network.set_parameter(0, std::vector<double>(2, 0.0));
  walk.network.set_parameter(1, std::vector<double>{1, 100});
  for (std::size_t i = 0; i < walk.pixels.size(); ++i) walk.pixels[i] = static_cast<float>(i);
  CHECK(walk.forward() == std::vector<double>{1200, 1402, 2008, 2210});
}
