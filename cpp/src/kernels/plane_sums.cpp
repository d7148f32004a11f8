// Sums of planes and their activation in one pass, and the way back: a residual's end, and activations by themselves.
// Lanes are the neighbours of a row.
#include "activation_functions.h"
#include "kernel_tables.h"
#include "vectors_of_row.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

/// Whether the rows of planes lie side by side, and whether the planes do.
template <class T>
bool joins_rows(const Planes<T>& planes, const Shape& shape) {
  return planes.values == nullptr || planes.row_stride == shape.width;
}
template <class T>
bool joins_planes(const Planes<T>& planes, const Shape& shape) {
  return planes.values == nullptr || planes.plane_stride == std::ptrdiff_t{shape.height} * shape.width;
}

/// Calls body(plane, row, width) for all rows, or for longer ones where several lie side by side in all of `planes`.
template <class Body, class... Arrays>
LENETPP_INLINE void for_each_row(const Shape& shape, const Body& body, const Arrays&... planes) {
  const bool rows_join = (joins_rows(planes, shape) && ...);
  const bool planes_join = rows_join && (joins_planes(planes, shape) && ...);
  const int height = rows_join ? 1 : shape.height;
  const std::ptrdiff_t width = std::ptrdiff_t{shape.width} * (rows_join ? shape.height : 1);
  if (planes_join) return body(0, 0, width * shape.planes);
  for (int plane = 0; plane < shape.planes; ++plane) {
    for (int y = 0; y < height; ++y) body(plane, y, width);
  }
}

template <class T>
LENETPP_INLINE T* row_of(const Planes<T>& planes, int plane, int y) {
  return planes.values + plane * planes.plane_stride + y * planes.row_stride;
}

template <class T>
void activated_sum(const ActivatedSum<T>& a) {
  with_activation<T>(a.activation, [&](auto function) {
    const auto sum_row = [&](int plane, int y, std::ptrdiff_t width) {
      const T* input = row_of(a.input, plane, y);
      T* output = row_of(a.output, plane, y);
      if (a.addend.values == nullptr) {
        for_each_vector(width, [&](std::ptrdiff_t i, int count) LENETPP_INLINE_LAMBDA {
          store(function(load(input + i, count)), output + i, count);
        });
        return;
      }
      const T* addend = row_of(a.addend, plane, y);
      for_each_vector(width, [&](std::ptrdiff_t i, int count) LENETPP_INLINE_LAMBDA {
        const Places<T> sum = load(input + i, count) + load(addend + i, count);
        store(function(sum), output + i, count);
      });
    };
    for_each_row(a.shape, sum_row, a.input, a.addend, a.output);
  });
}

template <class T>
LENETPP_INLINE void add_to(T* sums, const Places<T>& delta, int count) {
  store(load(sums, count) + delta, sums, count);
}

template <class T>
void activated_sum_gradient(const ActivatedSumGradient<T>& a) {
  with_activation<T>(a.activation, [&](auto function) {
    const auto share_row = [&](int plane, int y, std::ptrdiff_t width) {
      const T* outputs = row_of(a.output, plane, y);
      const T* gradients = row_of(a.output_gradient, plane, y);
      T* of_input = a.input_gradient.values ? row_of(a.input_gradient, plane, y) : nullptr;
      T* of_addend = a.addend_gradient.values ? row_of(a.addend_gradient, plane, y) : nullptr;
      for_each_vector(width, [&](std::ptrdiff_t i, int count) LENETPP_INLINE_LAMBDA {
        const Places<T> slope = function.derivative(load(outputs + i, count));
        const Places<T> delta = flush_subnormals(load(gradients + i, count) * slope);
        if (of_input) add_to(of_input + i, delta, count);
        if (of_addend) add_to(of_addend + i, delta, count);
      });
    };
    for_each_row(a.shape, share_row, a.output, a.output_gradient, a.input_gradient, a.addend_gradient);
  });
}

}  // namespace

template <class T>
void add_plane_sums(Kernels<T>& table) {
  table.activated_sum = activated_sum<T>;
  table.activated_sum_gradient = activated_sum_gradient<T>;
}
template void add_plane_sums(Kernels<float>&);
template void add_plane_sums(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
