// The weight gradient of a convolution over interleaved planes, where a gradient came back to some places only. What a
// kernel's row sees lies side by side, all planes of all its columns, so that the gradient is a sum of multiples of
// such rows, with full vectors:
//
//   input row    |x0: p0 p1 p2|x1: p0 p1 p2|x2: p0 p1 p2|x3: ...         a window of 2 columns at x1 sees
//                             \_______________________/                  6 numbers of each of its rows
#include "kernel_tables.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Block = Lanes<T, lanes>;

/// Vectors of a tile that fit the registers beside the operands of one multiply-add.
template <class T>
constexpr int most_vectors = accumulators_beside<Block<T>>(5, 10);

/// Adds the visits of each filter that belong to the present part, from its first to before its last one. Two filters
/// at a time where sums are few, so that a multiply-add need not wait for the one before it.
template <class T, int Filters, int Vectors>
LENETPP_INLINE void weight_gradient_tile(const WindowWeightGradient<T>& a, int first_filter, int first_vector) {
  using L = Block<T>;
  const int vectors_of_row = a.windows.row_length / lanes;
  std::ptrdiff_t offsets[Vectors];
  LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) {
    const int vector = first_vector + i;
    offsets[i] = vector / vectors_of_row * a.windows.input_row_stride + vector % vectors_of_row * lanes;
  }
  const std::ptrdiff_t block = std::ptrdiff_t{a.windows.rows} * a.windows.row_length;
  T* gradients = a.gradients + first_filter * block + first_vector * lanes;
  const Visits<T>* visits = a.visits + first_filter;
  const std::int32_t *firsts = a.parts + first_filter, *lasts = firsts + a.filters;
  L sums[Filters][Vectors];
  T bias[Filters];  // beside the vectors their sums cost nothing
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    bias[f] = a.bias_gradients ? a.bias_gradients[first_filter + f] : T(0);
    LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) sums[f][i] = L::load(gradients + f * block + i * lanes);
  }
  const auto visit = [&](int f, std::ptrdiff_t v) LENETPP_INLINE_LAMBDA {
    const T* window = a.input + a.window_offsets[visits[f].positions[v]];
    const L delta = L::splat(visits[f].deltas[v]);
    bias[f] += visits[f].deltas[v];
    LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) {
      sums[f][i] = muladd(delta, L::load(window + offsets[i]), sums[f][i]);
    }
  };
  std::ptrdiff_t common = lasts[0] - firsts[0];
  for (int f = 1; f < Filters; ++f) {
    const std::ptrdiff_t count = lasts[f] - firsts[f];
    common = count < common ? count : common;
  }
  for (std::ptrdiff_t v = 0; v < common; ++v) {
    LENETPP_UNROLL for (int f = 0; f < Filters; ++f) visit(f, firsts[f] + v);
  }
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    for (std::ptrdiff_t v = firsts[f] + common; v < lasts[f]; ++v) visit(f, v);
    LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) sums[f][i].store(gradients + f * block + i * lanes);
    if (a.bias_gradients && first_vector == 0) a.bias_gradients[first_filter + f] = bias[f];
  }
}

/// Rows of windows whose rows of the input stay in the first cache while all filters go over them.
template <class T>
int rows_of_a_part(const InterleavedWindows& windows) {
  constexpr std::ptrdiff_t fitting = 16384 / sizeof(T), least = 4;
  const std::ptrdiff_t rows = fitting / (windows.input_row_stride * windows.strides.height);
  return static_cast<int>(rows < least ? least : rows < windows.height ? rows : windows.height);
}

template <class T>
void window_weight_gradient(const WindowWeightGradient<T>& a) {
  const InterleavedWindows& windows = a.windows;
  const int size = rows_of_a_part<T>(windows);
  std::int32_t *firsts = a.parts, *lasts = firsts + a.filters;
  for (int f = 0; f < a.filters; ++f) lasts[f] = 0;
  for (int row = 0; row < windows.height; row += size) {
    // Visits come row by row, but for windows of a pooling that overlap: what lies behind such a one waits for it.
    const bool is_last = windows.height - row <= size;
    const std::ptrdiff_t end = (row + size) * a.position_row_stride;
    for (int f = 0; f < a.filters; ++f) {
      const Visits<T>& visits = a.visits[f];
      std::int32_t next = firsts[f] = lasts[f];
      const auto count = static_cast<std::int32_t>(visits.count);
      if (is_last) next = count;
      while (next < count && visits.positions[next] < end) ++next;
      lasts[f] = next;
    }
    for_each_tile<most_vectors<T>>(windows.rows * windows.row_length / lanes, [&]<int Vectors>(int first) {
      constexpr int together = 2 * Vectors <= most_vectors<T> ? 2 : 1;
      int f = 0;
      for (; f + together <= a.filters; f += together) weight_gradient_tile<T, together, Vectors>(a, f, first);
      for (; f < a.filters; ++f) weight_gradient_tile<T, 1, Vectors>(a, f, first);
    });
  }
}

}  // namespace

template <class T>
void add_window_weight_gradient(Kernels<T>& table) {
  table.window_weight_gradient = window_weight_gradient<T>;
}
template void add_window_weight_gradient(Kernels<float>&);
template void add_window_weight_gradient(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
