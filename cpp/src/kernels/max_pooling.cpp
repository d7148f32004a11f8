// Max-pooling, with lanes over neighbouring windows. The rows of a band of windows are first laid out by their
// column modulo the stride, so that each tap of 16 windows is one load.
#include <limits>

#include "activation_functions.h"
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

// phases[column % stride][column / stride] = row[column], and -infinity behind the last column: it never wins.
template <class T>
void lay_out_row(const T* row, int width, int stride, std::size_t phase_stride, T* phases) {
  using L = Lanes<T, lanes>;
  const int columns = static_cast<int>(phase_stride);
  if (stride == 2) {
    for (int c = 0; 2 * c < width; c += lanes) {
      L even, odd;
      deinterleave(L::load(row + 2 * c), L::load(row + 2 * c + lanes), even, odd);
      even.store(phases + c);
      odd.store(phases + columns + c);
    }
  } else {
    for (int phase = 0; phase < stride; ++phase) {
      for (int c = 0; c * stride + phase < width; ++c) phases[phase * columns + c] = row[c * stride + phase];
    }
  }
  for (int phase = 0; phase < stride; ++phase) {
    for (int c = (width - phase + stride - 1) / stride; c < columns; ++c) {
      phases[phase * columns + c] = -std::numeric_limits<T>::infinity();
    }
  }
}

template <class T, class Function>
void max_pooling_with(const MaxPooling<T>& a, const Function& function) {
  using L = Lanes<T, lanes>;
  const int stride = a.strides.width;
  const std::size_t phase_stride = max_pooling_phase_columns(a.size, a.strides, a.output_width);
  const std::size_t row_size = phase_stride * static_cast<std::size_t>(stride);
  T lane_numbers[lanes];
  for (int i = 0; i < lanes; ++i) lane_numbers[i] = static_cast<T>(i * stride);
  const L lane_columns = L::load(lane_numbers);

  for (int i = 0; i < a.output_height; ++i) {
    const int top = i * a.strides.height;
    const int rows = a.height - top < a.size.height ? a.height - top : a.size.height;
    for (int y = 0; y < rows; ++y) {
      lay_out_row(a.input + (top + y) * a.input_row_stride, a.width, stride, phase_stride,
                  a.scratch + static_cast<std::size_t>(y) * row_size);
    }
    for (int j = 0; j < a.output_width; j += lanes) {
      L best = L::load(a.scratch + j);
      L winner = L::splat(T(0));  // offset of the best tap from the window's corner: whole numbers, exact in T
      for (int y = 0; y < rows; ++y) {
        const T* row = a.scratch + static_cast<std::size_t>(y) * row_size + j;
        for (int x = y == 0 ? 1 : 0; x < a.size.width; ++x) {
          const L value = L::load(row + static_cast<std::size_t>(x % stride) * phase_stride + x / stride);
          const auto better = greater(value, best);
          best = select(better, value, best);
          winner = select(better, L::splat(static_cast<T>(y * a.input_row_stride + x)), winner);
        }
      }
      const int columns = a.output_width - j < lanes ? a.output_width - j : lanes;
      function(best).store_first(a.output + i * a.output_row_stride + j, columns);
      if (a.winners) {
        const L corner = L::splat(static_cast<T>(top * a.input_row_stride + j * stride)) + lane_columns;
        (corner + winner).store_integers_first(a.winners + i * a.output_width + j, columns);
      }
    }
  }
}

template <class T>
void max_pooling(const MaxPooling<T>& a) {
  with_activation<T>(a.activation, [&](auto function) { max_pooling_with(a, function); });
}

}  // namespace

template <class T>
void add_max_pooling(Kernels<T>& table) {
  table.max_pooling = max_pooling<T>;
}
template void add_max_pooling(Kernels<float>&);
template void add_max_pooling(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
