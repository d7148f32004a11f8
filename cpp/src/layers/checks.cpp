#include "layers/checks.h"

#include <cmath>
#include <stdexcept>

#include "network/layer_rules.h"
#include "network/number_text.h"
#include "strict_arithmetic.h"

namespace lenetpp {

void refuse(const std::string& message) { throw std::invalid_argument(message); }

void require_at_least(std::string_view what, int value, int least) {
  if (value < least) {
    refuse(std::string(what) + " must be at least " + std::to_string(least) + ", not " + std::to_string(value));
  }
}

void require_from_to_below(std::string_view what, double value, double least, double limit) {
  if (!(value >= least && value < limit) || std::signbit(value)) {
    refuse(std::string(what) + " must be from " + number_text(least) + " to below " + number_text(limit) + ", not " +
           number_text(value));
  }
}

void require_sides(std::string_view what, const Extent& extent, int least) {
  for (const int side : {extent.height, extent.width}) {
    if (side < least || side > maximum_side) {
      refuse(std::string(what) + " must be from " + std::to_string(least) + " to " + std::to_string(maximum_side) +
             " high and wide, not " + extent_text(extent));
    }
  }
}

void require_slope(const Activation& activation) {
  const ActivationRow& row = row_of(activation.kind);
  const double slope = activation.slope;
  const std::string name(row.name);
  if (!row.slope) {
    if (slope != 1) refuse(name + " has no slope (leave it 1), not " + number_text(slope));
  } else if (!(slope >= row.slope->least && slope <= row.slope->most) || std::signbit(slope)) {
    refuse("the slope of " + name + " must be from " + number_text(row.slope->least) + " to " +
           number_text(row.slope->most) + ", not " + number_text(slope));
  }
}

std::string extent_text(const Extent& extent) {
  return std::to_string(extent.height) + "x" + std::to_string(extent.width);
}

}  // namespace lenetpp
