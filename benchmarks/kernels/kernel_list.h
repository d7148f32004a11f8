// The kernels of lenetpp::Kernels by name: the one place here where they are listed.
#pragma once

#include <cstddef>
#include <iterator>
#include <string_view>

#include "kernels/kernels.h"

// In the order of a training step, which is that of the tables.
// clang-format off
#define LENETPP_FOR_EACH_KERNEL(use) \
  use(normalize_bytes)               \
  use(normalize_floats)              \
  use(filter_lanes_forward)          \
  use(convolution_forward)           \
  use(interleaved_max_pooling)       \
  use(max_pooling)                   \
  use(separate)                      \
  use(separate_integers)             \
  use(local_response_forward)        \
  use(plane_moments)                 \
  use(scaled_planes)                 \
  use(activated_sum)                 \
  use(dense_forward)                 \
  use(activation_forward)            \
  use(softmax)                       \
  use(sample_loss)                   \
  use(activation_backward)           \
  use(activated_sum_gradient)        \
  use(dense_input_gradient)          \
  use(dense_weight_gradient)         \
  use(dense_backward_and_step)       \
  use(scaled_gradient_sums)          \
  use(scaled_gradients)              \
  use(local_response_backward)       \
  use(gradient_visits)               \
  use(interleaved_deltas)            \
  use(interleave)                    \
  use(filter_lanes_weight_gradient)  \
  use(window_weight_gradient)        \
  use(sparse_input_gradient)         \
  use(full_input_gradient)           \
  use(add_separated)                 \
  use(convolution_weight_gradient)   \
  use(convolution_input_gradient)    \
  use(add)                           \
  use(optimizer_step)                \
  use(move_towards)
// clang-format on

enum class Kernel {
#define LENETPP_ENUMERATOR(name) name,
  LENETPP_FOR_EACH_KERNEL(LENETPP_ENUMERATOR)
#undef LENETPP_ENUMERATOR
};

inline constexpr std::string_view kernel_names[] = {
#define LENETPP_NAME(name) #name,
    LENETPP_FOR_EACH_KERNEL(LENETPP_NAME)
#undef LENETPP_NAME
};

constexpr std::string_view name_of(Kernel kernel) { return kernel_names[static_cast<std::size_t>(kernel)]; }

static_assert(sizeof(lenetpp::Kernels<float>) == std::size(kernel_names) * sizeof(void (*)()),
              "a kernel of kernels.h is missing above, or one too many stands there");
