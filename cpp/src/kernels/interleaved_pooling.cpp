// Max-pooling of interleaved planes: a vector is one place of 16 planes, so that windows of any size, stride and
// clipping need no shuffle.
#include "kernel_tables.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// The maximum of one window of 16 planes, and its place where it is wanted.
template <class T, bool KeepWinners>
LENETPP_INLINE void pool_window(const InterleavedMaxPooling<T>& a, int top, int left, const T* input, T* output,
                                T* winners) {
  using L = Lanes<T, lanes>;
  const int bottom = a.height - top < a.size.height ? a.height : top + a.size.height;
  const int right = a.width - left < a.size.width ? a.width : left + a.size.width;
  const std::ptrdiff_t first = std::ptrdiff_t{top} * a.width + left;
  L best = L::load(input + first * a.place_stride), winner = L::splat(static_cast<T>(first));
  for (int y = top; y < bottom; ++y) {
    // The first place is compared with itself, and does not win again.
    for (int x = left; x < right; ++x) {
      const std::ptrdiff_t place = std::ptrdiff_t{y} * a.width + x;
      const L value = L::load(input + place * a.place_stride);
      if constexpr (KeepWinners) winner = select(greater(value, best), L::splat(static_cast<T>(place)), winner);
      best = greater_of(value, best);
    }
  }
  best.store(output);
  if constexpr (KeepWinners) winner.store(winners);
}

template <class T, bool KeepWinners>
void pool_planes(const InterleavedMaxPooling<T>& a) {
  std::ptrdiff_t place = 0;
  for (int i = 0; i < a.output_height; ++i) {
    for (int j = 0; j < a.output_width; ++j, place += a.place_stride) {
      for (int p = 0; p < a.planes; p += lanes) {
        pool_window<T, KeepWinners>(a, i * a.strides.height, j * a.strides.width, a.input + p, a.output + place + p,
                                    KeepWinners ? a.winners + place + p : nullptr);
      }
    }
  }
}

template <class T>
void interleaved_max_pooling(const InterleavedMaxPooling<T>& a) {
  if (a.winners) {
    pool_planes<T, true>(a);
  } else {
    pool_planes<T, false>(a);
  }
}

}  // namespace

template <class T>
void add_interleaved_pooling(Kernels<T>& table) {
  table.interleaved_max_pooling = interleaved_max_pooling<T>;
}
template void add_interleaved_pooling(Kernels<float>&);
template void add_interleaved_pooling(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
