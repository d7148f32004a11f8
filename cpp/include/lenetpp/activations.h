// The activations: what is known of each beside its function, which is in src/kernels/activation_functions.h.
#pragma once

#include <lenetpp/cplusplus20.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace lenetpp {

enum class ActivationKind { identity, relu, leaky_relu, sigmoid, tanh, scaled_tanh };

/// A pointwise, monotonically non-decreasing function.
///
/// `slope` is the factor below zero of leaky_relu and the factor on the argument of sigmoid, 1 / (1 + exp(-slope * x));
/// the other kinds have none and leave it 1. scaled_tanh is LeCun's 1.7159 * tanh(2 x / 3) (Efficient BackProp, 1998).
struct Activation {
  ActivationKind kind = ActivationKind::identity;
  double slope = 1.0;
  bool operator==(const Activation&) const = default;
};

inline constexpr double scaled_tanh_height = 1.7159;
inline constexpr double scaled_tanh_rate = 2.0 / 3.0;

struct SlopeRule {
  double usual, least, most;  ///< `usual` is the one that a network's text leaves out
};

struct ValueRange {
  double least, most;
};

struct ActivationRow {
  ActivationKind kind;
  std::string_view name;            ///< in a network's text
  std::optional<SlopeRule> slope;   ///< of those that have one
  std::optional<ValueRange> range;  ///< of those whose values have both ends
};

inline constexpr std::array activation_rows{
    ActivationRow{ActivationKind::identity, "identity", {}, {}},
    ActivationRow{ActivationKind::relu, "relu", {}, {}},
    ActivationRow{ActivationKind::leaky_relu, "leaky_relu", SlopeRule{0.01, 0, 1}, {}},
    // Beyond these, slope * x leaves the range of float32 for inputs that are not absurd themselves.
    ActivationRow{ActivationKind::sigmoid, "sigmoid", SlopeRule{1, 1e-6, 1e6}, ValueRange{0, 1}},
    ActivationRow{ActivationKind::tanh, "tanh", {}, ValueRange{-1, 1}},
    ActivationRow{ActivationKind::scaled_tanh, "scaled_tanh", {}, ValueRange{-scaled_tanh_height, scaled_tanh_height}},
};

constexpr const ActivationRow& row_of(ActivationKind kind) {
  return activation_rows.at(static_cast<std::size_t>(kind));
}

/// The slope of an activation whose text names none.
constexpr double usual_slope(ActivationKind kind) {
  const auto& rule = row_of(kind).slope;
  return rule ? rule->usual : 1.0;
}

/// Least and largest value of an activation that has both.
constexpr std::optional<ValueRange> range_of(const Activation& activation) { return row_of(activation.kind).range; }

static_assert(
    [] {
      for (std::size_t i = 0; i < activation_rows.size(); ++i) {
        if (static_cast<std::size_t>(activation_rows[i].kind) != i) return false;
      }
      return true;
    }(),
    "the rows of activations stand in the order of ActivationKind");

}  // namespace lenetpp
