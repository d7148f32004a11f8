// The last activation's forward pass, and the backward pass of all: on rows of a dense layer, and while a plane's
// gradient becomes a list of visits.
#include "activation_functions.h"
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
void activation_forward(const ActivationForward<T>& a) {
  using L = Lanes<T, lanes>;
  with_activation<T>(a.activation, [&](auto function) {
    for (std::size_t i = 0; i < a.count; i += lanes) {
      const int count = static_cast<int>(a.count - i < lanes ? a.count - i : lanes);
      const L x = L::load_first(a.values + i, count);
      x.store_first(a.arguments + i, count);
      function(x).store_first(a.values + i, count);
    }
  });
}

template <class T>
void activation_backward(const ActivationBackward<T>& a) {
  using L = Lanes<T, lanes>;
  with_activation<T>(a.activation, [&](auto function) {
    for (std::size_t i = 0; i < a.count; i += lanes) {
      const int count = static_cast<int>(a.count - i < lanes ? a.count - i : lanes);
      const L slope = function.derivative(L::load_first(a.outputs + i, count));
      const L delta = L::load_first(a.deltas + i, count);
      flush_subnormals(delta * slope).store_first(a.deltas + i, count);
    }
  });
}

/// Makes the visits of one plane: `width` places a row, 16 at a time.
template <class T, class Function>
std::size_t visits_of_plane(const GradientVisits<T>& a, const Function& function, int plane, std::int32_t* positions,
                            T* deltas) {
  using L = Lanes<T, lanes>;
  const T* gradients = a.gradients + plane * a.plane_stride;
  const T* outputs = a.outputs + plane * a.plane_stride;
  const std::int32_t* winners = a.winners ? a.winners + std::ptrdiff_t{plane} * a.height * a.width : nullptr;
  const bool is_one_row = winners && a.row_stride == a.width;
  const int height = is_one_row ? 1 : a.height;
  const int width = is_one_row ? a.height * a.width : a.width;
  std::size_t count = 0;
  for (int i = 0; i < height; ++i) {
    for (int j = 0; j < width; j += lanes) {
      const std::ptrdiff_t place = i * a.row_stride + j;
      const L delta = L::load(gradients + place) * function.derivative(L::load(outputs + place));
      const unsigned small = bits<T, lanes>(is_subnormal(delta));
      const int columns = width - j < lanes ? width - j : lanes;
      const unsigned kept = ~small & ((1u << columns) - 1);
      if (winners) {
        count += pack(delta, winners + std::ptrdiff_t{i} * width + j, kept, deltas + count, positions + count);
      } else {
        std::int32_t places[lanes];
        for (int k = 0; k < lanes; ++k) places[k] = static_cast<std::int32_t>(i * a.position_row_stride + j + k);
        count += pack(delta, places, kept, deltas + count, positions + count);
      }
    }
  }
  if (a.window_offsets) {
    for (std::size_t v = 0; v < count; ++v) positions[v] = a.window_offsets[positions[v]];
  }
  return count;
}

template <class T>
void gradient_visits(const GradientVisits<T>& a) {
  with_activation<T>(a.activation, [&](auto function) {
    for (int plane = 0; plane < a.planes; ++plane) {
      std::int32_t* positions = a.positions + plane * a.visits_stride;
      T* deltas = a.deltas + plane * a.visits_stride;
      a.visits[plane] = {positions, deltas, visits_of_plane(a, function, plane, positions, deltas)};
    }
  });
}

}  // namespace

template <class T>
void add_activations(Kernels<T>& table) {
  table.activation_forward = activation_forward<T>;
  table.activation_backward = activation_backward<T>;
  table.gradient_visits = gradient_visits<T>;
}
template void add_activations(Kernels<float>&);
template void add_activations(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
