// Behind max-pooling only the winners have a gradient: visit them, not every position.
#include "kernels.h"

namespace ladder {

void sparse_convolution_backward(const ConvolutionBackward& task) {
  for (int i = 0; i < task.pooled_side * task.pooled_side; ++i) {
    const int y = task.winners[i] / task.convolved_side;
    const int x = task.winners[i] % task.convolved_side;
    const float delta = task.pooled_gradient[i];
    for (int v = 0; v < kernel; ++v) {
      for (int u = 0; u < kernel; ++u) {
        const int position = (y + v) * task.side + x + u;
        task.filter_gradient[v * kernel + u] += delta * task.input[position];
        if (task.input_gradient) task.input_gradient[position] += delta * task.filter[v * kernel + u];
      }
    }
  }
}

}  // namespace ladder
