// The backward pass of a convolution over interleaved planes. What a kernel's row sees lies side by side, all planes of
// all its columns, so that both gradients are sums of multiples of such rows, with full vectors:
//
//   input row    |x0: p0 p1 p2|x1: p0 p1 p2|x2: p0 p1 p2|x3: ...         a window of 2 columns at x1 sees
//                             \_______________________/                  6 numbers of each of its rows
//
// The input's gradient is summed for each column of windows by itself, which stays in the first cache.
#include "kernel_tables.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Block = Lanes<T, lanes>;

/// Vectors of a tile that fit the registers beside the operands of one multiply-add.
template <class T>
constexpr int most_vectors = accumulators_beside<Block<T>>(5, 10);

template <class T, int Vectors>
LENETPP_INLINE void weight_gradient_tile(const WindowWeightGradient<T>& a, int filter, int first_vector) {
  using L = Block<T>;
  const int vectors_of_row = a.windows.row_length / lanes;
  std::ptrdiff_t offsets[Vectors];
  LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) {
    const int vector = first_vector + i;
    offsets[i] = vector / vectors_of_row * a.windows.input_row_stride + vector % vectors_of_row * lanes;
  }
  T* gradients = a.gradients + std::ptrdiff_t{filter} * a.windows.rows * a.windows.row_length + first_vector * lanes;
  L sums[Vectors];
  LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) sums[i] = L::load(gradients + i * lanes);
  const Visits<T> visits = a.visits[filter];
  for (std::size_t v = 0; v < visits.count; ++v) {
    const T* window = a.input + a.window_offsets[visits.positions[v]];
    const L delta = L::splat(visits.deltas[v]);
    LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) sums[i] = muladd(delta, L::load(window + offsets[i]), sums[i]);
  }
  LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) sums[i].store(gradients + i * lanes);
}

template <class T>
void window_weight_gradient(const WindowWeightGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    for_each_tile<most_vectors<T>>(a.windows.rows * a.windows.row_length / lanes, [&]<int Vectors>(int first) {
      weight_gradient_tile<T, Vectors>(a, f, first);
    });
    if (!a.bias_gradients) continue;
    T bias = a.bias_gradients[f];
    for (std::size_t v = 0; v < a.visits[f].count; ++v) bias += a.visits[f].deltas[v];
    a.bias_gradients[f] = bias;
  }
}

/// to[0..numbers) += from[0..numbers).
template <class T>
LENETPP_INLINE void add_numbers(T* to, const T* from, int numbers) {
  using L = Block<T>;
  int i = 0;
  for (; i + lanes <= numbers; i += lanes) (L::load(to + i) + L::load(from + i)).store(to + i);
  if (i < numbers) (L::load_first(to + i, numbers - i) + L::load(from + i)).store_first(to + i, numbers - i);
}

/// Sorts the visits of all filters by the column of their window; in a column, filters and their visits keep their
/// order. starts[x * filters + f] is where those of a column and a filter begin.
template <class T>
void sort_by_column(const WindowInputGradient<T>& a) {
  const std::ptrdiff_t lists = std::ptrdiff_t{a.windows.width} * a.filters;
  for (std::ptrdiff_t i = 0; i <= lists; ++i) a.starts[i] = 0;
  const auto for_each_visit = [&](const auto& use) {
    for (int f = 0; f < a.filters; ++f) {
      const Visits<T> visits = a.visits[f];
      for (std::size_t v = 0; v < visits.count; ++v) {
        const std::int32_t position = visits.positions[v];
        use(a.starts[std::ptrdiff_t{a.columns[position]} * a.filters + f], a.column_offsets[position], visits.deltas[v]);
      }
    }
  };
  for_each_visit([](std::int32_t& count, std::int32_t, T) { ++count; });
  std::int32_t begin = 0;
  for (std::ptrdiff_t i = 0; i <= lists; ++i) {
    const std::int32_t count = a.starts[i];
    a.starts[i] = begin;
    begin += count;
  }
  for_each_visit([&](std::int32_t& next, std::int32_t place, T delta) {
    a.places[next] = place;
    a.deltas[next++] = delta;
  });
  // Each start has moved to the next one's.
  for (std::ptrdiff_t i = lists; i > 0; --i) a.starts[i] = a.starts[i - 1];
  a.starts[0] = 0;
}

/// Adds the visits first..last-1, all of one filter, to the column. The last part of a block goes first: where windows
/// overlap, a later visit reaches a place with an earlier part of its block, and each place is added to in the order of
/// the visits.
template <class T>
void scatter(const WindowInputGradient<T>& a, int filter, std::int32_t first, std::int32_t last) {
  using L = Block<T>;
  const int block = a.windows.rows * a.windows.row_length;
  for_each_tile_from_the_last<most_vectors<T>>(block / lanes, [&]<int Vectors>(int first_vector) {
    const T* weights = a.weights + std::ptrdiff_t{filter} * block + first_vector * lanes;
    L kept[Vectors];
    LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) kept[i] = L::load(weights + i * lanes);
    for (std::int32_t v = first; v < last; ++v) {
      T* window = a.column + a.places[v] + first_vector * lanes;
      const L delta = L::splat(a.deltas[v]);
      LENETPP_UNROLL for (int i = 0; i < Vectors; ++i) {
        muladd(delta, kept[i], L::load(window + i * lanes)).store(window + i * lanes);
      }
    }
  });
}

template <class T>
void window_input_gradient(const WindowInputGradient<T>& a) {
  sort_by_column(a);
  const InterleavedWindows& windows = a.windows;
  const std::ptrdiff_t size = ((windows.height - 1) * std::ptrdiff_t{windows.strides.height} + windows.rows) * windows.row_length;
  const int last_row = a.last_row * std::ptrdiff_t{windows.row_length} < size ? a.last_row : static_cast<int>(size / windows.row_length);
  for (int x = 0; x < windows.width; ++x) {
    const std::int32_t* starts = a.starts + std::ptrdiff_t{x} * a.filters;
    for (std::ptrdiff_t i = 0; i < size; i += lanes) Block<T>::splat(T(0)).store(a.column + i);
    for (int f = 0; f < a.filters; ++f) {
      if (starts[f] < starts[f + 1]) scatter(a, f, starts[f], starts[f + 1]);
    }
    T* gradient = a.input_gradient + x * std::ptrdiff_t{windows.strides.width} * windows.place_stride;
    for (int row = a.first_row; row < last_row; ++row) {
      add_numbers(gradient + row * windows.input_row_stride, a.column + row * std::ptrdiff_t{windows.row_length}, windows.row_numbers);
    }
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

template <class T, int Columns, int Vectors>
LENETPP_INLINE void dense_tile(const DenseWindowInputGradient<T>& a, int row, const SeeingRows& seeing, int x,
                               int first_vector) {
  using L = Block<T>;
  const InterleavedWindows& windows = a.windows;
  const std::ptrdiff_t area = std::ptrdiff_t{windows.height} * windows.width;
  const std::ptrdiff_t block = std::ptrdiff_t{windows.rows} * windows.row_length;
  const std::ptrdiff_t weights_step = std::ptrdiff_t{windows.strides.height} * windows.row_length;
  L sums[Columns][Vectors];
  LENETPP_UNROLL for (int c = 0; c < Columns; ++c) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[c][v] = L::splat(T(0));
  }
  for (int f = 0; f < a.filters; ++f) {
    const T* deltas = a.deltas + f * area + std::ptrdiff_t{seeing.first} * windows.width + x;
    const T* weights = a.weights + f * block + std::ptrdiff_t{seeing.kernel_row} * windows.row_length + first_vector * lanes;
    for (int k = 0; k < seeing.count; ++k, deltas += windows.width, weights -= weights_step) {
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
  T* gradient = a.input_gradient + row * windows.input_row_stride + first_vector * lanes;
  const int numbers = windows.row_numbers - first_vector * lanes;
  LENETPP_UNROLL for (int c = 0; c < Columns; ++c) {
    T* to = gradient + (x + c) * std::ptrdiff_t{windows.strides.width} * windows.place_stride;
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
      const int count = numbers - v * lanes;
      if (count >= lanes) {
        (L::load(to + v * lanes) + sums[c][v]).store(to + v * lanes);
      } else {
        (L::load_first(to + v * lanes, count) + sums[c][v]).store_first(to + v * lanes, count);
      }
    }
  }
}

template <class T>
void dense_window_input_gradient(const DenseWindowInputGradient<T>& a) {
  constexpr int registers = Block<T>::registers;
  constexpr int most_vectors_of_tile = registers == 1 ? 3 : 1;
  constexpr int most_columns = accumulators_beside<Block<T>>((most_vectors_of_tile + 1) * registers, 8 * most_vectors_of_tile) / most_vectors_of_tile;
  for (int row = a.first_row; row < a.last_row; ++row) {
    const SeeingRows seeing(a.windows, row);
    if (seeing.count <= 0) continue;
    for_each_tile<most_columns>(a.windows.width, [&]<int Columns>(int x) {
      // A number that several columns of a tile add to: a later part of a row is that of an earlier column.
      for_each_tile_from_the_last<most_vectors_of_tile>(a.windows.row_length / lanes, [&]<int Vectors>(int first_vector) {
        dense_tile<T, Columns, Vectors>(a, row, seeing, x, first_vector);
      });
    });
  }
}

}  // namespace

template <class T>
void add_window_gradients(Kernels<T>& table) {
  table.window_weight_gradient = window_weight_gradient<T>;
  table.window_input_gradient = window_input_gradient<T>;
  table.dense_window_input_gradient = dense_window_input_gradient<T>;
}
template void add_window_gradients(Kernels<float>&);
template void add_window_gradients(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
