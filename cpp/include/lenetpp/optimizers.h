// The optimizers by name. How each steps is in src/kernels/step_rules/.
#pragma once

#include <array>
#include <string_view>

namespace lenetpp {

enum class Optimizer {
  sgd,   ///< stochastic gradient descent, with momentum or without
  adam,  ///< Kingma and Ba 2015, with bias corrections
};

/// In the order of Optimizer.
inline constexpr std::array<std::string_view, 2> optimizer_names{"sgd", "adam"};

}  // namespace lenetpp
