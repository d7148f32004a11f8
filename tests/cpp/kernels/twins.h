// The slow, obvious twin of every fast kernel: the definition. Written from the comments in kernels.h and
// interleaved.h, one number at a time, without a vector; together they are one more table of kernels.
#pragma once

#include "kernels/kernels.h"
#include "twins/convolution.h"
#include "twins/dense.h"
#include "twins/filter_lanes.h"
#include "twins/gradients.h"
#include "twins/interleaving.h"
#include "twins/local_response.h"
#include "twins/losses.h"
#include "twins/max_pooling.h"
#include "twins/plane_sums.h"
#include "twins/scaled_planes.h"
#include "twins/window_gradients.h"

template <class T>
lenetpp::Kernels<T> twins_of_all_kernels() {
  return {
      .convolution_forward = twins::convolution_forward<T>,
      .convolution_weight_gradient = twins::convolution_weight_gradient<T>,
      .convolution_input_gradient = twins::convolution_input_gradient<T>,
      .max_pooling = twins::max_pooling<T>,
      .interleave = twins::interleave<T>,
      .interleaved_deltas = twins::interleaved_deltas<T>,
      .separate = twins::separate<T>,
      .separate_integers = twins::separate_integers<T>,
      .add_separated = twins::add_separated<T>,
      .filter_lanes_forward = twins::filter_lanes_forward<T>,
      .filter_lanes_weight_gradient = twins::filter_lanes_weight_gradient<T>,
      .interleaved_max_pooling = twins::interleaved_max_pooling<T>,
      .window_weight_gradient = twins::window_weight_gradient<T>,
      .sparse_input_gradient = twins::sparse_input_gradient<T>,
      .full_input_gradient = twins::full_input_gradient<T>,
      .gradient_visits = twins::gradient_visits<T>,
      .dense_forward = twins::dense_forward<T>,
      .dense_input_gradient = twins::dense_input_gradient<T>,
      .dense_weight_gradient = twins::dense_weight_gradient<T>,
      .dense_backward_and_step = twins::dense_backward_and_step<T>,
      .activation_forward = twins::activation_forward<T>,
      .activation_backward = twins::activation_backward<T>,
      .activated_sum = twins::activated_sum<T>,
      .activated_sum_gradient = twins::activated_sum_gradient<T>,
      .sample_loss = twins::sample_loss<T>,
      .normalize_bytes = twins::normalize<std::uint8_t, T>,
      .normalize_floats = twins::normalize<float, T>,
      .softmax = twins::softmax<double>,
      .plane_moments = twins::plane_moments<T>,
      .scaled_planes = twins::scaled_planes<T>,
      .scaled_gradient_sums = twins::scaled_gradient_sums<T>,
      .scaled_gradients = twins::scaled_gradients<T>,
      .local_response_forward = twins::local_response_forward<T>,
      .local_response_backward = twins::local_response_backward<T>,
      .add = twins::add<T>,
      .optimizer_step = twins::optimizer_step<T>,
      .move_towards = twins::move_towards<T>,
  };
}
