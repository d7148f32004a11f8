// Max-pooling with lanes over neighbouring windows: one tap of 16 windows is one vector. The two halves of a vector
// are 16 windows of a row, or up to 8 windows of each of two rows where planes are narrow.
#include <limits>

#include "activation_functions.h"
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
using Windows = Lanes<T, lanes>;
template <class T>
using HalfOfWindows = Lanes<T, lanes / 2>;

constexpr int half_lanes = lanes / 2;

/// One half of a vector: up to 8 windows of a row.
template <class T>
struct Half {
  const T* corner;  // of the first window
  int columns;      // of the plane from there on
  int rows;         // of the windows, clipped at the bottom
  int count;        // windows that exist
};

/// Taps x and x + 1 of all windows, from one row for each half. Stride 0 stands for any other than 1 and 2.
template <int Stride, class T>
LENETPP_INLINE void load_two_taps(const T* low, const T* high, int low_columns, int high_columns, int x, int stride,
                                  Windows<T>& tap, Windows<T>& next) {
  if constexpr (Stride == 2) {
    deinterleave(Windows<T>::load(low + x), Windows<T>::load(high + x), tap, next);
  } else if constexpr (Stride == 1) {
    using H = HalfOfWindows<T>;
    tap = join(H::load(low + x), H::load(high + x));
    next = join(H::load(low + x + 1), H::load(high + x + 1));
  } else {
    // A tap outside the plane, which may lie far outside, is replaced by a corner: it is not looked at.
    T taps[2][lanes];
    for (int k = 0; k < 2; ++k) {
      for (int i = 0; i < half_lanes; ++i) {
        const int place = i * stride + x + k;
        taps[k][i] = low[place < low_columns ? place : 0];
        taps[k][half_lanes + i] = high[place < high_columns ? place : 0];
      }
    }
    tap = Windows<T>::load(taps[0]);
    next = Windows<T>::load(taps[1]);
  }
}

/// What is known of a vector of windows.
template <class T>
struct WindowVector {
  Half<T> low, high;
  Windows<T> columns;  // of the windows' corners
  int clipped_from;    // taps from this one on lie outside in some window
};

/// The maxima of the windows, and with KeepWinners the places of the maxima from the windows' corners: whole numbers,
/// exact in T. Size is that of the windows where the compiler knows it, else 0.
template <int Stride, int Size, bool KeepWinners, class T>
LENETPP_INLINE void pool_windows(const MaxPooling<T>& a, const WindowVector<T>& windows, Windows<T>& best,
                                 Windows<T>& winner) {
  using L = Windows<T>;
  // A tap that lies outside in the first window lies outside in all.
  const int reach = a.size.width < windows.low.columns ? a.size.width : windows.low.columns;
  const int width = Size ? Size : reach;
  const auto compare = [&](L value, int y, int x) {
    if (x >= windows.clipped_from) {
      const auto inside = greater(L::splat(static_cast<T>(a.width - x)), windows.columns);
      value = select(inside, value, L::splat(-std::numeric_limits<T>::infinity()));
    }
    const auto better = greater(value, best);
    best = select(better, value, best);
    if constexpr (KeepWinners) winner = select(better, L::splat(static_cast<T>(y * a.input_row_stride + x)), winner);
  };
  repeat<Size>(a.size.height, [&](int y) {
    // A row below the border is replaced by the window's first: what was compared before cannot win again.
    const T* low = windows.low.corner + (y < windows.low.rows ? y : 0) * a.input_row_stride;
    const T* high = windows.high.corner + (y < windows.high.rows ? y : 0) * a.input_row_stride;
    repeat<(Size + 1) / 2>((width + 1) / 2, [&](int pair) {
      const int x = 2 * pair;
      L tap, next;
      load_two_taps<Stride>(low, high, windows.low.columns, windows.high.columns, x, a.strides.width, tap, next);
      if (y == 0 && x == 0) {
        best = tap;
      } else {
        compare(tap, y, x);
      }
      if (x + 1 < width) compare(next, y, x + 1);
    });
  });
}

template <int Stride, int Size, bool KeepWinners, class T>
void pool_plane(const MaxPooling<T>& a, const T* input, T* output, std::int32_t* winners) {
  using L = Windows<T>;
  const bool narrow = a.output_width <= half_lanes && a.output_height > 1;
  const int stride = a.strides.width;
  const std::ptrdiff_t row_step = a.strides.height * a.input_row_stride;
  T column_numbers[lanes], corner_numbers[lanes];
  for (int i = 0; i < lanes; ++i) {
    const bool second_row = narrow && i >= half_lanes;
    column_numbers[i] = static_cast<T>((second_row ? i - half_lanes : i) * stride);
    corner_numbers[i] = column_numbers[i] + static_cast<T>(second_row ? row_step : 0);
  }
  const L lane_columns = L::load(column_numbers), lane_corners = L::load(corner_numbers);
  const auto rows_of = [&](int i) {
    const int below = a.height - i * a.strides.height;
    return below < a.size.height ? below : a.size.height;
  };

  for (int i = 0; i < a.output_height; i += narrow ? 2 : 1) {
    for (int j = 0; j < a.output_width; j += lanes) {
      const std::ptrdiff_t corner = i * row_step + std::ptrdiff_t{j} * stride;
      const int left = a.output_width - j, columns = a.width - j * stride;
      const Half<T> low{input + corner, columns, rows_of(i), left < half_lanes ? left : half_lanes};
      Half<T> high = low;  // read, and not looked at, where there are no more windows
      if (narrow && i + 1 < a.output_height) {
        high = {low.corner + row_step, columns, rows_of(i + 1), left};
      } else if (left > half_lanes) {
        high = {low.corner + half_lanes * stride, columns - half_lanes * stride, low.rows, left - half_lanes};
      } else {
        high.count = 0;
      }
      const int last = (narrow || left < lanes ? a.output_width : j + lanes) - 1;
      L best = L::splat(T(0)), winner = best;
      pool_windows<Stride, Size, KeepWinners, T>(
          a, {low, high, lane_columns + L::splat(static_cast<T>(j * stride)), a.width - last * stride}, best, winner);

      const std::ptrdiff_t second = narrow ? 1 : 0;  // row of the high half
      T* to = output + i * a.output_row_stride + j;
      HalfOfWindows<T> low_values, high_values;
      split(best, low_values, high_values);
      low_values.store_first(to, low.count);
      high_values.store_first(narrow ? to + second * a.output_row_stride : to + half_lanes, high.count);
      if constexpr (KeepWinners) {
        std::int32_t* places = winners + static_cast<std::ptrdiff_t>(i) * a.output_width + j;
        split(winner + lane_corners + L::splat(static_cast<T>(corner)), low_values, high_values);
        low_values.store_integers_first(places, low.count);
        high_values.store_integers_first(narrow ? places + a.output_width : places + half_lanes, high.count);
      }
    }
  }
}

template <class T>
void activate_plane(const MaxPooling<T>& a, T* output) {
  using L = Windows<T>;
  with_activation<T>(a.activation, [&](auto function) {
    for (int i = 0; i < a.output_height; ++i) {
      T* row = output + i * a.output_row_stride;
      for (int j = 0; j < a.output_width; j += lanes) {
        function(L::load_first(row + j, a.output_width - j)).store_first(row + j, a.output_width - j);
      }
    }
  });
}

template <int Stride, int Size, bool KeepWinners, class T>
void pool_planes(const MaxPooling<T>& a) {
  for (int plane = 0; plane < a.planes; ++plane) {
    T* output = a.output + plane * a.output_plane_stride;
    std::int32_t* winners =
        KeepWinners ? a.winners + std::ptrdiff_t{plane} * a.output_height * a.output_width : nullptr;
    pool_plane<Stride, Size, KeepWinners>(a, a.input + plane * a.input_plane_stride, output, winners);
    if (a.activation.kind != ActivationKind::identity) activate_plane(a, output);
  }
}

template <int Stride, int Size, class T>
void pool_planes(const MaxPooling<T>& a) {
  if (a.winners) {
    pool_planes<Stride, Size, true>(a);
  } else {
    pool_planes<Stride, Size, false>(a);
  }
}

template <class T>
void max_pooling(const MaxPooling<T>& a) {
  const int size = a.size == Extent{2, 2} ? 2 : a.size == Extent{3, 3} ? 3 : 0;
  if (a.strides.width == 2 && size == 2) return pool_planes<2, 2>(a);
  if (a.strides.width == 2 && size == 3) return pool_planes<2, 3>(a);
  if (a.strides.width == 2) return pool_planes<2, 0>(a);
  if (a.strides.width == 1) return pool_planes<1, 0>(a);
  pool_planes<0, 0>(a);
}

}  // namespace

template <class T>
void add_max_pooling(Kernels<T>& table) {
  table.max_pooling = max_pooling<T>;
}
template void add_max_pooling(Kernels<float>&);
template void add_max_pooling(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
