// What the checks of layers' values share. All throw std::invalid_argument.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/shape.h>

#include <string>
#include <string_view>

namespace lenetpp {

[[noreturn]] void refuse(const std::string& message);

/// "the number of units must be at least 1, not 0".
void require_at_least(std::string_view what, int value, int least);

/// "the rate must be from 0 to below 1, not 1".
void require_from_to_below(std::string_view what, double value, double least, double limit);

/// Height and width from `least` to the largest side of a plane.
void require_sides(std::string_view what, const Extent& extent, int least);

/// The slope within the range of its activation's row.
void require_slope(const Activation& activation);

/// "3x2".
std::string extent_text(const Extent& extent);

}  // namespace lenetpp
