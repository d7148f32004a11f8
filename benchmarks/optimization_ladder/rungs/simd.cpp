// Several numbers an instruction, written with the compiler's vectors: 16 neighbouring positions forward, a filter's
// row of 5 in 8 lanes back, 16 inputs in the dense layers.
#include <cstring>

#include "kernels.h"

namespace ladder {
namespace {

template <int N>
struct Lanes {
  typedef float Type __attribute__((vector_size(N * sizeof(float))));

  static Type load(const float* from) {
    Type lanes;
    std::memcpy(&lanes, from, sizeof lanes);
    return lanes;
  }
  static void store(float* to, Type lanes) { std::memcpy(to, &lanes, sizeof lanes); }
};
constexpr int positions = 16;
constexpr int row = 8;
using Positions = Lanes<positions>;
using Row = Lanes<row>;

}  // namespace

// Lanes beyond a row are overwritten by the next row, those beyond the plane by the next plane or in the slack.
void simd_convolution_forward(const ConvolutionForward& task) {
  for (int y = 0; y < task.output_side; ++y) {
    for (int x = 0; x < task.output_side; x += positions) {
      Positions::Type sums = {};
      for (int v = 0; v < kernel; ++v) {
        for (int u = 0; u < kernel; ++u) {
          sums += Positions::load(task.input + (y + v) * task.side + x + u) * task.filter[v * kernel + u];
        }
      }
      Positions::store(task.output + y * task.output_side + x, sums);
    }
  }
}

// Lanes 5 to 7 of a row of gradients mean nothing; those of a row of weights are zero and change nothing.
void simd_convolution_backward(const ConvolutionBackward& task) {
  Row::Type sums[kernel] = {};
  Row::Type weights[kernel];
  for (int v = 0; v < kernel; ++v) {
    float padded[row] = {};
    std::memcpy(padded, task.filter + v * kernel, kernel * sizeof(float));
    weights[v] = Row::load(padded);
  }
  for (int i = 0; i < task.pooled_side * task.pooled_side; ++i) {
    const int y = task.winners[i] / task.convolved_side;
    const int x = task.winners[i] % task.convolved_side;
    const int corner = y * task.side + x;
    const float delta = task.pooled_gradient[i];
    for (int v = 0; v < kernel; ++v) sums[v] += Row::load(task.input + corner + v * task.side) * delta;
    if (!task.input_gradient) continue;
    for (int v = 0; v < kernel; ++v) {
      float* gradients = task.input_gradient + corner + v * task.side;
      Row::store(gradients, Row::load(gradients) + weights[v] * delta);
    }
  }
  for (int v = 0; v < kernel; ++v) {
    for (int u = 0; u < kernel; ++u) task.filter_gradient[v * kernel + u] += sums[v][u];
  }
}

void simd_dense_forward(const DenseForward& task) {
  for (int u = 0; u < task.units; ++u) {
    const float* weights = task.weights + u * task.input_count;
    Positions::Type sums = {};
    int i = 0;
    for (; i + positions <= task.input_count; i += positions) {
      sums += Positions::load(weights + i) * Positions::load(task.inputs + i);
    }
    float sum = 0;
    for (int lane = 0; lane < positions; ++lane) sum += sums[lane];
    for (; i < task.input_count; ++i) sum += weights[i] * task.inputs[i];
    task.sums[u] = sum;
  }
}

void simd_dense_backward(const DenseBackward& task) {
  std::memset(task.input_gradient, 0, static_cast<std::size_t>(task.input_count) * sizeof(float));
  for (int u = 0; u < task.units; ++u) {
    const float* weights = task.weights + u * task.input_count;
    float* weight_gradient = task.weight_gradient + u * task.input_count;
    const float delta = task.deltas[u];
    int i = 0;
    for (; i + positions <= task.input_count; i += positions) {
      Positions::store(weight_gradient + i,
                       Positions::load(weight_gradient + i) + Positions::load(task.inputs + i) * delta);
      Positions::store(task.input_gradient + i,
                       Positions::load(task.input_gradient + i) + Positions::load(weights + i) * delta);
    }
    for (; i < task.input_count; ++i) {
      weight_gradient[i] += delta * task.inputs[i];
      task.input_gradient[i] += delta * weights[i];
    }
  }
}

}  // namespace ladder
