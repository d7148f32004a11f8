// Kernels of a convolution all of whose filters see all planes. Its numbers are interleaved: all planes of one place
// lie side by side, so that a vector holds 16 planes, or 16 filters, of one place, however small the maps are. Which
// numbers share a vector decides no bit: each is a chain of its own.
//
//   planes        p0: a b c    p1: A B C        at plane * plane_stride + y * row_stride + x
//   interleaved   a A  b B  c C                 at (y * width + x) * place_stride + plane
//
// Where planes are interleaved, zeros follow those of each place up to a multiple of 16 if the place has room for them.
// With at most 16 planes they are written in any case: into the next place, whose own numbers come after them, and up
// to 15 numbers behind the last place.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/shape.h>

#include <cstddef>
#include <cstdint>

namespace lenetpp {

template <class T>
struct Visits;

struct Interleaving {
  int planes, height, width;
  std::ptrdiff_t plane_stride, row_stride;
  std::ptrdiff_t place_stride;  // at least `planes`
};

/// The gradients of a layer's outputs before its activation: gradient * activation'(output), subnormals flushed.
template <class T>
struct InterleavedDeltas {
  Interleaving layout;  // of gradients and outputs; place_stride is a multiple of 16
  const T* gradients;   // and `slack` elements behind
  const T* outputs;     // after the activation, likewise
  Activation activation;
  T* interleaved;  // [height * width][place_stride], and zeros written
  T* rows;         // [height][planes][width] written, or null
};

/// output[y][x][f] = bias[f], then += input[plane + y * row_step + x * column_step + tap] * weight[f][p][t], planes
/// outer, taps in order.
template <class T>
struct FilterLanesForward {
  const T* input;
  const std::int32_t* plane_offsets;  // [planes] from input
  int planes;
  const std::int32_t* tap_offsets;  // [taps] from the window's corner
  int taps;
  std::ptrdiff_t row_step, column_step;  // from window to window
  const T* weights;                      // [filters / 16][planes][taps][16]
  const T* bias;                         // [filters]
  int filters;                           // a multiple of 16
  int height, width;                     // of the output
  T* output;                             // [height * width][filters] written
};

/// Of each plane: output = max of its window, the window clipped at the bottom and right border. The first maximum in
/// row-major order wins; winners is its place y * winner_row_stride + x, a whole number.
template <class T>
struct InterleavedMaxPooling {
  const T* input;               // [height * width][place_stride]
  std::ptrdiff_t place_stride;  // at least `planes` up to a multiple of 16
  int planes, height, width;
  Extent size, strides;
  T* output;  // [output_height * output_width][place_stride], of each `planes` up to a multiple of 16 written
  int output_height, output_width;
  T* winners;  // the same, or null
  std::ptrdiff_t winner_row_stride;
};

/// gradients[f][r][t] += sum over the places (y, x) of the output in order of
/// deltas[y][x][f] * input[row_offsets[r] + y * row_step + x * column_step + t]; bias_gradients[f] likewise of the
/// deltas alone. One chain each, from what was there.
template <class T>
struct FilterLanesWeightGradient {
  const T* input;
  const std::int32_t* row_offsets;  // [rows]: the rows of the kernel, in all planes
  int rows, taps;                   // taps of a row, at most `row_lanes`
  std::ptrdiff_t row_step, column_step;
  const T* deltas;    // [height * width][filters]
  int filters;        // a multiple of 16
  int height, width;  // of the output
  T* gradients;       // [filters / 16][rows][taps][16] added to
  T* bias_gradients;  // [filters] added to, or null
};

/// The windows of a convolution over interleaved planes: each of `rows` rows of a kernel sees `row_numbers` numbers
/// side by side. In blocks of weights or of their gradients, rows are `row_length` apart: row_numbers up to a multiple
/// of 16.
struct InterleavedWindows {
  int rows, row_length, row_numbers;
  int height, width;  // windows
  Extent strides;
  std::ptrdiff_t place_stride, input_row_stride;  // of the input, in numbers
};

/// For each visit in order, for each row r:
/// gradients[f][r][0..row_numbers) += delta * input[window_offsets[position] + r * input_row_stride + 0..).
/// bias_gradients[f] += delta in the same order. Gradients beyond row_numbers are written too, and mean nothing.
template <class T>
struct WindowWeightGradient {
  InterleavedWindows windows;
  const T* input;                      // interleaved, and `slack` elements behind
  const std::int32_t* window_offsets;  // of each position: where its window lies in the input
  const Visits<T>* visits;             // [filters], positions y * position_row_stride + x
  std::ptrdiff_t position_row_stride;
  int filters;
  std::int32_t* parts;  // [2][filters] scratch
  T* gradients;         // [filters][rows][row_length] added to
  T* bias_gradients;    // [filters] added to, or null
};

/// The gradient of the input. Each column x of windows by itself, from zero, for each window y in order, for each of
/// its deltas in order, for each row r: column[y * strides.height + r][0..row_numbers) += delta * weights[f][r][0..).
/// Then the columns are added to the gradient, in order, for each row of the input that a window sees, from first_row
/// on up to last_row: input_gradient[row * input_row_stride + x * strides.width * place_stride + 0..row_numbers) +=
/// column[row][0..).
template <class T>
struct WindowInputGradient {
  InterleavedWindows windows;
  const T* weights;  // [filters][rows][row_length], zero beyond row_numbers
  int filters;
  int first_row, last_row;  // rows of the input whose gradient is wanted, `last_row` excluded
  T* input_gradient;        // interleaved, added to
};

/// Where a gradient came back to some places only: those that won a pooling. The deltas of a window are those of its
/// visits, filter by filter, and for each filter in order.
template <class T>
struct SparseInputGradient : WindowInputGradient<T> {
  const Visits<T>* visits;    // [filters]
  const std::int32_t* cells;  // of each position: x * height + y
  std::int32_t* starts;       // [width * height + 1] scratch
  std::int32_t* kernels;      // [all visits] scratch
  T* deltas;                  // the same
};

/// Where it came back to all places: each window has one delta of each filter, in order.
template <class T>
struct FullInputGradient : WindowInputGradient<T> {
  const T* deltas;  // [height][filters][width]
};

}  // namespace lenetpp
