// Mean and squared distances from it of planes, with lanes over the places of a plane; of units, over the units.
#include "kernel_tables.h"
#include "tiles.h"
#include "vectors_of_row.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
void unit_moments(const PlaneMoments<T>& a) {
  using L = Places<T>;
  const L count = L::splat(static_cast<T>(a.images.count));
  for_each_vector(a.planes, [&](std::ptrdiff_t unit, int units) LENETPP_INLINE_LAMBDA {
    L sum = L::splat(T(0)), squares = sum;
    for (std::ptrdiff_t b = 0; b < a.images.count; ++b) sum = sum + load(a.input + b * a.image_stride + unit, units);
    const L mean = sum / count;
    for (std::ptrdiff_t b = 0; b < a.images.count; ++b) {
      const L distance = load(a.input + b * a.image_stride + unit, units) - mean;
      squares = muladd(distance, distance, squares);
    }
    store(mean, a.means + unit, units);
    store(squares, a.squares + unit, units);
  });
}

/// Their sums wait for themselves, hence several planes at a time: a sum and a center each.
template <class T>
constexpr int planes_at_once = accumulators_beside<Places<T>>(2, 8) > 1 ? accumulators_beside<Places<T>>(2, 8) / 2 : 1;

/// Means and squares of some planes of one image, which stay in the cache between the two sums.
template <int Planes, class T>
LENETPP_INLINE void moments_of_image(const T* values, std::ptrdiff_t area, T* means, T* squares) {
  using L = Places<T>;
  L sums[Planes];
  LENETPP_UNROLL for (int p = 0; p < Planes; ++p) sums[p] = L::splat(T(0));
  for_each_vector(area, [&](std::ptrdiff_t i, int places) LENETPP_INLINE_LAMBDA {
    LENETPP_UNROLL for (int p = 0; p < Planes; ++p) sums[p] = sums[p] + load(values + p * area + i, places);
  });
  LENETPP_UNROLL for (int p = 0; p < Planes; ++p) {
    means[p] = sum(sums[p]) / static_cast<T>(area);
    sums[p] = L::splat(T(0));
  }
  L centers[Planes];
  LENETPP_UNROLL for (int p = 0; p < Planes; ++p) centers[p] = L::splat(means[p]);
  for_each_vector(area, [&](std::ptrdiff_t i, int places) LENETPP_INLINE_LAMBDA {
    LENETPP_UNROLL for (int p = 0; p < Planes; ++p) {
      const L center = places == lanes ? centers[p] : RowNumber<T>(means[p], area).last;
      const L distance = load(values + p * area + i, places) - center;
      sums[p] = muladd(distance, distance, sums[p]);
    }
  });
  LENETPP_UNROLL for (int p = 0; p < Planes; ++p) squares[p] = sum(sums[p]);
}

template <class T>
void plane_moments(const PlaneMoments<T>& a) {
  using L = Places<T>;
  const std::ptrdiff_t planes = a.planes;
  if (a.area > 1) {
    for (std::ptrdiff_t b = a.images.first; b < a.images.last; ++b) {
      T* means = a.of_images + 2 * b * planes;
      for_each_tile<planes_at_once<T>>(a.planes, [&]<int Planes>(int plane) {
        moments_of_image<Planes>(a.input + b * a.image_stride + plane * a.area, a.area, means + plane,
                                 means + planes + plane);
      });
    }
  }
  if (!a.images.are_the_last()) return;
  if (a.area == 1) return unit_moments(a);
  const L images = L::splat(static_cast<T>(a.images.count)), area = L::splat(static_cast<T>(a.area));
  for_each_vector(planes, [&](std::ptrdiff_t plane, int count) LENETPP_INLINE_LAMBDA {
    const T* means = a.of_images + plane;
    L total = L::splat(T(0)), squares = total;
    for (std::ptrdiff_t b = 0; b < a.images.count; ++b) total = total + load(means + 2 * b * planes, count);
    const L mean = total / images;
    for (std::ptrdiff_t b = 0; b < a.images.count; ++b) {
      const L distance = load(means + 2 * b * planes, count) - mean;
      squares = muladd(distance * area, distance, squares + load(means + (2 * b + 1) * planes, count));
    }
    store(mean, a.means + plane, count);
    store(squares, a.squares + plane, count);
  });
}

}  // namespace

template <class T>
void add_plane_moments(Kernels<T>& table) {
  table.plane_moments = plane_moments<T>;
}
template void add_plane_moments(Kernels<float>&);
template void add_plane_moments(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
