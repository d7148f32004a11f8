// What all rungs share, one image at a time: max-pooling, sigmoids, squared error, SGD; and the border to Python.
#include <algorithm>
#include <cmath>

#include "kernels.h"

namespace ladder {
namespace {

struct Rung {
  const char* name;
  void (*convolution_forward)(const ConvolutionForward&);
  void (*convolution_backward)(const ConvolutionBackward&);
  void (*dense_forward)(const DenseForward&);
  void (*dense_backward)(const DenseBackward&);
  bool image_gradient;  // computed below the first layer, although nothing is there to be trained
};

constexpr Rung rungs[] = {
    {"straightforward loops", straightforward_convolution_forward, straightforward_convolution_backward,
     straightforward_dense_forward, straightforward_dense_backward, true},
    {"+ no gradient below the first layer", straightforward_convolution_forward, straightforward_convolution_backward,
     straightforward_dense_forward, straightforward_dense_backward, false},
    {"+ sparse max-pool backprop", straightforward_convolution_forward, sparse_convolution_backward,
     straightforward_dense_forward, straightforward_dense_backward, false},
    {"+ gather the window, then multiply", gathered_convolution_forward, gathered_convolution_backward,
     straightforward_dense_forward, straightforward_dense_backward, false},
    {"+ local sums", local_sum_convolution_forward, local_sum_convolution_backward, local_sum_dense_forward,
     straightforward_dense_backward, false},
    {"+ SIMD", simd_convolution_forward, simd_convolution_backward, simd_dense_forward, simd_dense_backward, false},
};

/// pooled[i][j] = the largest of its window in convolved, clipped at the border; the first one wins.
void max_pool(const Stage& stage, const float* convolved, float* pooled, int* winners) {
  for (int i = 0; i < stage.pooled_side; ++i) {
    for (int j = 0; j < stage.pooled_side; ++j) {
      const int bottom = std::min(stage.convolved_side, i * pool_stride + window);
      const int right = std::min(stage.convolved_side, j * pool_stride + window);
      int winner = i * pool_stride * stage.convolved_side + j * pool_stride;
      for (int y = i * pool_stride; y < bottom; ++y) {
        for (int x = j * pool_stride; x < right; ++x) {
          if (convolved[y * stage.convolved_side + x] > convolved[winner]) winner = y * stage.convolved_side + x;
        }
      }
      pooled[i * stage.pooled_side + j] = convolved[winner];
      winners[i * stage.pooled_side + j] = winner;
    }
  }
}

/// input [planes][side][side] -> pooled [planes * filters][pooled_side][pooled_side], plane 0 under every filter first.
void stage_forward(const Rung& rung, const Stage& stage, const float (*filters)[kernel * kernel], const float* input,
                   Workspace::OfStage& space, float* pooled) {
  for (int plane = 0; plane < stage.planes; ++plane) {
    for (int filter = 0; filter < stage.filters; ++filter) {
      const int output = plane * stage.filters + filter;
      float* convolved = space.convolved.data() + output * stage.convolved_side * stage.convolved_side;
      rung.convolution_forward({.input = input + plane * stage.side * stage.side,
                                .filter = filters[filter],
                                .output = convolved,
                                .side = stage.side,
                                .output_side = stage.convolved_side});
      const int first = output * stage.pooled_side * stage.pooled_side;
      max_pool(stage, convolved, pooled + first, space.winners.data() + first);
    }
  }
}

void stage_backward(const Rung& rung, const Stage& stage, const float (*filters)[kernel * kernel], const float* input,
                    const float* pooled_gradient, Workspace::OfStage& space, float (*filter_gradients)[kernel * kernel],
                    bool with_input_gradient) {
  if (with_input_gradient) std::fill(space.input_gradient.begin(), space.input_gradient.end(), 0.0f);
  for (int plane = 0; plane < stage.planes; ++plane) {
    for (int filter = 0; filter < stage.filters; ++filter) {
      const int output = plane * stage.filters + filter;
      const int corner = plane * stage.side * stage.side;
      const int first = output * stage.pooled_side * stage.pooled_side;
      rung.convolution_backward({.input = input + corner,
                                 .filter = filters[filter],
                                 .pooled_gradient = pooled_gradient + first,
                                 .winners = space.winners.data() + first,
                                 .convolved_gradient = space.convolved_gradient.data(),
                                 .filter_gradient = filter_gradients[filter],
                                 .input_gradient = with_input_gradient ? space.input_gradient.data() + corner : nullptr,
                                 .side = stage.side,
                                 .convolved_side = stage.convolved_side,
                                 .pooled_side = stage.pooled_side});
    }
  }
}

void sigmoids(float* sums, int count) {
  for (int i = 0; i < count; ++i) sums[i] = 1 / (1 + std::exp(-2 * sums[i]));
}

void through_sigmoids(const float* outputs, float* deltas, int count) {
  for (int i = 0; i < count; ++i) deltas[i] *= 2 * outputs[i] * (1 - outputs[i]);
}

void dense_layer(const Rung& rung, const float* weights, const float* inputs, int input_count, float* outputs,
                 int units) {
  rung.dense_forward(
      {.weights = weights, .inputs = inputs, .sums = outputs, .units = units, .input_count = input_count});
  sigmoids(outputs, units);
}

/// Adds the gradients of one image's loss, each times `scale`; returns the loss.
float add_gradients(const Rung& rung, const Parameters& parameters, const float* image, int label, float scale,
                    Workspace& space, Parameters& gradients) {
  stage_forward(rung, first_stage, parameters.filters1, image, space.first, space.pooled1.data());
  stage_forward(rung, second_stage, parameters.filters2, space.pooled1.data(), space.second, space.pooled2);
  dense_layer(rung, parameters.weights1[0], space.pooled2, flat, space.outputs1, units1);
  dense_layer(rung, parameters.weights2[0], space.outputs1, units1, space.outputs2, units2);
  dense_layer(rung, parameters.weights3[0], space.outputs2, units2, space.outputs3, classes);

  float loss = 0;
  for (int c = 0; c < classes; ++c) {
    const float error = space.outputs3[c] - (c == label ? 1.0f : 0.0f);
    loss += error * error / 2;
    space.deltas3[c] = error * scale;
  }

  through_sigmoids(space.outputs3, space.deltas3, classes);
  rung.dense_backward({.weights = parameters.weights3[0],
                       .inputs = space.outputs2,
                       .deltas = space.deltas3,
                       .weight_gradient = gradients.weights3[0],
                       .input_gradient = space.deltas2,
                       .units = classes,
                       .input_count = units2});
  through_sigmoids(space.outputs2, space.deltas2, units2);
  rung.dense_backward({.weights = parameters.weights2[0],
                       .inputs = space.outputs1,
                       .deltas = space.deltas2,
                       .weight_gradient = gradients.weights2[0],
                       .input_gradient = space.deltas1,
                       .units = units2,
                       .input_count = units1});
  through_sigmoids(space.outputs1, space.deltas1, units1);
  rung.dense_backward({.weights = parameters.weights1[0],
                       .inputs = space.pooled2,
                       .deltas = space.deltas1,
                       .weight_gradient = gradients.weights1[0],
                       .input_gradient = space.pooled2_gradient,
                       .units = units1,
                       .input_count = flat});
  stage_backward(rung, second_stage, parameters.filters2, space.pooled1.data(), space.pooled2_gradient, space.second,
                 gradients.filters2, true);
  stage_backward(rung, first_stage, parameters.filters1, image, space.second.input_gradient.data(), space.first,
                 gradients.filters1, rung.image_gradient);
  return loss;
}

}  // namespace
}  // namespace ladder

using ladder::Parameters;

extern "C" {

int ladder_rung_count() { return static_cast<int>(std::size(ladder::rungs)); }

const char* ladder_rung_name(int rung) { return ladder::rungs[rung].name; }

/// Gradients of the mean loss of a batch, written; returns that loss.
/// images: [batch][3][32][32] and `slack` floats behind; labels: [batch].
float ladder_gradients(int rung, const Parameters* parameters, const float* images, const int* labels, int batch,
                       Parameters* gradients) {
  static ladder::Workspace space;
  *gradients = {};
  float loss = 0;
  for (int n = 0; n < batch; ++n) {
    const float* image = images + static_cast<std::size_t>(n) * ladder::first_stage.input_size();
    const float scale = 1.0f / static_cast<float>(batch);
    loss += scale * ladder::add_gradients(ladder::rungs[rung], *parameters, image, labels[n], scale, space, *gradients);
  }
  return loss;
}

/// One step of plain SGD; the arrays are those of ladder_gradients.
void ladder_step(int rung, Parameters* parameters, const float* images, const int* labels, int batch,
                 float learning_rate) {
  static Parameters gradients;
  ladder_gradients(rung, parameters, images, labels, batch, &gradients);
  float* weights = parameters->filters1[0];
  const float* slopes = gradients.filters1[0];
  for (std::size_t i = 0; i < sizeof(Parameters) / sizeof(float); ++i) weights[i] -= learning_rate * slopes[i];
}
}
