// The table of this instruction set.
#include "kernel_tables.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
Kernels<T> kernel_table() {
  Kernels<T> table{};
  add_convolution(table);
  add_visits(table);
  add_interleaving(table);
  add_interleaved_pooling(table);
  add_filter_lanes(table);
  add_window_input_gradient(table);
  add_window_weight_gradient(table);
  add_max_pooling(table);
  add_dense_forward(table);
  add_dense_backward(table);
  add_activations(table);
  add_plane_sums(table);
  add_losses(table);
  add_updates(table);
  add_plane_moments(table);
  add_scaled_planes(table);
  add_local_response(table);
  add_pixels(table);
  return table;
}
template Kernels<float> kernel_table();
template Kernels<double> kernel_table();

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
