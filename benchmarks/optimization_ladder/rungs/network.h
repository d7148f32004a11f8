// The blog's LeNet, the shapes written out: 3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 |
// conv 3x5x5 separate nobias | maxpool 3/2 | dense 120, 84, 2, each nobias sigmoid(2); squared error.
#pragma once

#include <cstddef>
#include <vector>

namespace ladder {

constexpr int kernel = 5;  // height and width of a filter
constexpr int window = 3;  // of max-pooling
constexpr int pool_stride = 2;

/// Separate convolution and max-pooling: [planes][side][side] -> [planes * filters][convolved_side][convolved_side]
/// -> [planes * filters][pooled_side][pooled_side].
struct Stage {
  int planes, filters, side, convolved_side, pooled_side;

  [[nodiscard]] constexpr int outputs() const { return planes * filters; }
  [[nodiscard]] constexpr std::size_t input_size() const { return static_cast<std::size_t>(planes * side * side); }
};
constexpr Stage first_stage{.planes = 3, .filters = 5, .side = 32, .convolved_side = 28, .pooled_side = 14};
constexpr Stage second_stage{.planes = 15, .filters = 3, .side = 14, .convolved_side = 10, .pooled_side = 5};
constexpr int flat = 45 * 5 * 5;
constexpr int units1 = 120, units2 = 84, classes = 2;

/// Weights or their gradients, in lenetpp's canonical order.
struct Parameters {
  float filters1[5][kernel * kernel];
  float filters2[3][kernel * kernel];
  float weights1[units1][flat];
  float weights2[units2][units1];
  float weights3[classes][units2];
};

/// Vectors may touch so many elements behind an array.
constexpr std::size_t slack = 16;

/// What one image needs on its way forward and back.
struct Workspace {
  struct OfStage {
    explicit OfStage(const Stage& stage)
        : convolved(static_cast<std::size_t>(stage.outputs() * stage.convolved_side * stage.convolved_side) + slack),
          convolved_gradient(convolved.size()),
          winners(static_cast<std::size_t>(stage.outputs() * stage.pooled_side * stage.pooled_side)),
          input_gradient(stage.input_size() + slack) {}

    std::vector<float> convolved, convolved_gradient;  // [outputs][convolved_side][convolved_side]
    std::vector<int> winners;                          // [outputs][pooled_side][pooled_side]
    std::vector<float> input_gradient;                 // [planes][side][side]
  };

  OfStage first{first_stage}, second{second_stage};
  std::vector<float> pooled1 = std::vector<float>(second_stage.input_size() + slack);
  float pooled2[flat], outputs1[units1], outputs2[units2], outputs3[classes];
  float pooled2_gradient[flat], deltas1[units1], deltas2[units2], deltas3[classes];
};

}  // namespace ladder
