// The optimizers by name. How each steps is in src/kernels/step_rules/.
#pragma once

#include <lenetpp/cplusplus20.h>

#include <array>
#include <string_view>

namespace lenetpp {

enum class Optimizer {
  sgd,    ///< stochastic gradient descent, with momentum or without
  adam,   ///< Kingma and Ba 2015, with bias corrections
  adamw,  ///< Adam whose weight decay makes steps of its own (Loshchilov and Hutter 2019)
};

/// In the order of Optimizer.
inline constexpr std::array<std::string_view, 3> optimizer_names{"sgd", "adam", "adamw"};

}  // namespace lenetpp
