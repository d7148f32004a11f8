// Add up in a local variable, which nothing else can point to, and touch the array once.
#include "gather.h"
#include "kernels.h"

namespace ladder {

void local_sum_convolution_forward(const ConvolutionForward& task) {
  float window_of_input[kernel * kernel];
  for (int y = 0; y < task.output_side; ++y) {
    for (int x = 0; x < task.output_side; ++x) {
      gather(task.input + y * task.side + x, task.side, window_of_input);
      float sum = 0;
      for (int tap = 0; tap < kernel * kernel; ++tap) sum += window_of_input[tap] * task.filter[tap];
      task.output[y * task.output_side + x] = sum;
    }
  }
}

void local_sum_convolution_backward(const ConvolutionBackward& task) {
  float window_of_input[kernel * kernel];
  float sums[kernel * kernel] = {};
  for (int i = 0; i < task.pooled_side * task.pooled_side; ++i) {
    const int y = task.winners[i] / task.convolved_side;
    const int x = task.winners[i] % task.convolved_side;
    const int corner = y * task.side + x;
    const float delta = task.pooled_gradient[i];
    gather(task.input + corner, task.side, window_of_input);
    for (int tap = 0; tap < kernel * kernel; ++tap) sums[tap] += delta * window_of_input[tap];
    if (!task.input_gradient) continue;
    for (int v = 0; v < kernel; ++v) {
      for (int u = 0; u < kernel; ++u) {
        task.input_gradient[corner + v * task.side + u] += delta * task.filter[v * kernel + u];
      }
    }
  }
  for (int tap = 0; tap < kernel * kernel; ++tap) task.filter_gradient[tap] += sums[tap];
}

void local_sum_dense_forward(const DenseForward& task) {
  for (int u = 0; u < task.units; ++u) {
    float sum = 0;
    for (int i = 0; i < task.input_count; ++i) sum += task.weights[u * task.input_count + i] * task.inputs[i];
    task.sums[u] = sum;
  }
}

}  // namespace ladder
