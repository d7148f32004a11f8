// Max-pooling with lanes over neighbouring windows: one tap of 16 windows is one vector. Each half of a vector is up to
// 8 windows of a row; where planes are narrow, the halves are two rows of windows, if need be of two planes.
//
// Windows of 3 with a stride of 2 over a plane 8 wide: 4 windows a row, the last one clipped.
//
//   columns    0 1 2 3 4 5 6 7 |        row 0 of windows -> low half, row 1 -> high half
//   window 0   0 1 2            |
//   window 1       0 1 2        |        tap 0 = columns 0 2 4 6 | the same of two rows below
//   window 2           0 1 2    |        tap 1 = columns 1 3 5 7 | (a stride of 2: loaded together, taken apart)
//   window 3               0 1 *|        tap 2 = columns 2 4 6 * | * lies outside: compared as -infinity
//
//   for each row y of the window, for each tap x: best = greater_of(tap, best), winner = y * row_stride + x where it is
//
// A row of the window that lies below the plane is replaced by the window's first row, which cannot win a second time.
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

/// One half of a vector: neighbouring windows of a row.
template <class T>
struct Half {
  const T* corner;          // of the first window
  int rows;                 // of the windows, clipped at the bottom
  std::ptrdiff_t position;  // of the corner, flat in its plane
  T* outputs;
  std::int32_t* winners;
};

/// What the vectors of windows in the same columns have in common. Where a half has no windows, it stands for the
/// other.
template <class T>
struct Columns {
  int first[2];                       // column of windows of each half
  int windows[2];                     // of each half
  int to_border[2];                   // columns of the plane from the corner of each half on
  int clipped_from;                   // taps from this one on lie outside in some window
  Windows<T> reach;                   // columns of the plane from the corner of each window on
  typename Windows<T>::Mask reached;  // windows whose last taps lie inside
  Windows<T> from_first;              // of each window's corner: its distance from the first one's of its row
  // Where both halves are in one row:
  std::ptrdiff_t high_from_low;  // distance of their corners
  int windows_of_row;
};

template <class T>
Columns<T> columns_of(const MaxPooling<T>& a, int low, int high) {
  Columns<T> columns{};
  T reach[lanes], from_first[lanes];
  columns.clipped_from = a.width;
  for (int half = 0; half < 2; ++half) {
    const int first = half ? high : low, left = a.output_width - first;
    columns.first[half] = first;
    columns.windows[half] = left < half_lanes ? left : half_lanes;
    columns.to_border[half] = a.width - first * a.strides.width;
    const int of_last = columns.to_border[half] - (columns.windows[half] - 1) * a.strides.width;
    columns.clipped_from = of_last < columns.clipped_from ? of_last : columns.clipped_from;
    for (int i = 0; i < half_lanes; ++i) {
      reach[half * half_lanes + i] = static_cast<T>(columns.to_border[half] - i * a.strides.width);
      from_first[half * half_lanes + i] = static_cast<T>((first - low + i) * a.strides.width);
    }
  }
  columns.high_from_low = std::ptrdiff_t{high - low} * a.strides.width;
  columns.windows_of_row = high > low ? columns.windows[0] + columns.windows[1] : columns.windows[0];
  columns.reach = Windows<T>::load(reach);
  columns.reached = greater(columns.reach, Windows<T>::splat(static_cast<T>(a.size.width - 1)));
  columns.from_first = Windows<T>::load(from_first);
  return columns;
}

template <bool KeepWinners, class T>
LENETPP_INLINE Half<T> half_at(const MaxPooling<T>& a, int plane, int row, int column) {
  const int below = a.height - row * a.strides.height;
  const std::ptrdiff_t position =
      row * a.strides.height * a.input_row_stride + std::ptrdiff_t{column} * a.strides.width;
  Half<T> half{};
  half.corner = a.input + plane * a.input_plane_stride + position;
  half.rows = below < a.size.height ? below : a.size.height;
  half.position = position;
  half.outputs = a.output + plane * a.output_plane_stride + row * a.output_row_stride + column;
  if constexpr (KeepWinners) {
    half.winners = a.winners + (std::ptrdiff_t{plane} * a.output_height + row) * a.output_width + column;
  }
  return half;
}

/// Taps x and x + 1 of all windows, from one row for each half. Stride 0 stands for any other than 1 and 2.
template <int Stride, class T>
LENETPP_INLINE void load_two_taps(const T* low, const T* high, const Columns<T>& columns, int x, int stride,
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
        taps[k][i] = low[place < columns.to_border[0] ? place : 0];
        taps[k][half_lanes + i] = high[place < columns.to_border[1] ? place : 0];
      }
    }
    tap = Windows<T>::load(taps[0]);
    next = Windows<T>::load(taps[1]);
  }
}

/// The maxima of the windows, and with KeepWinners the places of the maxima from the windows' corners: whole numbers,
/// exact in T. Size is that of the windows where the compiler knows it, else 0; Whole says that none is clipped at the
/// bottom.
template <int Stride, int Size, bool KeepWinners, bool Whole, class T>
LENETPP_INLINE void pool_windows(const MaxPooling<T>& a, const Half<T>& low, const Half<T>& high,
                                 const Columns<T>& columns, Windows<T>& best, Windows<T>& winner) {
  using L = Windows<T>;
  // A tap that lies outside in the first window lies outside in all.
  const int width = Size ? Size : a.size.width < columns.to_border[0] ? a.size.width : columns.to_border[0];
  const auto compare = [&](L value, int y, int x) LENETPP_INLINE_LAMBDA {
    constexpr T outside = -std::numeric_limits<T>::infinity();
    if constexpr (Stride == 2 && Size > 0) {
      // Fewer columns than a stride are missing.
      if (x == Size - 1) value = select(columns.reached, value, L::splat(outside));
    } else if (x >= columns.clipped_from) {
      value = select(greater(columns.reach, L::splat(static_cast<T>(x))), value, L::splat(outside));
    }
    if constexpr (KeepWinners) {
      winner = select(greater(value, best), L::splat(static_cast<T>(y * a.input_row_stride + x)), winner);
    }
    best = greater_of(value, best);
  };
  repeat<Size>(a.size.height, [&](int y) LENETPP_INLINE_LAMBDA {
    // A row below the border is replaced by the window's first: what was compared before cannot win again.
    const T* low_row = low.corner + (Whole || y < low.rows ? y * a.input_row_stride : 0);
    const T* high_row = high.corner + (Whole || y < high.rows ? y * a.input_row_stride : 0);
    repeat<(Size + 1) / 2>((width + 1) / 2, [&](int pair) LENETPP_INLINE_LAMBDA {
      const int x = 2 * pair;
      L tap, next;
      load_two_taps<Stride>(low_row, high_row, columns, x, a.strides.width, tap, next);
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
LENETPP_INLINE void pool_halves(const MaxPooling<T>& a, const Half<T>& low, const Half<T>& high,
                                const Columns<T>& columns) {
  Windows<T> best = Windows<T>::splat(T(0)), winner = best;
  if (low.rows == a.size.height && high.rows == a.size.height) {
    pool_windows<Stride, Size, KeepWinners, true>(a, low, high, columns, best, winner);
  } else {
    pool_windows<Stride, Size, KeepWinners, false>(a, low, high, columns, best, winner);
  }
  HalfOfWindows<T> low_half, high_half;
  split(best, low_half, high_half);
  low_half.store_first(low.outputs, columns.windows[0]);
  high_half.store_first(high.outputs, columns.windows[1]);
  if constexpr (KeepWinners) {
    const auto corner = [](const Half<T>& half) { return HalfOfWindows<T>::splat(static_cast<T>(half.position)); };
    split(winner + columns.from_first, low_half, high_half);
    (low_half + corner(low)).store_integers_first(low.winners, columns.windows[0]);
    (high_half + corner(high)).store_integers_first(high.winners, columns.windows[1]);
  }
}

template <int Stride, int Size, bool KeepWinners, class T>
void pool_narrow_planes(const MaxPooling<T> a) {
  const Columns<T> columns = columns_of(a, 0, 0);
  int plane = 0, row = 0;
  const auto next = [&] {
    const Half<T> half = half_at<KeepWinners>(a, plane, row, 0);
    if (++row == a.output_height) {
      row = 0;
      ++plane;
    }
    return half;
  };
  for (int rows = a.planes * a.output_height; rows > 0; rows -= 2) {
    const Half<T> low = next();
    pool_halves<Stride, Size, KeepWinners>(a, low, rows > 1 ? next() : low, columns);
  }
}

/// All taps of one row of windows, which are two columns apart. Fewer columns than a stride are missing, so that only
/// the last tap can lie outside.
template <int Size, class T>
LENETPP_INLINE void load_taps(const T* low, const T* high, const Columns<T>& columns, Windows<T> (&taps)[Size + 1]) {
  LENETPP_UNROLL for (int x = 0; x < Size; x += 2) load_two_taps<2>(low, high, columns, x, 2, taps[x], taps[x + 1]);
  taps[Size - 1] = select(columns.reached, taps[Size - 1], Windows<T>::splat(-std::numeric_limits<T>::infinity()));
}

/// Up to 16 neighbouring windows of each row of a plane.
template <int Stride, int Size, bool KeepWinners, class T>
LENETPP_INLINE void pool_rows(const MaxPooling<T>& a, int plane, const Columns<T>& columns) {
  using L = Windows<T>;
  L taps[Size + 1];
  LENETPP_UNROLL for (int x = 0; x <= Size; ++x) taps[x] = L::splat(T(0));
  for (int row = 0; row < a.output_height; ++row) {
    const Half<T> low = half_at<KeepWinners>(a, plane, row, columns.first[0]);
    Half<T> high = low;
    high.corner += columns.high_from_low;
    L best = L::splat(T(0)), winner = best;
    if constexpr (Stride == 2 && Size == 3) {
      // The last row of the windows above is the first of these where they overlap.
      if (row == 0 || a.strides.height != Size - 1) load_taps<Size>(low.corner, high.corner, columns, taps);
      LENETPP_UNROLL for (int y = 0; y < Size; ++y) {
        const std::ptrdiff_t offset = y < low.rows ? y * a.input_row_stride : 0;
        if (y > 0) load_taps<Size>(low.corner + offset, high.corner + offset, columns, taps);
        LENETPP_UNROLL for (int x = 0; x < Size; ++x) {
          if (y == 0 && x == 0) {
            best = taps[0];
            continue;
          }
          if constexpr (KeepWinners) {
            const L place = L::splat(static_cast<T>(y * a.input_row_stride + x));
            winner = select(greater(taps[x], best), place, winner);
          }
          best = greater_of(taps[x], best);
        }
      }
    } else if (low.rows == a.size.height) {
      pool_windows<Stride, Size, KeepWinners, true>(a, low, high, columns, best, winner);
    } else {
      pool_windows<Stride, Size, KeepWinners, false>(a, low, high, columns, best, winner);
    }
    best.store_first(low.outputs, columns.windows_of_row);
    if constexpr (KeepWinners) {
      (winner + columns.from_first + L::splat(static_cast<T>(low.position)))
          .store_integers_first(low.winners, columns.windows_of_row);
    }
  }
}

template <int Stride, int Size, bool KeepWinners, class T>
void pool_wide_planes(const MaxPooling<T> a) {
  for (int first = 0; first < a.output_width; first += lanes) {
    const bool has_high = a.output_width - first > half_lanes;
    const Columns<T> columns = columns_of(a, first, has_high ? first + half_lanes : first);
    for (int plane = 0; plane < a.planes; ++plane) pool_rows<Stride, Size, KeepWinners>(a, plane, columns);
  }
}

template <class T>
void activate_planes(const MaxPooling<T>& a) {
  using L = Windows<T>;
  // Without gaps, all rows of all planes are one.
  const int area = a.output_height * a.output_width;
  const bool is_one_row = a.output_row_stride == a.output_width && a.output_plane_stride == area;
  const int planes = is_one_row ? 1 : a.planes, height = is_one_row ? 1 : a.output_height;
  const int width = is_one_row ? a.planes * area : a.output_width;
  with_activation<T>(a.activation, [&](auto function) {
    for (int j = 0; j < width; j += lanes) {
      const int count = width - j < lanes ? width - j : lanes;
      for (int plane = 0; plane < planes; ++plane) {
        T* place = a.output + plane * a.output_plane_stride + j;
        for (int i = 0; i < height; ++i, place += a.output_row_stride) {
          function(L::load_first(place, count)).store_first(place, count);
        }
      }
    }
  });
}

template <int Stride, int Size, bool KeepWinners, class T>
void pool_planes(const MaxPooling<T>& a) {
  if (a.output_width <= half_lanes) {
    pool_narrow_planes<Stride, Size, KeepWinners>(a);
  } else {
    pool_wide_planes<Stride, Size, KeepWinners>(a);
  }
  if (a.activation.kind != ActivationKind::identity) activate_planes(a);
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
  // Without vectors the general way is as fast, and compiled in a fifth of the time.
  if constexpr (Windows<T>::width > 1) {
    const int size = a.size == Extent{2, 2} ? 2 : a.size == Extent{3, 3} ? 3 : 0;
    if (a.strides.width == 2 && size == 2) return pool_planes<2, 2>(a);
    if (a.strides.width == 2 && size == 3) return pool_planes<2, 3>(a);
    if (a.strides.width == 2) return pool_planes<2, 0>(a);
    if (a.strides.width == 1) return pool_planes<1, 0>(a);
  }
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
