// Planes that are scaled, shifted and activated, and their gradients, with lanes over the places of a plane.
#include "activation_functions.h"
#include "kernel_tables.h"
#include "vectors_of_row.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// What is done to a vector of places of a plane, or of units: a plane's numbers are the same in all lanes.
template <class T>
struct PlaneNumbers {
  Places<T> scale, shift;
};

template <class T>
LENETPP_INLINE PlaneNumbers<T> numbers_of_plane(const ScaledPlane<T>& a, int plane) {
  return {Places<T>::splat(a.scale[plane]), Places<T>::splat(a.shift[plane])};
}

template <class T>
LENETPP_INLINE PlaneNumbers<T> numbers_of_units(const ScaledPlane<T>& a, std::ptrdiff_t unit, int units) {
  return {load(a.scale + unit, units), load(a.shift + unit, units)};
}

template <class T>
LENETPP_INLINE bool is_of_units(const ScaledPlane<T>& a) {
  return a.height == 1 && a.width == 1 && a.plane_stride == 1;
}

/// delta = gradient * activation'(activation(x * scale + shift)).
template <class T, class Function>
LENETPP_INLINE Places<T> delta_of(const Function& function, const Places<T>& x, const Places<T>& gradient,
                                  const PlaneNumbers<T>& numbers) {
  return flush_subnormals(gradient * function.derivative(function(muladd(x, numbers.scale, numbers.shift))));
}

template <class T>
void scaled_planes(const ScaledPlanes<T>& a) {
  with_activation<T>(a.activation, [&](auto function) {
    if (is_of_units(a)) {
      for_each_vector(a.planes, [&](std::ptrdiff_t unit, int units) LENETPP_INLINE_LAMBDA {
        const auto [scale, shift] = numbers_of_units(a, unit, units);
        store(function(muladd(load(a.input + unit, units), scale, shift)), a.output + unit, units);
      });
      return;
    }
    // Without gaps, all rows of a plane are one.
    const bool is_one_row = a.row_stride == a.width;
    const int height = is_one_row ? 1 : a.height;
    const std::ptrdiff_t width = is_one_row ? std::ptrdiff_t{a.height} * a.width : a.width;
    const T* row = a.input;
    for (int plane = 0; plane < a.planes; ++plane) {
      const auto numbers = numbers_of_plane(a, plane);
      T* output = a.output + plane * a.plane_stride;
      for (int y = 0; y < height; ++y, row += width, output += a.row_stride) {
        for_each_vector(width, [&](std::ptrdiff_t x, int places) LENETPP_INLINE_LAMBDA {
          store(function(muladd(load(row + x, places), numbers.scale, numbers.shift)), output + x, places);
        });
      }
    }
  });
}

template <class T, class Function>
LENETPP_INLINE void unit_gradient_sums(const ScaledGradientSums<T>& a, const Function& function) {
  using L = Places<T>;
  if (!a.images.are_the_last()) return;
  for_each_vector(a.planes, [&](std::ptrdiff_t unit, int units) LENETPP_INLINE_LAMBDA {
    const auto numbers = numbers_of_units(a, unit, units);
    const L center = load(a.center + unit, units);
    L sums = L::splat(T(0)), products = sums;
    for (std::ptrdiff_t b = 0; b < a.images.count; ++b) {
      const L x = load(a.input + b * a.image_stride + unit, units);
      const L delta = delta_of(function, x, load(a.gradients + b * a.gradient_image_stride + unit, units), numbers);
      sums = sums + delta;
      products = muladd(delta, x - center, products);
    }
    store(sums, a.sums + unit, units);
    store(products, a.products + unit, units);
  });
}

template <class T>
void scaled_gradient_sums(const ScaledGradientSums<T>& a) {
  using L = Places<T>;
  with_activation<T>(a.activation, [&](auto function) {
    if (is_of_units(a)) return unit_gradient_sums(a, function);
    const std::ptrdiff_t area = std::ptrdiff_t{a.height} * a.width;
    // Image after image, as they lie in memory: the sums of all planes wait meanwhile.
    for (std::ptrdiff_t b = a.images.first; b < a.images.last; ++b) {
      for (int plane = 0; plane < a.planes; ++plane) {
        // All are zero in lanes that are not there, and so is what is summed there.
        const RowNumber<T> scale(a.scale[plane], a.width), shift(a.shift[plane], a.width);
        const RowNumber<T> center(a.center[plane], a.width);
        T* of_lanes = a.of_lanes + std::ptrdiff_t{plane} * 2 * lanes;
        L sums = b == 0 ? L::splat(T(0)) : L::load(of_lanes);
        L products = b == 0 ? sums : L::load(of_lanes + lanes);
        const T* row = a.input + b * a.image_stride + plane * area;
        const T* gradients = a.gradients + b * a.gradient_image_stride + plane * a.plane_stride;
        for (int y = 0; y < a.height; ++y, row += a.width, gradients += a.row_stride) {
          for_each_vector(a.width, [&](std::ptrdiff_t x, int places) LENETPP_INLINE_LAMBDA {
            const L values = load(row + x, places);
            const PlaneNumbers<T> numbers{scale.of(places), shift.of(places)};
            const L delta = delta_of(function, values, load(gradients + x, places), numbers);
            sums = sums + delta;
            products = muladd(delta, values - center.of(places), products);
          });
        }
        sums.store(of_lanes);
        products.store(of_lanes + lanes);
      }
    }
    if (!a.images.are_the_last()) return;
    for (int plane = 0; plane < a.planes; ++plane) {
      const T* of_lanes = a.of_lanes + std::ptrdiff_t{plane} * 2 * lanes;
      a.sums[plane] = sum(L::load(of_lanes));
      a.products[plane] = sum(L::load(of_lanes + lanes));
    }
  });
}

/// delta * scale + offset + (x - center) * slope.
template <class T>
LENETPP_INLINE Places<T> input_gradient_of(const Places<T>& delta, const Places<T>& x, const Places<T>& scale,
                                           const Places<T>& center, const Places<T>& slope, const Places<T>& offset) {
  return muladd(x - center, slope, muladd(delta, scale, offset));
}

template <class T>
LENETPP_INLINE Places<T> added(const Places<T>& gradient, const T* to, int count, bool adds) {
  return adds ? load(to, count) + gradient : gradient;
}

template <class T, class Function>
LENETPP_INLINE void unit_gradients(const ScaledGradients<T>& a, const Function& function) {
  using L = Places<T>;
  for_each_vector(a.planes, [&](std::ptrdiff_t unit, int units) LENETPP_INLINE_LAMBDA {
    const auto numbers = numbers_of_units(a, unit, units);
    const L x = load(a.input + unit, units);
    const L delta = delta_of(function, x, load(a.gradients + unit, units), numbers);
    const L gradient = input_gradient_of(delta, x, numbers.scale, load(a.center + unit, units),
                                         load(a.slope + unit, units), load(a.offset + unit, units));
    store(added(gradient, a.input_gradient + unit, units, a.adds), a.input_gradient + unit, units);
  });
}

template <class T>
void scaled_gradients(const ScaledGradients<T>& a) {
  using L = Places<T>;
  with_activation<T>(a.activation, [&](auto function) {
    if (is_of_units(a)) return unit_gradients(a, function);
    const bool is_one_row = a.row_stride == a.width;
    const int height = is_one_row ? 1 : a.height;
    const std::ptrdiff_t width = is_one_row ? std::ptrdiff_t{a.height} * a.width : a.width;
    const T* row = a.input;
    T* input_gradient = a.input_gradient;
    for (int plane = 0; plane < a.planes; ++plane) {
      const auto numbers = numbers_of_plane(a, plane);
      const L center = L::splat(a.center[plane]), slope = L::splat(a.slope[plane]);
      const L offset = L::splat(a.offset[plane]);
      const T* gradients = a.gradients + plane * a.plane_stride;
      for (int y = 0; y < height; ++y, row += width, input_gradient += width, gradients += a.row_stride) {
        for_each_vector(width, [&](std::ptrdiff_t x, int places) LENETPP_INLINE_LAMBDA {
          const L values = load(row + x, places);
          const L delta = delta_of(function, values, load(gradients + x, places), numbers);
          const L gradient = input_gradient_of(delta, values, numbers.scale, center, slope, offset);
          store(added(gradient, input_gradient + x, places, a.adds), input_gradient + x, places);
        });
      }
    }
  });
}

}  // namespace

template <class T>
void add_scaled_planes(Kernels<T>& table) {
  table.scaled_planes = scaled_planes<T>;
  table.scaled_gradient_sums = scaled_gradient_sums<T>;
  table.scaled_gradients = scaled_gradients<T>;
}
template void add_scaled_planes(Kernels<float>&);
template void add_scaled_planes(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
