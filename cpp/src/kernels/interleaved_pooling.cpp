// Max-pooling of interleaved planes: a vector is one place of 16 planes, so that windows of any size, stride and
// clipping need no shuffle.
#include "kernel_tables.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// The maximum of one window of 16 planes, and its place where it is wanted. Size is that of the window where the
/// compiler knows it, else 0.
template <class T, int Size, bool KeepWinners>
LENETPP_INLINE void pool_window(const InterleavedMaxPooling<T>& a, int top, int left, const T* input, T* output,
                                T* winners) {
  using L = Lanes<T, lanes>;
  const int rows = a.height - top < a.size.height ? a.height - top : a.size.height;
  const int columns = a.width - left < a.size.width ? a.width - left : a.size.width;
  const T* corner = input + (std::ptrdiff_t{top} * a.width + left) * a.place_stride;
  L best = L::load(corner), winner = L::splat(T(0));
  // What lies outside is replaced by the first row or column of the window: what was compared before does not win
  // again, and neither does the first place, which is compared with itself.
  repeat<Size>(a.size.height, [&](int y) LENETPP_INLINE_LAMBDA {
    const T* row = corner + (y < rows ? std::ptrdiff_t{y} * a.width * a.place_stride : 0);
    repeat<Size>(a.size.width, [&](int x) LENETPP_INLINE_LAMBDA {
      if (Size && y == 0 && x == 0) return;
      const L value = L::load(row + (x < columns ? x * a.place_stride : 0));
      if constexpr (KeepWinners) {
        winner = select(greater(value, best), L::splat(static_cast<T>(y * a.winner_row_stride + x)), winner);
      }
      best = greater_of(value, best);
    });
  });
  best.store(output);
  if constexpr (KeepWinners) (winner + L::splat(static_cast<T>(top * a.winner_row_stride + left))).store(winners);
}

template <class T, int Size, bool KeepWinners>
void pool_planes(const InterleavedMaxPooling<T> a) {
  std::ptrdiff_t place = 0;
  for (int i = 0; i < a.output_height; ++i) {
    for (int j = 0; j < a.output_width; ++j, place += a.place_stride) {
      for (int p = 0; p < a.planes; p += lanes) {
        pool_window<T, Size, KeepWinners>(a, i * a.strides.height, j * a.strides.width, a.input + p,
                                          a.output + place + p, KeepWinners ? a.winners + place + p : nullptr);
      }
    }
  }
}

template <class T, int Size>
void pool_planes(const InterleavedMaxPooling<T>& a) {
  if (a.winners) {
    pool_planes<T, Size, true>(a);
  } else {
    pool_planes<T, Size, false>(a);
  }
}

template <class T>
void interleaved_max_pooling(const InterleavedMaxPooling<T>& a) {
  if (a.size == Extent{2, 2}) return pool_planes<T, 2>(a);
  if (a.size == Extent{3, 3}) return pool_planes<T, 3>(a);
  pool_planes<T, 0>(a);
}

}  // namespace

template <class T>
void add_interleaved_pooling(Kernels<T>& table) {
  table.interleaved_max_pooling = interleaved_max_pooling<T>;
}
template void add_interleaved_pooling(Kernels<float>&);
template void add_interleaved_pooling(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
