// Convolution with lanes over filters: a weight vector holds one weight of 16 filters, an input is broadcast. No lane
// is lost at the ends of rows, so that small maps cost no more than their work.
//
//             filters 0..15   16..31          a tile: places x filters in registers; for each plane, for each tap:
//   place 0   sum             sum                sum[place][filters] += broadcast(input[place + tap]) *
//   weights[filters] place 1   sum             sum
//   ...
#include "kernel_tables.h"
#include "tiles.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Filters = Lanes<T, lanes>;

/// Vectors of filters of a tile: with two, each broadcast serves two sums.
template <class T>
constexpr int most_vectors = Filters<T>::registers == 1 ? 2 : 1;

/// Sums of each vector beside the weights and a broadcast.
template <class T>
constexpr int most_sums(int vectors, int most) {
  return accumulators_beside<Filters<T>>(vectors * Filters<T>::registers + Filters<T>::registers, vectors * most) /
         vectors;
}

/// Calls use.operator()<V>(first vector) for all filters, V vectors at a time.
template <class T, class Use>
LENETPP_INLINE void for_each_vectors(int filters, const Use& use) {
  int v = 0;
  const int vectors = filters / lanes;
  if constexpr (most_vectors<T> == 2) {
    for (; v + 2 <= vectors; v += 2) use.template operator()<2>(v);
  }
  for (; v < vectors; ++v) use.template operator()<1>(v);
}

/// Step is the distance of neighbouring windows where the compiler knows it, else 0.
template <class T, int Places, int Vectors, int Step>
LENETPP_INLINE void forward_tile(const FilterLanesForward<T>& a, const T* corner, const T* weights, const T* bias,
                                 T* output) {
  using L = Filters<T>;
  const std::ptrdiff_t step = Step ? Step : a.column_step;
  const std::ptrdiff_t vector_stride = std::ptrdiff_t{a.planes} * a.taps * lanes;
  L sums[Places][Vectors];
  LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
    const L start = L::load(bias + v * lanes);
    LENETPP_UNROLL for (int i = 0; i < Places; ++i) sums[i][v] = start;
  }
  for (int p = 0; p < a.planes; ++p) {
    const T* plane = corner + a.plane_offsets[p];
    for (int t = 0; t < a.taps; ++t, weights += lanes) {
      const T* x = plane + a.tap_offsets[t];
      keep_address(x);
      L weight[Vectors];
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
        weight[v] = L::load(weights + v * vector_stride);
        weight[v].keep();
      }
      LENETPP_UNROLL for (int i = 0; i < Places; ++i) {
        L value = L::splat(x[i * step]);
        if constexpr (Vectors > 1) value.keep();
        LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[i][v] = muladd(value, weight[v], sums[i][v]);
      }
    }
  }
  LENETPP_UNROLL for (int i = 0; i < Places; ++i) {
    LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[i][v].store(output + i * a.filters + v * lanes);
  }
}

template <class T, int Vectors, int Step>
void forward_filters(const FilterLanesForward<T>& a, int first_vector) {
  constexpr int most_places = most_sums<T>(Vectors, Vectors == 2 ? 8 : 12);
  const T* weights = a.weights + first_vector * std::ptrdiff_t{a.planes} * a.taps * lanes;
  const T* bias = a.bias + first_vector * lanes;
  for (int y = 0; y < a.height; ++y) {
    const T* row = a.input + y * a.row_step;
    T* output = a.output + y * std::ptrdiff_t{a.width} * a.filters + first_vector * lanes;
    for_each_tile<most_places>(a.width, [&]<int Places>(int x) {
      forward_tile<T, Places, Vectors, Step>(a, row + x * a.column_step, weights, bias,
                                             output + std::ptrdiff_t{x} * a.filters);
    });
  }
}

template <class T>
void filter_lanes_forward(const FilterLanesForward<T>& a) {
  for_each_vectors<T>(a.filters, [&]<int Vectors>(int first) {
    if (a.column_step == 1) {
      forward_filters<T, Vectors, 1>(a, first);
    } else {
      forward_filters<T, Vectors, 0>(a, first);
    }
  });
}

template <class T, int Rows, int Taps, int Vectors>
LENETPP_INLINE void weight_gradient_tile(const FilterLanesWeightGradient<T>& a, int first_row, int first_tap,
                                         int first_vector) {
  using L = Filters<T>;
  const std::ptrdiff_t row_stride = std::ptrdiff_t{a.taps} * lanes, vector_stride = a.rows * row_stride;
  T* gradients = a.gradients + first_vector * vector_stride + first_row * row_stride + first_tap * lanes;
  L sums[Rows][Taps][Vectors];
  const auto for_each_sum = [&](const auto& use) LENETPP_INLINE_LAMBDA {
    LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
      LENETPP_UNROLL for (int t = 0; t < Taps; ++t) {
        LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
          use(sums[r][t][v], gradients + v * vector_stride + r * row_stride + t * lanes);
        }
      }
    }
  };
  for_each_sum([](L& sum, const T* place) LENETPP_INLINE_LAMBDA { sum = L::load(place); });
  const T* deltas = a.deltas + first_vector * lanes;
  for (int y = 0; y < a.height; ++y) {
    const T* rows[Rows];
    LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
      rows[r] = a.input + a.row_offsets[first_row + r] + first_tap + y * a.row_step;
    }
    for (int x = 0; x < a.width; ++x, deltas += a.filters) {
      LENETPP_UNROLL for (int r = 0; r < Rows; ++r) keep_address(rows[r]);
      L delta[Vectors];
      LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) {
        delta[v] = L::load(deltas + v * lanes);
        delta[v].keep();
      }
      LENETPP_UNROLL for (int r = 0; r < Rows; ++r) {
        LENETPP_UNROLL for (int t = 0; t < Taps; ++t) {
          L value = L::splat(rows[r][t]);
          if constexpr (Vectors > 1) value.keep();
          LENETPP_UNROLL for (int v = 0; v < Vectors; ++v) sums[r][t][v] = muladd(value, delta[v], sums[r][t][v]);
        }
        rows[r] += a.column_step;
      }
    }
  }
  for_each_sum([](const L& sum, T* place) LENETPP_INLINE_LAMBDA { sum.store(place); });
}

template <class T, int Vectors>
void weight_gradients(const FilterLanesWeightGradient<T>& a, int first_vector) {
  constexpr int most = most_sums<T>(Vectors, 12);
  for_each_tile<(most < row_lanes ? most : row_lanes)>(a.taps, [&]<int Taps>(int first_tap) {
    constexpr int rows = most / Taps < 4 ? most / Taps : 4;
    for_each_tile<rows>(a.rows, [&]<int Rows>(int first_row) {
      weight_gradient_tile<T, Rows, Taps, Vectors>(a, first_row, first_tap, first_vector);
    });
  });
}

template <class T>
void filter_lanes_weight_gradient(const FilterLanesWeightGradient<T>& a) {
  for_each_vectors<T>(a.filters, [&]<int Vectors>(int first) { weight_gradients<T, Vectors>(a, first); });
  if (!a.bias_gradients) return;
  using L = Filters<T>;
  const std::ptrdiff_t places = std::ptrdiff_t{a.height} * a.width;
  for (int f = 0; f < a.filters; f += lanes) {
    L sum = L::load(a.bias_gradients + f);
    for (std::ptrdiff_t i = 0; i < places; ++i) sum = sum + L::load(a.deltas + i * a.filters + f);
    sum.store(a.bias_gradients + f);
  }
}

}  // namespace

template <class T>
void add_filter_lanes(Kernels<T>& table) {
  table.filter_lanes_forward = filter_lanes_forward<T>;
  table.filter_lanes_weight_gradient = filter_lanes_weight_gradient<T>;
}
template void add_filter_lanes(Kernels<float>&);
template void add_filter_lanes(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
