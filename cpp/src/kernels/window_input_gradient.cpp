// The gradient of the input of a convolution over interleaved planes, summed for each column of windows by itself. What
// a kernel's row sees lies side by side (see window_weight_gradient.cpp), and so does its gradient: full vectors,
// however small the maps are. The sums of a column stay in registers while all its windows add to them.
#include "kernel_tables.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Block = Lanes<T, lanes>;

/// Where column x of windows adds what it sums for a row of the input, from vector `first_vector` on.
template <class T>
LENETPP_INLINE T* gradient_at(const WindowInputGradient<T>& a, std::ptrdiff_t row, std::ptrdiff_t x, int first_vector) {
  return a.input_gradient + row * a.windows.input_row_stride + x * a.windows.strides.width * a.windows.place_stride +
         first_vector * lanes;
}

/// to[0..numbers) += sums.
template <class T, int Vectors>
LENETPP_INLINE void add_sums(T* to, const Block<T> (&sums)[Vectors], int numbers) {
  using L = Block<T>;
  LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
    const int count = numbers - v * lanes;
    if (count >= lanes) {
      (L::load(to + v * lanes) + sums[v]).store(to + v * lanes);
    } else {
      (L::load_first(to + v * lanes, count) + sums[v]).store_first(to + v * lanes, count);
    }
  }
}

/// Sorts the visits by their place, column by column: starts[x * height + y] is the first delta of a place, kernels[i]
/// where the weights of a delta's filter lie.
template <class T>
void sort_by_place(const SparseInputGradient<T>& a) {
  const std::ptrdiff_t places = std::ptrdiff_t{a.windows.width} * a.windows.height;
  const std::int32_t block = a.windows.rows * a.windows.row_length;
  for (std::ptrdiff_t i = 0; i <= places; ++i) a.starts[i] = 0;
  for (int f = 0; f < a.filters; ++f) {
    const Visits<T> visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) ++a.starts[a.cells[visits.positions[v]]];
  }
  std::int32_t begin = 0;
  for (std::ptrdiff_t i = 0; i <= places; ++i) {
    const std::int32_t count = a.starts[i];
    a.starts[i] = begin;
    begin += count;
  }
  for (int f = 0; f < a.filters; ++f) {
    const Visits<T> visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) {
      const std::int32_t at = a.starts[a.cells[visits.positions[v]]]++;
      a.kernels[at] = f * block;
      a.deltas[at] = visits.deltas[v];
    }
  }
  // Each start has moved to the next one's.
  for (std::ptrdiff_t i = places; i > 0; --i) a.starts[i] = a.starts[i - 1];
  a.starts[0] = 0;
}

/// Adds the deltas of a place to the rows of sums, which the kernel's rows see, from row `first_row` of the kernel on.
template <class T, int Rows, int Vectors>
LENETPP_INLINE void add_place(const SparseInputGradient<T>& a, std::ptrdiff_t place, int first_row, int first_vector,
                              Block<T> (&sums)[Rows][Vectors]) {
  using L = Block<T>;
  const T* weights = a.weights + std::ptrdiff_t{first_row} * a.windows.row_length + first_vector * lanes;
  for (std::int32_t i = a.starts[place]; i < a.starts[place + 1]; ++i) {
    const T* kernel = weights + a.kernels[i];
    const L delta = L::splat(a.deltas[i]);
    LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
      const T* row = kernel + std::ptrdiff_t{r} * a.windows.row_length;
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
        sums[r][v] = muladd(delta, L::load(row + v * lanes), sums[r][v]);
      }
    }
  }
}

/// A column of windows that are one row apart, through kernels of `Rows` rows: the sums of the rows that a window sees
/// move on with it, in registers; a row that no further window sees is complete.
template <class T, int Rows, int Vectors>
LENETPP_INLINE void sum_column(const SparseInputGradient<T>& a, int x, int first_vector) {
  using L = Block<T>;
  const int height = a.windows.height, numbers = a.windows.row_numbers - first_vector * lanes;
  L sums[Rows][Vectors];
  LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[r][v] = L::splat(T(0));
  }
  const int last = a.last_row < height + Rows - 1 ? a.last_row : height + Rows - 1;
  const int first = a.first_row > Rows - 1 ? a.first_row - (Rows - 1) : 0;  // no earlier window sees a wanted row
  for (int row = first; row < last; ++row) {
    if (row < height) add_place<T, Rows, Vectors>(a, std::ptrdiff_t{x} * height + row, 0, first_vector, sums);
    if (row >= a.first_row) add_sums<T, Vectors>(gradient_at(a, row, x, first_vector), sums[0], numbers);
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      LENETPP_UNROLL for (int r = 1; r < Rows; ++r) sums[r - 1][v] = sums[r][v];
      sums[Rows - 1][v] = L::splat(T(0));
    }
  }
}

/// Vectors of sums that stay in registers beside a broadcast delta.
template <class T>
constexpr int most_sums = accumulators_beside<Block<T>>(2 * Block<T>::registers, 24);

template <class T, int Rows>
void sum_columns(const SparseInputGradient<T>& a) {
  constexpr int most = most_sums<T> / Rows > 8 ? 8 : most_sums<T> / Rows > 0 ? most_sums<T> / Rows : 1;
  for (int x = 0; x < a.windows.width; ++x) {
    for_each_tile<most>(a.windows.row_length / lanes,
                        [&]<int Vectors>(int first_vector) { sum_column<T, Rows, Vectors>(a, x, first_vector); });
  }
}

/// The rows of windows that see a row of the input, from the first one on, and the kernel's row that the first sees it
/// with.
struct SeeingRows {
  int first, count, kernel_row;

  SeeingRows(const InterleavedWindows& windows, int row) {
    const int stride = windows.strides.height, above = row - windows.rows + 1;
    first = above > 0 ? (above + stride - 1) / stride : 0;
    const int last = row / stride < windows.height ? row / stride : windows.height - 1;
    count = last - first + 1;
    kernel_row = row - first * stride;
  }
};

/// Any kernel and stride: row by row of the input.
template <class T>
void sum_rows(const SparseInputGradient<T>& a) {
  constexpr int most = most_sums<T> < 8 ? most_sums<T> : 8;
  const InterleavedWindows& windows = a.windows;
  for (int row = a.first_row; row < a.last_row; ++row) {
    const SeeingRows seeing(windows, row);
    for (int x = 0; x < (seeing.count > 0 ? windows.width : 0); ++x) {
      for_each_tile<most>(windows.row_length / lanes, [&]<int Vectors>(int first_vector) {
        Block<T> sums[1][Vectors];
        LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[0][v] = Block<T>::splat(T(0));
        for (int k = 0; k < seeing.count; ++k) {
          add_place<T, 1, Vectors>(a, std::ptrdiff_t{x} * windows.height + seeing.first + k,
                                   seeing.kernel_row - k * windows.strides.height, first_vector, sums);
        }
        add_sums<T, Vectors>(gradient_at(a, row, x, first_vector), sums[0], windows.row_numbers - first_vector * lanes);
      });
    }
  }
}

template <class T>
void sparse_input_gradient(const SparseInputGradient<T>& a) {
  sort_by_place(a);
  if (a.windows.strides.height == 1 && a.windows.rows == 3) return sum_columns<T, 3>(a);
  if (a.windows.strides.height == 1 && a.windows.rows == 5) return sum_columns<T, 5>(a);
  sum_rows(a);
}

template <class T, int Columns, int Vectors>
LENETPP_INLINE void full_tile(const FullInputGradient<T>& a, int row, const SeeingRows& seeing, int x,
                              int first_vector) {
  using L = Block<T>;
  const InterleavedWindows& windows = a.windows;
  const std::ptrdiff_t block = std::ptrdiff_t{windows.rows} * windows.row_length;
  L sums[Columns][Vectors];
  LENETPP_UNROLL for (int c = 0; c < Columns; ++c) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[c][v] = L::splat(T(0));
  }
  const T* deltas = a.deltas + std::ptrdiff_t{seeing.first} * a.filters * windows.width + x;
  for (int k = 0; k < seeing.count; ++k) {
    const int kernel_row = seeing.kernel_row - k * windows.strides.height;
    const T* weights = a.weights + std::ptrdiff_t{kernel_row} * windows.row_length + first_vector * lanes;
    for (int f = 0; f < a.filters; ++f, deltas += windows.width, weights += block) {
      keep_address(deltas);
      L weight[Vectors];
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
        weight[v] = L::load(weights + v * lanes);
        weight[v].keep();
      }
      LENETPP_UNROLL for (int c = 0; c < Columns; ++c) {
        L delta = L::splat(deltas[c]);
        if constexpr (Vectors > 1) delta.keep();
        LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[c][v] = muladd(delta, weight[v], sums[c][v]);
      }
    }
  }
  LENETPP_UNROLL for (int c = 0; c < Columns; ++c) {
    add_sums<T, Vectors>(gradient_at(a, row, x + c, first_vector), sums[c], windows.row_numbers - first_vector * lanes);
  }
}

template <class T>
void full_input_gradient(const FullInputGradient<T>& a) {
  constexpr int registers = Block<T>::registers;
  constexpr int most_vectors_of_tile = registers == 1 ? 3 : 1;
  constexpr int most_columns =
      accumulators_beside<Block<T>>((most_vectors_of_tile + 1) * registers, 8 * most_vectors_of_tile) /
      most_vectors_of_tile;
  for (int row = a.first_row; row < a.last_row; ++row) {
    const SeeingRows seeing(a.windows, row);
    if (seeing.count <= 0) continue;
    for_each_tile<most_columns>(a.windows.width, [&]<int Columns>(int x) {
      // From the last one: a number that several columns of a tile add to lies in a later part of an earlier column.
      for_each_tile_from_the_last<most_vectors_of_tile>(
          a.windows.row_length / lanes,
          [&]<int Vectors>(int first_vector) { full_tile<T, Columns, Vectors>(a, row, seeing, x, first_vector); });
    });
  }
}

}  // namespace

template <class T>
void add_window_input_gradient(Kernels<T>& table) {
  table.sparse_input_gradient = sparse_input_gradient<T>;
  table.full_input_gradient = full_input_gradient<T>;
}
template void add_window_input_gradient(Kernels<float>&);
template void add_window_input_gradient(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
