// Random convolutions all of whose filters see all planes, with a pooling behind them or none: texts of layers.
#pragma once

#include <string>

#include "../kernels/numbers.h"
#include "layers_to_test.h"

inline std::string extent(int height, int width) { return std::to_string(height) + "x" + std::to_string(width); }

/// Small enough that visiting every place takes no time: kernels beyond 8 columns, strides beyond the kernel, poolings
/// with gaps and with overlaps among them.
inline LayersToTest random_full_convolution(Generator& generator) {
  static const char* const activations[] = {"", " relu", " leaky_relu(0.2)", " sigmoid(2)", " tanh", " scaled_tanh"};
  const bool is_wide = generator.below(6) == 0, is_one = !is_wide && generator.below(6) == 0;
  const int planes = generator.between(2, 40), filters = generator.between(1, 48);
  const int kernel_height = is_one ? 1 : generator.between(1, 4);
  const int kernel_width = is_one ? 1 : is_wide ? generator.between(9, 12) : generator.between(1, 8);
  const int row_step = generator.between(1, kernel_height + 2);
  const int column_step = generator.below(2) == 0 ? 1 : generator.between(1, kernel_width + 2);
  const int rows = generator.between(1, 7), columns = generator.between(1, 9);
  const int padding = generator.below(2) * (kernel_height > 1 ? 1 : 0);
  const int side = generator.below(2) * (kernel_width > 1 ? 1 : 0);
  const auto length = [&](int windows, int step, int kernel, int border) {
    const int inside = (windows - 1) * step + kernel - 2 * border + generator.below(step);
    return inside < 1 ? 1 : inside;
  };
  const std::string input =
      std::to_string(planes) + "x" +
      extent(length(rows, row_step, kernel_height, padding), length(columns, column_step, kernel_width, side));
  std::string layers = "conv " + std::to_string(filters) + "x" + extent(kernel_height, kernel_width) + " stride" +
                       extent(row_step, column_step) + " pad" + extent(padding, side);
  if (generator.below(3) == 0) layers += " nobias";
  layers += activations[generator.below(6)];
  if (generator.below(2) == 0) {
    layers += " | maxpool " +
              extent(generator.between(1, rows < 4 ? rows : 4), generator.between(1, columns < 4 ? columns : 4)) + "/" +
              extent(generator.between(1, 3), generator.between(1, 3));
  }
  return {input, layers};
}
