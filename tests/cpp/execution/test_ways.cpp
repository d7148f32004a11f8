// Which way a convolution goes forward and backward is a matter of speed. The tests of its bits go all
// of them; should a threshold move, this one says which layer to add to layers_to_test.h.
#include <doctest/doctest.h>

#include "layers_to_test.h"
#include "network_walk.h"

namespace {

/// How often these kernels were called.
struct Calls {
  int by_filters = 0, interleaved = 0, visits = 0, dense = 0;
};
Calls calls;

/// The table of kernels, whose functions count their calls.
template <class T>
const lenetpp::Kernels<T>& counting_kernels() {
  static const lenetpp::Kernels<T> counting = [] {
    lenetpp::Kernels<T> table = lenetpp::kernels<T>();
    table.filter_lanes_forward = [](const lenetpp::FilterLanesForward<T>& a) {
      ++calls.by_filters;
      lenetpp::kernels<T>().filter_lanes_forward(a);
    };
    table.interleave = [](const lenetpp::Interleaving& layout, const T* planes, T* interleaved) {
      ++calls.interleaved;
      lenetpp::kernels<T>().interleave(layout, planes, interleaved);
    };
    table.sparse_input_gradient = [](const lenetpp::SparseInputGradient<T>& a) {
      ++calls.visits;
      lenetpp::kernels<T>().sparse_input_gradient(a);
    };
    table.full_input_gradient = [](const lenetpp::FullInputGradient<T>& a) {
      ++calls.dense;
      lenetpp::kernels<T>().full_input_gradient(a);
    };
    return table;
  }();
  return counting;
}

/// Numbers of layers that go each way.
struct Ways {
  int by_filters = 0, by_positions = 0, by_planes = 0, visits = 0, dense = 0, others = 0;
};

template <class T>
Ways ways_of(const std::vector<LayersToTest>& layers) {
  Ways ways;
  for (const LayersToTest& tested : layers) {
    NetworkWalk<T> walk(tested.input + " | conv 1x1x1 separate nobias | " + tested.layers, 1, 1, 1,
                        counting_kernels<T>());
    calls = {};
    const std::size_t outputs = walk.forward().size();
    walk.backward(std::vector<T>(outputs, T(1)));
    const bool is_full = calls.visits + calls.dense > 0;
    ways.by_planes += !is_full && calls.interleaved > 0 ? 1 : 0;
    ways.others += !is_full && calls.interleaved == 0 ? 1 : 0;
    ways.by_filters += calls.by_filters > 0 ? 1 : 0;
    ways.by_positions += is_full && calls.by_filters == 0 ? 1 : 0;
    ways.visits += calls.visits > 0 ? 1 : 0;
    ways.dense += calls.dense > 0 ? 1 : 0;
  }
  return ways;
}

}  // namespace

TEST_CASE_TEMPLATE("the layers to test go every way through a convolution", T, float, double) {
  for (const auto* layers : {&convolutions_to_test, &pooled_convolutions_to_test}) {
    const bool is_pooled = layers == &pooled_convolutions_to_test;
    const Ways ways = ways_of<T>(*layers);
    INFO((is_pooled ? "pooled" : "not pooled"));
    CHECK(ways.by_filters > 2);
    CHECK(ways.by_positions > 2);
    CHECK(ways.visits > 2);
    CHECK((ways.dense > 2) == !is_pooled);
    CHECK(ways.by_planes > 2);
    CHECK(ways.others > 2);
  }
}
