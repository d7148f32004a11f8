// Copy the window first, then multiply it in a loop of its own that knows no rows.
#include "gather.h"
#include "kernels.h"

namespace ladder {

void gathered_convolution_forward(const ConvolutionForward& task) {
  float window_of_input[kernel * kernel];
  for (int y = 0; y < task.output_side; ++y) {
    for (int x = 0; x < task.output_side; ++x) {
      gather(task.input + y * task.side + x, task.side, window_of_input);
      float* output = task.output + y * task.output_side + x;
      *output = 0;
      for (int tap = 0; tap < kernel * kernel; ++tap) *output += window_of_input[tap] * task.filter[tap];
    }
  }
}

void gathered_convolution_backward(const ConvolutionBackward& task) {
  float window_of_input[kernel * kernel];
  for (int i = 0; i < task.pooled_side * task.pooled_side; ++i) {
    const int y = task.winners[i] / task.convolved_side;
    const int x = task.winners[i] % task.convolved_side;
    const int corner = y * task.side + x;
    const float delta = task.pooled_gradient[i];
    gather(task.input + corner, task.side, window_of_input);
    for (int tap = 0; tap < kernel * kernel; ++tap) task.filter_gradient[tap] += delta * window_of_input[tap];
    if (!task.input_gradient) continue;
    for (int v = 0; v < kernel; ++v) {
      for (int u = 0; u < kernel; ++u) {
        task.input_gradient[corner + v * task.side + u] += delta * task.filter[v * kernel + u];
      }
    }
  }
}

}  // namespace ladder
