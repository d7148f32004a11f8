// What the rungs differ in: four functions, and whether a gradient is computed that nobody needs.
#pragma once

#include "network.h"

namespace ladder {

/// One filter moved over one plane.
struct ConvolutionForward {
  const float* input;   // [side][side]
  const float* filter;  // [kernel][kernel]
  float* output;        // [output_side][output_side] written
  int side, output_side;
};

/// The way back through max-pooling and the convolution of one plane by one filter.
struct ConvolutionBackward {
  const float* input;            // [side][side]
  const float* filter;           // [kernel][kernel]
  const float* pooled_gradient;  // [pooled_side][pooled_side]
  const int* winners;            // the same shape: positions in the convolved plane
  float* convolved_gradient;     // [convolved_side][convolved_side], to write to where a rung likes
  float* filter_gradient;        // [kernel][kernel] added to
  float* input_gradient;         // [side][side] added to, or null
  int side, convolved_side, pooled_side;
};

/// sums[u] = sum over i of weights[u][i] * inputs[i].
struct DenseForward {
  const float* weights;  // [units][input_count]
  const float* inputs;   // [input_count]
  float* sums;           // [units] written
  int units, input_count;
};

struct DenseBackward {
  const float* weights;    // [units][input_count]
  const float* inputs;     // [input_count]
  const float* deltas;     // [units]
  float* weight_gradient;  // [units][input_count] added to
  float* input_gradient;   // [input_count] written
  int units, input_count;
};

void straightforward_convolution_forward(const ConvolutionForward& task);
void straightforward_convolution_backward(const ConvolutionBackward& task);
void straightforward_dense_forward(const DenseForward& task);
void straightforward_dense_backward(const DenseBackward& task);

void sparse_convolution_backward(const ConvolutionBackward& task);

void gathered_convolution_forward(const ConvolutionForward& task);
void gathered_convolution_backward(const ConvolutionBackward& task);

void local_sum_convolution_forward(const ConvolutionForward& task);
void local_sum_convolution_backward(const ConvolutionBackward& task);
void local_sum_dense_forward(const DenseForward& task);

void simd_convolution_forward(const ConvolutionForward& task);
void simd_convolution_backward(const ConvolutionBackward& task);
void simd_dense_forward(const DenseForward& task);
void simd_dense_backward(const DenseBackward& task);

}  // namespace ladder
