// The backward pass of a convolution over several planes, where all that a window sees is one aligned block: both
// gradients are then sums of multiples of blocks, with full vectors and no row that overlaps another one's half.
#include "kernel_tables.h"
#include "kernels.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Block = Lanes<T, lanes>;
template <class T>
using Row = Lanes<T, row_lanes>;

/// Calls use(place in the planes, place in the columns) for the taps of each row of each plane.
template <class Use>
LENETPP_INLINE void for_each_row(const WindowColumns& layout, const Use& use) {
  const int planes = layout.planes, taps = layout.taps;
  const std::ptrdiff_t plane_stride = layout.plane_stride;
  for (int x = 0; x < layout.columns; ++x) {
    for (int y = 0; y < layout.rows; ++y) {
      std::ptrdiff_t place = x * layout.step + y * layout.row_stride;
      std::ptrdiff_t column = x * layout.column_stride() + y * layout.row_length;
      for (int p = 0; p < planes; ++p, place += plane_stride, column += taps) use(place, column);
    }
  }
}

template <class T>
void gather_columns(const WindowColumns& layout, const T* planes, T* columns) {
  // In ascending order: what is written behind a row's taps is overwritten by the next one.
  for_each_row(layout, [&](std::ptrdiff_t place, std::ptrdiff_t column)
                           LENETPP_INLINE_LAMBDA { Row<T>::load(planes + place).store(columns + column); });
}

template <class T>
void fold_columns(const WindowColumns& layout, const T* columns, T* planes) {
  const int taps = layout.taps;
  for_each_row(layout, [&](std::ptrdiff_t place, std::ptrdiff_t column) LENETPP_INLINE_LAMBDA {
    (Row<T>::load(planes + place) + Row<T>::load_first(columns + column, taps)).store(planes + place);
  });
}

/// Vectors of a tile that fit the registers beside the operands of one multiply-add.
template <class T>
constexpr int most_vectors = accumulators_beside<Block<T>>(5, 10);

/// Calls use.operator()<V>(first number) for tiles of V vectors, the last one first: where windows overlap, a later
/// visit reaches a place with an earlier part of its block. So each place is added to in the order of the visits,
/// however many vectors a tile has.
template <class T, class Use>
LENETPP_INLINE void for_each_part(std::ptrdiff_t block, const Use& use) {
  for_each_tile_from_the_last<most_vectors<T>>(
      static_cast<int>(block / lanes),
      [&]<int V>(int first) LENETPP_INLINE_LAMBDA { use.template operator()<V>(first * lanes); });
}

template <class T>
void window_weight_gradient(const WindowWeightGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    const Visits<T> visits = a.visits[f];
    for_each_part<T>(a.block, [&]<int V>(int first) {
      T* gradients = a.gradients + f * a.block + first;
      Block<T> sums[V];
      LENETPP_UNROLL for (int i = 0; i < V; ++i) sums[i] = Block<T>::load(gradients + i * lanes);
      T bias = a.bias_gradients ? a.bias_gradients[f] : T(0);  // beside the windows a sum costs nothing
      for (std::size_t v = 0; v < visits.count; ++v) {
        bias += visits.deltas[v];
        const T* window = a.windows + visits.positions[v] + first;
        const Block<T> delta = Block<T>::splat(visits.deltas[v]);
        LENETPP_UNROLL for (int i = 0; i < V; ++i) {
          sums[i] = muladd(delta, Block<T>::load(window + i * lanes), sums[i]);
        }
      }
      LENETPP_UNROLL for (int i = 0; i < V; ++i) sums[i].store(gradients + i * lanes);
      if (a.bias_gradients && first == 0) a.bias_gradients[f] = bias;
    });
  }
}

template <class T>
void window_input_gradient(const WindowInputGradient<T>& a) {
  for (int f = 0; f < a.filters; ++f) {
    const Visits<T> visits = a.visits[f];
    for_each_part<T>(a.block, [&]<int V>(int first) {
      const T* weights = a.weights + f * a.block + first;
      Block<T> kept[V];
      LENETPP_UNROLL for (int i = 0; i < V; ++i) kept[i] = Block<T>::load(weights + i * lanes);
      for (std::size_t v = 0; v < visits.count; ++v) {
        T* window = a.window_gradients + visits.positions[v] + first;
        const Block<T> delta = Block<T>::splat(visits.deltas[v]);
        LENETPP_UNROLL for (int i = 0; i < V; ++i) {
          muladd(delta, kept[i], Block<T>::load(window + i * lanes)).store(window + i * lanes);
        }
      }
    });
  }
}

}  // namespace

template <class T>
void add_window_columns(Kernels<T>& table) {
  table.gather_columns = gather_columns<T>;
  table.fold_columns = fold_columns<T>;
  table.window_weight_gradient = window_weight_gradient<T>;
  table.window_input_gradient = window_input_gradient<T>;
}
template void add_window_columns(Kernels<float>&);
template void add_window_columns(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
