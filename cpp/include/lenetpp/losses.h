// The losses: what is known of each beside its function, which is in src/kernels/losses.cpp.
#pragma once

#include <lenetpp/activations.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string_view>

namespace lenetpp {

enum class Loss {
  cross_entropy,         ///< -log softmax(output)[label]
  squared_error,         ///< sum over the outputs of (output - one_hot)^2 / 2
  binary_cross_entropy,  ///< sum over the outputs; the last layer must have the activation sigmoid
};

struct LossRow {
  Loss loss;
  std::string_view name;
  std::optional<ActivationKind> last_activation;  ///< what the last layer must have, if anything
  /// The gradient is that of the last layer's sums, not of its outputs: its activation's derivative is in it already.
  bool holds_last_derivative;
  /// Of an output that is the same for all images of so many equally frequent classes, the best there is.
  double (*of_guessing)(double classes);
};

inline constexpr std::array loss_rows{
    LossRow{Loss::cross_entropy, "cross_entropy", {}, false, [](double classes) { return std::log(classes); }},
    LossRow{Loss::squared_error, "squared_error", {}, false, [](double classes) { return (1 - 1 / classes) / 2; }},
    LossRow{Loss::binary_cross_entropy, "binary_cross_entropy", ActivationKind::sigmoid, true,
            [](double classes) { return std::log(classes) - (classes - 1) * std::log(1 - 1 / classes); }},
};

constexpr const LossRow& row_of(Loss loss) { return loss_rows.at(static_cast<std::size_t>(loss)); }

static_assert(
    [] {
      for (std::size_t i = 0; i < loss_rows.size(); ++i) {
        if (static_cast<std::size_t>(loss_rows[i].loss) != i) return false;
      }
      return true;
    }(),
    "the rows of losses stand in the order of Loss");

}  // namespace lenetpp
