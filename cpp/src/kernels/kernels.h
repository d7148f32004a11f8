// The border between the network and the arithmetic: plain structs, plain pointers, one table of functions per
// instruction set and number type. A kernel never allocates, throws, starts a thread or reads a global.
//
// Conventions, for every kernel:
// - "writes" assigns, "adds to" accumulates; nothing else is touched but what a comment names as slack.
// - the order of every sum is stated: it is part of the numeric contract and the same on every instruction set.
// - planes [P][H][W] lie with a row stride and a plane stride in elements; arrays that vectors run over have
//   `slack` readable and writable elements behind them.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/losses.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/shape.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "../strict_arithmetic.h"
#include "interleaved.h"
#include "local_response.h"
#include "scaled_planes.h"
#include "step_rules.h"

namespace lenetpp {

/// Vectors may read, and where a comment says so write, this many elements behind an array.
inline constexpr int slack = 32;

/// The logical width of vectors over positions, inputs and units.
inline constexpr int lanes = 16;

/// The logical width of one row of a filter in the backward kernels.
inline constexpr int row_lanes = 8;

constexpr std::size_t round_up(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// Convolution of one group: `filters` outputs that see the same `planes` inputs.
/// output[f][i] = bias[f], then + input[p][i + tap] * weight[f][p][tap], planes outer, taps in row-major order.
/// i runs over flat positions: rows of the output lie at the input's row stride, and what falls between two rows is
/// computed too and means nothing.
template <class T>
struct ConvolutionForward {
  const T* input;
  const std::int32_t* plane_offsets;  // [planes] from input
  int planes;
  const std::int32_t* tap_offsets;     // [taps] from a position
  const std::int32_t* weight_offsets;  // [taps] within one kernel
  int taps;
  const T* weights;  // [filters][planes][taps] with strides
  std::ptrdiff_t filter_stride, kernel_stride;
  const T* bias;  // [filters] or null
  T* output;      // [filters][output_plane_stride]; written up to a multiple of `lanes` positions
  std::ptrdiff_t output_plane_stride;
  int filters;
  int positions;
};

/// Of each plane: output[i][j] = activation(max of its window), the window clipped at the bottom and right border.
/// The first maximum in row-major order wins; winners[i][j] is its flat position in the plane.
template <class T>
struct MaxPooling {
  const T* input;  // [planes][height][width] with strides
  std::ptrdiff_t input_plane_stride, input_row_stride;
  int planes, height, width;
  Extent size, strides;
  Activation activation;
  T* output;  // [planes][output_height][output_width] with strides; nothing between the rows is written
  std::ptrdiff_t output_plane_stride, output_row_stride;
  int output_height, output_width;
  std::int32_t* winners;  // [planes][output_height][output_width] without gaps, or null
};

/// Where a gradient came back to one plane of a convolution's outputs, in row-major order of the pooling's windows.
template <class T>
struct Visits {
  const std::int32_t* positions;  // [count] place of the window in the input
  const T* deltas;                // [count] gradient before the activation, never zero
  std::size_t count;
};

/// Turns the gradients of planes into lists of visits: for each output in row-major order the position it came from and
/// gradient * activation'(output), unless that is zero or subnormal.
template <class T>
struct GradientVisits {
  const T* gradients;  // [planes][height][width] with strides, of the layer's outputs, and `slack` elements behind
  const T* outputs;    // the same shape, after the activation
  std::ptrdiff_t plane_stride, row_stride;
  int planes, height, width;
  Activation activation;
  /// [planes][height][width] flat positions, and `slack` elements behind, or null: i * position_row_stride + j
  const std::int32_t* winners;
  std::ptrdiff_t position_row_stride;
  const std::int32_t* window_offsets;  // maps a flat position to its window's place in the input, or null: the same
  std::int32_t* positions;             // [planes][visits_stride] written, with `slack` elements behind each list
  T* deltas;                           // the same
  std::ptrdiff_t visits_stride;        // at least height * width + slack
  Visits<T>* visits;                   // [planes] written
};

/// Gradient of the weights of `filters` filters that see the same planes: for each visit in order, for each row r
/// (plane, kernel row, part of a row): gradients[f][r][0..8) += delta * input[position + row_offsets[r] + 0..8).
/// Lanes beyond the kernel's width mean nothing. bias_gradients[f] += delta in the same order.
template <class T>
struct ConvolutionWeightGradient {
  const T* input;
  const std::int32_t* row_offsets;  // [rows]
  int rows;
  const Visits<T>* visits;  // [filters]
  int filters;
  T* gradients;       // [filters][rows][8] added to
  T* bias_gradients;  // [filters] added to, or null
};

/// Gradient of the input: for each filter, for each of its visits in order, for each row:
/// input_gradient[target + position + row_offsets[r] + 0..8) += delta * weights[f][r][0..8). Weights beyond the
/// kernel's width are zero. The targets are disjoint parts of the input (planes of a convolution with separate
/// connections; otherwise there is one): the order between them cannot matter.
template <class T>
struct ConvolutionInputGradient {
  T* input_gradient;  // added to
  const std::int32_t* row_offsets;
  int rows;
  const T* weights;  // [filters][rows][8]
  int filters;
  int targets;
  std::ptrdiff_t target_stride;
  const Visits<T>* visits;       // [targets][filters]
  std::ptrdiff_t visits_stride;  // from list to list, of the positions and of the deltas
};

/// For u in first_unit..last_unit-1: outputs[b][u] = activation(sum over i of inputs[b][i] * weights[u][i] + bias[u]):
/// 16 chains over i = lane, lane + 16, ..., added by the fixed tree. inputs and weights are zero beyond `inputs` up to
/// a multiple of 16.
template <class T>
struct DenseForward {
  const T* inputs;  // [batch][input_stride]
  std::ptrdiff_t input_stride;
  const T* weights;  // [units][weight_stride]
  std::ptrdiff_t weight_stride;
  const T* bias;  // [units] or null
  Activation activation;
  T* outputs;  // [batch][output_stride]; columns first_unit..last_unit-1 written
  std::ptrdiff_t output_stride;
  std::size_t batch;
  int inputs_padded;  // a multiple of 16
  int first_unit, last_unit;
};

/// input_gradients[b][i] += deltas[b][u] * weights[u][i] for u in order, for i in first_input..last_input-1
/// (multiples of 16).
template <class T>
struct DenseInputGradient {
  const T* deltas;  // [batch][delta_stride]
  std::ptrdiff_t delta_stride;
  const T* weights;
  std::ptrdiff_t weight_stride;
  T* input_gradients;  // [batch][input_stride] added to
  std::ptrdiff_t input_stride;
  std::size_t batch;
  int units;
  int first_input, last_input;
};

/// One step of an optimizer over a range of parameters w: g = weight_decay * w + gradient * gradient_scale, flushed;
/// the optimizer's rule makes a direction of g (see step_rules.h); w -= learning_rate * direction. Of two products that
/// are added, the first is fused.
template <class T>
struct Step {
  T* parameters;
  const T* gradients;
  T* state[most_state_arrays];  // what the rule keeps for each parameter, in arrays like them; null where it has none
  std::size_t count;            // a multiple of 16
  T learning_rate, weight_decay, gradient_scale;
  Optimizer optimizer;
  StepRules<T> rules;
  T* directions = nullptr;    // [count] written, or null
  const T* decays = nullptr;  // [count] instead of weight_decay, where parameters differ in it; or null
};

/// The part of `step` for `count` parameters from `first` on, both multiples of 16.
template <class T>
Step<T> part_of_step(Step<T> step, std::size_t first, std::size_t count) {
  step.parameters += first;
  step.gradients += first;
  for (T*& array : step.state) {
    if (array) array += first;
  }
  if (step.decays) step.decays += first;
  step.count = count;
  return step;
}

/// weight_gradients[u][i] = sum over b in order of deltas[b][u] * inputs[b][i]; bias_gradients[u] = sum over b of
/// deltas[b][u]; for u in first_unit..last_unit-1.
template <class T>
struct DenseWeightGradient {
  const T* deltas;
  std::ptrdiff_t delta_stride;
  const T* inputs;
  std::ptrdiff_t input_stride;
  T* weight_gradients;  // [units][weight_stride] written, unless there is a step
  std::ptrdiff_t weight_stride;
  T* bias_gradients;  // [units] or null
  std::size_t batch;
  int inputs_padded;
  int first_unit, last_unit;
  /// Not null: each weight makes its step as soon as its gradient is known, which then never reaches memory. The
  /// step's parameters and state are [units][weight_stride], its gradients and count are ignored.
  const Step<T>* step = nullptr;
};

/// In one pass over the weights, dense_input_gradient() and then dense_weight_gradient() with its step, for the inputs
/// of the former, all its units and 1 to `most_samples_of_one_pass` samples: so few wait for memory more than for
/// arithmetic. Biases are left alone.
template <class T>
struct DenseBackwardAndStep {
  DenseInputGradient<T> input_gradient;
  const T* inputs;  // [batch][input_stride]
  /// Its parameters are the weights of `input_gradient`, and its state lies like them; its gradients and count are
  /// ignored.
  Step<T> step;
};
inline constexpr int most_samples_of_one_pass = 4;

/// The last activation: values[i] = activation(values[i]), and arguments[i] is what values[i] was.
template <class T>
struct ActivationForward {
  Activation activation;
  T* values;
  T* arguments;
  std::size_t count;
};

/// deltas[i] *= activation'(outputs[i]) for one row, subnormal results flushed.
template <class T>
struct ActivationBackward {
  Activation activation;
  const T* outputs;
  T* deltas;
  std::size_t count;
};

/// Where planes lie: row y of plane p begins at values[p * plane_stride + y * row_stride]. Null: there are none.
template <class T>
struct Planes {
  T* values = nullptr;
  std::ptrdiff_t plane_stride = 0, row_stride = 0;
};

/// output = activation(input + addend), or activation(input) where there is no addend. Nothing between the rows is
/// written.
template <class T>
struct ActivatedSum {
  Planes<const T> input, addend;  // the addend may be where the output is written
  Planes<T> output;
  Shape shape;  // of all of them
  Activation activation;
};

/// output_gradient * activation'(output), subnormal results flushed, is added to the gradients of the input and of the
/// addend, of those that there are.
template <class T>
struct ActivatedSumGradient {
  Planes<const T> output, output_gradient;
  Shape shape;
  Activation activation;
  Planes<T> input_gradient, addend_gradient;
};

/// Loss and gradient of one sample. Gradients are those of the outputs, times `scale`; with binary_cross_entropy
/// they already hold the derivative of the last sigmoid (the product is exact where the quotient is 0 / 0), and the
/// loss is computed from the sigmoid's arguments: where it is rounded to 1, it no longer tells how wrong that is.
template <class T>
struct SampleLoss {
  Loss loss;
  double sigmoid_slope;  // binary_cross_entropy: of the last layer
  const T* outputs;      // [count]
  const T* arguments;    // [count] binary_cross_entropy: of the last sigmoid; may be where the gradients are written
  std::size_t count;
  std::size_t label;
  double smoothing;  // share of the target that is spread over all classes
  T scale;
  T* gradients;  // [count] written
};

template <class T>
struct Kernels {
  void (*convolution_forward)(const ConvolutionForward<T>&);
  void (*convolution_weight_gradient)(const ConvolutionWeightGradient<T>&);
  void (*convolution_input_gradient)(const ConvolutionInputGradient<T>&);
  void (*max_pooling)(const MaxPooling<T>&);
  /// interleaved = planes, and zeros (see interleaved.h). The planes have `slack` elements behind them, and in the
  /// next three what is interleaved has.
  void (*interleave)(const Interleaving& layout, const T* planes, T* interleaved);
  void (*interleaved_deltas)(const InterleavedDeltas<T>&);
  /// planes = activation(interleaved); the same without one, of whole numbers that an int32 holds; planes +=
  /// interleaved. What lies between the rows of planes is left alone.
  void (*separate)(const Interleaving& layout, const T* interleaved, Activation activation, T* planes);
  void (*separate_integers)(const Interleaving& layout, const T* interleaved, std::int32_t* planes);
  void (*add_separated)(const Interleaving& layout, const T* interleaved, T* planes);
  void (*filter_lanes_forward)(const FilterLanesForward<T>&);
  void (*filter_lanes_weight_gradient)(const FilterLanesWeightGradient<T>&);
  void (*interleaved_max_pooling)(const InterleavedMaxPooling<T>&);
  void (*window_weight_gradient)(const WindowWeightGradient<T>&);
  void (*sparse_input_gradient)(const SparseInputGradient<T>&);
  void (*full_input_gradient)(const FullInputGradient<T>&);
  void (*gradient_visits)(const GradientVisits<T>&);
  void (*dense_forward)(const DenseForward<T>&);
  void (*dense_input_gradient)(const DenseInputGradient<T>&);
  void (*dense_weight_gradient)(const DenseWeightGradient<T>&);
  void (*dense_backward_and_step)(const DenseBackwardAndStep<T>&);
  void (*activation_forward)(const ActivationForward<T>&);
  void (*activation_backward)(const ActivationBackward<T>&);
  void (*activated_sum)(const ActivatedSum<T>&);
  void (*activated_sum_gradient)(const ActivatedSumGradient<T>&);
  double (*sample_loss)(const SampleLoss<T>&);
  /// out[i] = in[i] * scale + shift, fused.
  void (*normalize_bytes)(const std::uint8_t* in, T* out, std::size_t count, T scale, T shift);
  void (*normalize_floats)(const float* in, T* out, std::size_t count, T scale, T shift);
  /// probabilities[i] = exp(outputs[i] - max) / sum in order; in double whatever T is.
  void (*softmax)(const double* outputs, double* probabilities, std::size_t count);
  void (*plane_moments)(const PlaneMoments<T>&);
  void (*scaled_planes)(const ScaledPlanes<T>&);
  void (*scaled_gradient_sums)(const ScaledGradientSums<T>&);
  void (*scaled_gradients)(const ScaledGradients<T>&);
  void (*local_response_forward)(const LocalResponseForward<T>&);
  void (*local_response_backward)(const LocalResponseBackward<T>&);
  /// to[i] += from[i]; count is a multiple of 16.
  void (*add)(T* to, const T* from, std::size_t count);
  void (*optimizer_step)(const Step<T>&);
  /// to[i] += share * (values[i] - to[i]), subnormal results flushed; count is a multiple of 16.
  void (*move_towards)(T* to, const T* values, std::size_t count, T share);
};

/// The table of the chosen instruction set (see runtime.h).
template <class T>
const Kernels<T>& kernels();

/// The table of an instruction set by its name. Throws std::runtime_error when this machine cannot run it.
template <class T>
Kernels<T> kernels_of(std::string_view instruction_set);

}  // namespace lenetpp
