// Loops as the formulas have them: every position of every plane, every sum added up where it is kept.
#include <algorithm>

#include "kernels.h"

namespace ladder {

void straightforward_convolution_forward(const ConvolutionForward& task) {
  for (int y = 0; y < task.output_side; ++y) {
    for (int x = 0; x < task.output_side; ++x) {
      float* output = task.output + y * task.output_side + x;
      *output = 0;
      for (int v = 0; v < kernel; ++v) {
        for (int u = 0; u < kernel; ++u) {
          *output += task.input[(y + v) * task.side + x + u] * task.filter[v * kernel + u];
        }
      }
    }
  }
}

void straightforward_convolution_backward(const ConvolutionBackward& task) {
  std::fill_n(task.convolved_gradient, task.convolved_side * task.convolved_side, 0.0f);
  for (int i = 0; i < task.pooled_side * task.pooled_side; ++i) {
    task.convolved_gradient[task.winners[i]] += task.pooled_gradient[i];
  }
  for (int y = 0; y < task.convolved_side; ++y) {
    for (int x = 0; x < task.convolved_side; ++x) {
      const float delta = task.convolved_gradient[y * task.convolved_side + x];
      for (int v = 0; v < kernel; ++v) {
        for (int u = 0; u < kernel; ++u) {
          const int position = (y + v) * task.side + x + u;
          task.filter_gradient[v * kernel + u] += delta * task.input[position];
          if (task.input_gradient) task.input_gradient[position] += delta * task.filter[v * kernel + u];
        }
      }
    }
  }
}

void straightforward_dense_forward(const DenseForward& task) {
  for (int u = 0; u < task.units; ++u) {
    task.sums[u] = 0;
    for (int i = 0; i < task.input_count; ++i) task.sums[u] += task.weights[u * task.input_count + i] * task.inputs[i];
  }
}

void straightforward_dense_backward(const DenseBackward& task) {
  std::fill_n(task.input_gradient, task.input_count, 0.0f);
  for (int u = 0; u < task.units; ++u) {
    for (int i = 0; i < task.input_count; ++i) {
      task.weight_gradient[u * task.input_count + i] += task.deltas[u] * task.inputs[i];
      task.input_gradient[i] += task.deltas[u] * task.weights[u * task.input_count + i];
    }
  }
}

}  // namespace ladder
