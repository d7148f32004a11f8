// The slow, obvious twin of every fast kernel: the definition. Written from the comments in kernels.h, one number at a
// time, without a vector; together they are one more table of kernels.
#pragma once

#include "kernels/kernels.h"
#include "twins/convolution.h"
#include "twins/dense.h"
#include "twins/gradients.h"
#include "twins/losses.h"
#include "twins/max_pooling.h"
#include "twins/window_columns.h"

template <class T>
lenetpp::Kernels<T> twins_of_all_kernels() {
  return {
      .convolution_forward = twins::convolution_forward<T>,
      .convolution_weight_gradient = twins::convolution_weight_gradient<T>,
      .convolution_input_gradient = twins::convolution_input_gradient<T>,
      .gather_columns = twins::gather_columns<T>,
      .fold_columns = twins::fold_columns<T>,
      .window_weight_gradient = twins::window_weight_gradient<T>,
      .window_input_gradient = twins::window_input_gradient<T>,
      .max_pooling = twins::max_pooling<T>,
      .gradient_visits = twins::gradient_visits<T>,
      .dense_forward = twins::dense_forward<T>,
      .dense_input_gradient = twins::dense_input_gradient<T>,
      .dense_weight_gradient = twins::dense_weight_gradient<T>,
      .dense_backward_and_step = twins::dense_backward_and_step<T>,
      .activation_forward = twins::activation_forward<T>,
      .activation_backward = twins::activation_backward<T>,
      .sample_loss = twins::sample_loss<T>,
      .normalize_bytes = twins::normalize<std::uint8_t, T>,
      .normalize_floats = twins::normalize<float, T>,
      .softmax = twins::softmax<T>,
      .add = twins::add<T>,
      .optimizer_step = twins::optimizer_step<T>,
  };
}
