// Local response normalization with lanes over the places of a plane.
#include "kernel_tables.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// Calls use(plane, place without gaps, place with strides, numbers) for all vectors.
template <class T, class Use>
LENETPP_INLINE void for_each_place(const LocalResponse<T>& a, const Use& use) {
  for (int plane = 0; plane < a.planes; ++plane) {
    for (int y = 0; y < a.height; ++y) {
      const std::ptrdiff_t row = (std::ptrdiff_t{plane} * a.height + y) * a.width;
      const std::ptrdiff_t to = plane * a.plane_stride + y * a.row_stride;
      for (int x = 0; x < a.width; x += lanes) {
        use(plane, row + x, to + x, a.width - x < lanes ? a.width - x : lanes);
      }
    }
  }
}

/// The sum over the planes of a window of term(sum, vector at the place in that plane).
template <class T, class Term>
LENETPP_INLINE Lanes<T, lanes> sum_over_window(const LocalResponse<T>& a, int plane, const T* place, int numbers,
                                               const Term& term) {
  using L = Lanes<T, lanes>;
  const std::ptrdiff_t area = std::ptrdiff_t{a.height} * a.width;
  const int half = a.size / 2, first = plane < half ? -plane : -half;
  const int last = a.planes - 1 - plane < half ? a.planes - 1 - plane : half;
  L sum = L::splat(T(0));
  for (int p = first; p <= last; ++p) sum = term(sum, L::load_first(place + p * area, numbers));
  return sum;
}

template <class T>
LENETPP_INLINE Lanes<T, lanes> base_of(const LocalResponse<T>& a, int plane, std::ptrdiff_t place, int numbers) {
  using L = Lanes<T, lanes>;
  const auto add_square = [](const L& sum, const L& x) LENETPP_INLINE_LAMBDA { return muladd(x, x, sum); };
  return muladd(L::splat(a.alpha), sum_over_window(a, plane, a.input + place, numbers, add_square), L::splat(a.k));
}

/// base^(quarters / 4).
template <class L>
LENETPP_INLINE L power_of(const L& base, int quarters) {
  if (quarters == 4) return base;
  const L root = square_root(base);
  if (quarters == 2) return root;
  const L fourth = square_root(root);
  return quarters == 1 ? fourth : root * fourth;
}

template <class T>
void local_response_forward(const LocalResponseForward<T>& a) {
  using L = Lanes<T, lanes>;
  for_each_place(a, [&](int plane, std::ptrdiff_t place, std::ptrdiff_t to, int numbers) LENETPP_INLINE_LAMBDA {
    const L power = power_of(base_of(a, plane, place, numbers), a.quarters);
    (L::load_first(a.input + place, numbers) / power).store_first(a.output + to, numbers);
  });
}

template <class T>
void local_response_backward(const LocalResponseBackward<T>& a) {
  using L = Lanes<T, lanes>;
  for_each_place(a, [&](int plane, std::ptrdiff_t place, std::ptrdiff_t from, int numbers) LENETPP_INLINE_LAMBDA {
    const L base = base_of(a, plane, place, numbers);
    const L output = L::load_first(a.input + place, numbers) / power_of(base, a.quarters);
    const L share = L::load_first(a.gradients + from, numbers) * output / base;
    flush_subnormals(share).store_first(a.shares + place, numbers);
  });
  for_each_place(a, [&](int plane, std::ptrdiff_t place, std::ptrdiff_t from, int numbers) LENETPP_INLINE_LAMBDA {
    const L power = power_of(base_of(a, plane, place, numbers), a.quarters);
    const L sum = sum_over_window(a, plane, a.shares + place, numbers,
                                  [](const L& x, const L& share) LENETPP_INLINE_LAMBDA { return x + share; });
    const L gradient = L::load_first(a.gradients + from, numbers) / power;
    const L change = muladd(L::load_first(a.input + place, numbers) * sum, L::splat(a.factor), gradient);
    (L::load_first(a.input_gradient + place, numbers) + change).store_first(a.input_gradient + place, numbers);
  });
}

}  // namespace

template <class T>
void add_local_response(Kernels<T>& table) {
  table.local_response_forward = local_response_forward<T>;
  table.local_response_backward = local_response_backward<T>;
}
template void add_local_response(Kernels<float>&);
template void add_local_response(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
