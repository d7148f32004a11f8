// Convolution: forward with lanes over neighbouring positions, backward with lanes over the taps of a filter's row
// and only where a gradient came back (for a pooled convolution: at the winners).
#include "kernel_tables.h"
#include "kernels.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// One register where the machine's take 8 or 16 lanes.
template <class T>
using Positions = Lanes<T, register_width<T, lanes> == lanes ? lanes : row_lanes>;
template <class T>
using Row = Lanes<T, row_lanes>;

constexpr int most_filters_of_a_tile = vector_registers >= 32 ? 6 : 4;

/// Vectors of a forward tile: beside its sums lie a weight for each filter and two operands.
template <class L>
constexpr int tile_vectors(int filters) {
  const int vectors = accumulators_beside<L>(2 + filters, 6 * filters) / filters;
  return vectors < 1 ? 1 : vectors;
}

/// Rows of gradients that fit beside the operands of one multiply-add.
template <class T>
constexpr int most_rows = accumulators_beside<Row<T>>(4, 20);

template <class T, int Filters, int Vectors>
LENETPP_INLINE void forward_tile(const ConvolutionForward<T>& a, int first_filter, int position) {
  using L = Positions<T>;
  const std::ptrdiff_t filter_stride = a.filter_stride;
  const T* weights = a.weights + first_filter * filter_stride;
  L sums[Filters][Vectors];
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    const L start = L::splat(a.bias ? a.bias[first_filter + f] : T(0));
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[f][v] = start;
  }
  for (int p = 0; p < a.planes; ++p) {
    const T* plane = a.input + a.plane_offsets[p] + position;
    const T* kernel = weights + p * a.kernel_stride;
    for (int t = 0; t < a.taps; ++t) {
      const T* x = plane + a.tap_offsets[t];
      const T* weight = kernel + a.weight_offsets[t];
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
        L neighbours = L::load(x + v * L::lanes);
        neighbours.keep();
        LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
          sums[f][v] = muladd(neighbours, L::splat(weight[f * filter_stride]), sums[f][v]);
        }
      }
    }
  }
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    T* output = a.output + (first_filter + f) * a.output_plane_stride + position;
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[f][v].store(output + v * L::lanes);
  }
}

template <class T>
void convolution_forward(const ConvolutionForward<T>& a) {
  constexpr int width = Positions<T>::lanes;
  const int vectors = (a.positions + width - 1) / width;
  for_each_tile<most_filters_of_a_tile>(a.filters, [&]<int Filters>(int first_filter) {
    for_each_tile<tile_vectors<Positions<T>>(Filters)>(vectors, [&]<int Vectors>(int first) LENETPP_INLINE_LAMBDA {
      forward_tile<T, Filters, Vectors>(a, first_filter, first * width);
    });
  });
}

/// Filters whose accumulators of one tile are worked on together: two where rows are few, so that a multiply-add
/// need not wait for the one before it.
template <class T, int Filters, int Rows>
LENETPP_INLINE void weight_gradient_tile(const ConvolutionWeightGradient<T>& a, int first_filter, int first_row) {
  using L = Row<T>;
  std::int32_t offsets[Rows];
  L sums[Filters][Rows];
  const std::ptrdiff_t filter_stride = std::ptrdiff_t{a.rows} * row_lanes;
  T* gradients = a.gradients + first_filter * filter_stride + first_row * row_lanes;
  const Visits<T>* visits = a.visits + first_filter;
  L bias[Filters];  // beside the rows their sums cost nothing, in every lane the same
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    bias[f] = L::splat(a.bias_gradients ? a.bias_gradients[first_filter + f] : T(0));
  }
  LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
    offsets[r] = a.row_offsets[first_row + r];
    LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
      sums[f][r] = L::load(gradients + f * filter_stride + r * row_lanes);
    }
  }
  const auto visit = [&](int f, std::size_t v, const L& delta) LENETPP_INLINE_LAMBDA {
    const T* window = a.input + visits[f].positions[v];
    bias[f] = bias[f] + delta;
    LENETPP_UNROLL for (int r = 0; r < Rows; ++r) sums[f][r] = muladd(delta, L::load(window + offsets[r]), sums[f][r]);
  };
  std::size_t common = visits[0].count;
  for (int f = 1; f < Filters; ++f) common = visits[f].count < common ? visits[f].count : common;
  std::size_t next = 0;
  if constexpr (load_fours<L>) {
    for (; next + 4 <= common; next += 4) {
      FourNumbers<L> deltas[Filters];
      LENETPP_UNROLL for (int f = 0; f < Filters; ++f) deltas[f] = FourNumbers<L>::load(visits[f].deltas + next);
      const auto visit_all = [&]<int I>() LENETPP_INLINE_LAMBDA {
        LENETPP_UNROLL for (int f = 0; f < Filters; ++f) visit(f, next + I, deltas[f].template splat<I>());
      };
      visit_all.template operator()<0>();
      visit_all.template operator()<1>();
      visit_all.template operator()<2>();
      visit_all.template operator()<3>();
    }
  }
  for (; next < common; ++next) {
    LENETPP_UNROLL for (int f = 0; f < Filters; ++f) visit(f, next, L::splat(visits[f].deltas[next]));
  }
  LENETPP_UNROLL for (int f = 0; f < Filters; ++f) {
    for (std::size_t v = common; v < visits[f].count; ++v) visit(f, v, L::splat(visits[f].deltas[v]));
    LENETPP_UNROLL for (int r = 0; r < Rows; ++r) sums[f][r].store(gradients + f * filter_stride + r * row_lanes);
    if (a.bias_gradients && first_row == 0) bias[f].store_first(a.bias_gradients + first_filter + f, 1);
  }
}

template <class T, int Rows>
void weight_gradient_rows(const ConvolutionWeightGradient<T>& a, int first_row) {
  constexpr int together = 2 * Rows <= most_rows<T> ? 2 : 1;
  int f = 0;
  for (; f + together <= a.filters; f += together) weight_gradient_tile<T, together, Rows>(a, f, first_row);
  for (; f < a.filters; ++f) weight_gradient_tile<T, 1, Rows>(a, f, first_row);
}

template <class T>
void convolution_weight_gradient(const ConvolutionWeightGradient<T>& a) {
  constexpr int most_of_a_tile = most_rows<T> < 10 ? most_rows<T> : 10;
  for_each_tile<most_of_a_tile>(a.rows, [&]<int Rows>(int first) { weight_gradient_rows<T, Rows>(a, first); });
}

/// The number of rows where the compiler knows it (their weights stay in registers), else 0.
template <class T, int Rows>
void scatter_filter(const ConvolutionInputGradient<T>& a, int filter) {
  using L = Row<T>;
  const T* weights = a.weights + std::ptrdiff_t{filter} * a.rows * row_lanes;
  L known_weights[Rows ? Rows : 1];
  std::ptrdiff_t known_offsets[Rows ? Rows : 1];
  LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
    known_weights[r] = L::load(weights + r * row_lanes);
    known_offsets[r] = a.row_offsets[r];
  }
  const auto scatter = [&](std::int32_t position, T value, T* target) LENETPP_INLINE_LAMBDA {
    T* window = target + position;
    const L delta = L::splat(value);
    repeat<Rows>(a.rows, [&](int r) LENETPP_INLINE_LAMBDA {
      T* row = window + (Rows ? known_offsets[r] : a.row_offsets[r]);
      muladd(delta, Rows ? known_weights[r] : L::load(weights + r * row_lanes), L::load(row)).store(row);
    });
  };
  const Visits<T>* visits = a.visits + filter;
  std::size_t least = visits->count, most = least;
  for (int t = 1; t < a.targets; ++t) {
    const std::size_t count = visits[t * a.filters].count;
    least = count < least ? count : least;
    most = count > most ? count : most;
  }
  // Targets innermost: two neighbouring windows of one plane overlap, and a load must not wait for the store before it.
  const std::ptrdiff_t stride = a.visits_stride * a.filters, target_stride = a.target_stride;
  const std::ptrdiff_t end = stride * a.targets;
  const std::int32_t* positions = visits->positions;
  const T* deltas = visits->deltas;
  for (std::size_t v = 0; v < least; ++v, ++positions, ++deltas) {
    T* target = a.input_gradient;
    for (std::ptrdiff_t i = 0; i < end; i += stride, target += target_stride) {
      scatter(positions[i], deltas[i], target);
    }
  }
  for (std::size_t v = least; v < most; ++v) {
    for (int t = 0; t < a.targets; ++t) {
      const Visits<T>& own = visits[t * a.filters];
      if (v < own.count) scatter(own.positions[v], own.deltas[v], a.input_gradient + t * a.target_stride);
    }
  }
}

template <class T>
void convolution_input_gradient(const ConvolutionInputGradient<T>& a) {
  for (int filter = 0; filter < a.filters; ++filter) {
    switch (a.rows) {
      case 3:
        scatter_filter<T, 3>(a, filter);
        break;
      case 5:
        scatter_filter<T, 5>(a, filter);
        break;
      case 7:
        scatter_filter<T, 7>(a, filter);
        break;
      default:
        scatter_filter<T, 0>(a, filter);
        break;
    }
  }
}

}  // namespace

template <class T>
void add_convolution(Kernels<T>& table) {
  table.convolution_forward = convolution_forward<T>;
  table.convolution_weight_gradient = convolution_weight_gradient<T>;
  table.convolution_input_gradient = convolution_input_gradient<T>;
}
template void add_convolution(Kernels<float>&);
template void add_convolution(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
