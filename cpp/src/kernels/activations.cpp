// The last activation's forward pass, and the backward pass of those of dense layers; visits.cpp has that on planes.
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

}  // namespace

template <class T>
void add_activations(Kernels<T>& table) {
  table.activation_forward = activation_forward<T>;
  table.activation_backward = activation_backward<T>;
}
template void add_activations(Kernels<float>&);
template void add_activations(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
