// A convolution and the max-pooling behind it, for one image, the slow and dense way: planes [P][H][W] without gaps,
// and a backward pass that visits every position of every window with a gradient that is zero except at the winner.
#pragma once

#include <lenetpp/network.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "../kernels/twins/functions.h"

template <class T>
class PooledConvolution {
 public:
  PooledConvolution(const lenetpp::Conv2D& convolution, const lenetpp::MaxPool2D& pooling, const lenetpp::Shape& input)
      : convolution_(convolution),
        pooling_(pooling),
        input_(input),
        convolved_(output_shape(convolution, input)),
        output_(output_shape(pooling, convolved_)) {
    const bool separate = convolution.connection == lenetpp::Connection::separate;
    int kernels = 0;
    for (int o = 0; o < convolved_.planes; ++o) {
      Output output{separate ? o % convolution.filters : o, {}, separate ? o % convolution.filters : kernels};
      if (separate) {
        output.planes.push_back(o / convolution.filters);
      } else if (convolution.connection == lenetpp::Connection::table) {
        output.planes = convolution.table[static_cast<std::size_t>(o)];
      } else {
        for (int p = 0; p < input.planes; ++p) output.planes.push_back(p);
      }
      kernels += static_cast<int>(output.planes.size());
      outputs_.push_back(output);
    }
  }

  struct Forward {
    std::vector<T> values;                 // after pooling and activation
    std::vector<lenetpp::Extent> winners;  // row and column of each value's winner among the convolved
  };

  Forward forward(const std::vector<T>& x, const std::vector<T>& weights, const std::vector<T>& bias) const {
    Forward result;
    std::vector<T> plane(static_cast<std::size_t>(convolved_.height * convolved_.width));
    const auto at = [&](int y, int column) -> T& {
      return plane[static_cast<std::size_t>(y * convolved_.width + column)];
    };
    for (const Output& output : outputs_) {
      for (int y = 0; y < convolved_.height; ++y) {
        for (int column = 0; column < convolved_.width; ++column) {
          T sum = bias.empty() ? T(0) : bias[static_cast<std::size_t>(output.filter)];
          for_each_tap(output, y, column, [&](std::size_t weight, std::ptrdiff_t pixel) {
            sum = std::fma(pixel < 0 ? T(0) : x[static_cast<std::size_t>(pixel)], weights[weight], sum);
          });
          at(y, column) = sum;
        }
      }
      for_each_window([&](int top, int left, int bottom, int right) {
        lenetpp::Extent winner{top, left};
        for (int y = top; y < bottom; ++y) {
          for (int column = left; column < right; ++column) {
            if (at(y, column) > at(winner.height, winner.width)) winner = {y, column};
          }
        }
        result.winners.push_back(winner);
        result.values.push_back(twins::activate(convolution_.activation, at(winner.height, winner.width)));
      });
    }
    return result;
  }

  struct Gradients {
    std::vector<T> weights, bias, input;
  };

  /// Adds to `gradients`. Where all filters see the same planes, more than one, through kernels of at most 8 columns,
  /// the gradient of the input is summed for each column of the convolution's output by itself, from its first row on,
  /// and then column by column.
  void backward(const std::vector<T>& x, const std::vector<T>& weights, const Forward& forward,
                const std::vector<T>& output_gradients, Gradients& gradients) const {
    const bool by_columns = convolution_.connection == lenetpp::Connection::full && input_.planes > 1 &&
                            convolution_.kernel_size.width <= lenetpp::row_lanes;
    std::vector<std::vector<T>> input_sums(by_columns ? static_cast<std::size_t>(convolved_.width) : 1,
                                           std::vector<T>(input_.size()));
    struct Delta {
      const Output* output;
      int row, column;
      T value;
    };
    std::vector<std::vector<Delta>> deltas(input_sums.size());
    std::size_t place = 0;
    for (const Output& output : outputs_) {
      for_each_window([&](int top, int left, int bottom, int right) {
        const T y = forward.values[place];
        const T gradient =
            twins::flush_subnormals(output_gradients[place] * twins::derivative(convolution_.activation, y));
        for (int row = top; row < bottom; ++row) {
          for (int column = left; column < right; ++column) {
            const T delta = forward.winners[place] == lenetpp::Extent{row, column} ? gradient : T(0);
            deltas[by_columns ? static_cast<std::size_t>(column) : 0].push_back({&output, row, column, delta});
            if (!gradients.bias.empty()) gradients.bias[static_cast<std::size_t>(output.filter)] += delta;
            for_each_tap(output, row, column, [&](std::size_t weight, std::ptrdiff_t pixel) {
              if (pixel < 0) return;
              const auto i = static_cast<std::size_t>(pixel);
              gradients.weights[weight] = std::fma(delta, x[i], gradients.weights[weight]);
            });
          }
        }
        ++place;
      });
    }
    for (std::size_t sum = 0; sum < input_sums.size(); ++sum) {
      if (by_columns) {
        std::stable_sort(deltas[sum].begin(), deltas[sum].end(),
                         [](const Delta& a, const Delta& b) { return a.row < b.row; });
      }
      for (const Delta& delta : deltas[sum]) {
        for_each_tap(*delta.output, delta.row, delta.column, [&](std::size_t weight, std::ptrdiff_t pixel) {
          if (pixel < 0) return;
          T& to = input_sums[sum][static_cast<std::size_t>(pixel)];
          to = std::fma(delta.value, weights[weight], to);
        });
      }
    }
    for (const std::vector<T>& sum : input_sums) {
      for (std::size_t i = 0; i < sum.size(); ++i) gradients.input[i] += sum[i];
    }
  }

 private:
  /// One plane of the convolution's output: its filter, the input planes that it sees, its first kernel.
  struct Output {
    int filter;
    std::vector<int> planes;
    int first_kernel;
  };

  /// Calls use(weight, pixel) for every tap of the window at (y, column) of `output`; pixels of the border are -1.
  template <class Use>
  void for_each_tap(const Output& output, int y, int column, const Use& use) const {
    const auto [kernel_height, kernel_width] = convolution_.kernel_size;
    std::size_t weight = static_cast<std::size_t>(output.first_kernel * kernel_height * kernel_width);
    for (const int plane : output.planes) {
      for (int ky = 0; ky < kernel_height; ++ky) {
        for (int kx = 0; kx < kernel_width; ++kx, ++weight) {
          const int row = y * convolution_.strides.height + ky - convolution_.padding.height;
          const int pixel = column * convolution_.strides.width + kx - convolution_.padding.width;
          const bool inside = row >= 0 && row < input_.height && pixel >= 0 && pixel < input_.width;
          use(weight, inside ? (plane * input_.height + row) * input_.width + pixel : -1);
        }
      }
    }
  }

  /// Calls use(top, left, bottom, right) for every window, clipped at the border, in row-major order.
  template <class Use>
  void for_each_window(const Use& use) const {
    for (int i = 0; i < output_.height; ++i) {
      for (int j = 0; j < output_.width; ++j) {
        const int top = i * pooling_.strides.height, left = j * pooling_.strides.width;
        use(top, left, std::min(top + pooling_.size.height, convolved_.height),
            std::min(left + pooling_.size.width, convolved_.width));
      }
    }
  }

  lenetpp::Conv2D convolution_;
  lenetpp::MaxPool2D pooling_;
  lenetpp::Shape input_, convolved_, output_;
  std::vector<Output> outputs_;
};
