// How the kernel files of one instruction set put their functions into its table.
#pragma once

#include "kernels.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
void add_convolution(Kernels<T>& table);
template <class T>
void add_max_pooling(Kernels<T>& table);
template <class T>
void add_dense_forward(Kernels<T>& table);
template <class T>
void add_dense_backward(Kernels<T>& table);
template <class T>
void add_activations(Kernels<T>& table);
template <class T>
void add_plane_sums(Kernels<T>& table);
template <class T>
void add_losses(Kernels<T>& table);
template <class T>
void add_updates(Kernels<T>& table);
template <class T>
void add_visits(Kernels<T>& table);
template <class T>
void add_interleaving(Kernels<T>& table);
template <class T>
void add_interleaved_pooling(Kernels<T>& table);
template <class T>
void add_filter_lanes(Kernels<T>& table);
template <class T>
void add_window_input_gradient(Kernels<T>& table);
template <class T>
void add_window_weight_gradient(Kernels<T>& table);
template <class T>
void add_plane_moments(Kernels<T>& table);
template <class T>
void add_scaled_planes(Kernels<T>& table);
template <class T>
void add_local_response(Kernels<T>& table);
template <class T>
void add_pixels(Kernels<T>& table);

/// The complete table of this instruction set: the only name that the rest of the library knows.
template <class T>
Kernels<T> kernel_table();

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
