// The backward pass of activations: on rows of a dense layer, and while a plane's gradient becomes a list of visits.
#include "activation_functions.h"
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

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

template <class T>
std::size_t gradient_visits(const GradientVisits<T>& a) {
  using L = Lanes<T, lanes>;
  return with_activation<T>(a.activation, [&](auto function) {
    std::size_t count = 0;
    for (int i = 0; i < a.height; ++i) {
      const T* gradients = a.gradients + i * a.row_stride;
      const T* outputs = a.outputs + i * a.row_stride;
      const std::int32_t* winners = a.winners ? a.winners + i * a.width : nullptr;
      for (int j = 0; j < a.width; j += lanes) {
        const int columns = a.width - j < lanes ? a.width - j : lanes;
        T deltas[lanes];
        flush_subnormals(L::load(gradients + j) * function.derivative(L::load(outputs + j))).store(deltas);
        for (int k = 0; k < columns; ++k) {
          const std::int32_t flat =
              winners ? winners[j + k] : static_cast<std::int32_t>(i * a.position_row_stride + j + k);
          a.positions[count] = flat;
          a.deltas[count] = deltas[k];
          count += deltas[k] == T(0) ? 0u : 1u;  // without a branch: the next one overwrites a zero
        }
      }
    }
    if (a.window_offsets) {
      for (std::size_t v = 0; v < count; ++v) a.positions[v] = a.window_offsets[a.positions[v]];
    }
    return count;
  });
}

}  // namespace

template <class T>
void add_activations(Kernels<T>& table) {
  table.activation_backward = activation_backward<T>;
  table.gradient_visits = gradient_visits<T>;
}
template void add_activations(Kernels<float>&);
template void add_activations(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
