// The optimizers by name. How each steps is in src/kernels/step_rules/.
#pragma once

#include <array>
#include <string_view>

namespace lenetpp {

enum class Optimizer {
  sgd,  ///< stochastic gradient descent, with momentum or without
};

/// In the order of Optimizer.
inline constexpr std::array<std::string_view, 1> optimizer_names{"sgd"};

}  // namespace lenetpp
