#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "layer_rules.h"
#include "number_text.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

std::string extent_text(const Extent& extent) {
  return std::to_string(extent.height) + "x" + std::to_string(extent.width);
}

[[noreturn]] void refuse(const std::string& message) { throw std::invalid_argument(message); }

void require_at_least(const char* what, int value, int least) {
  if (value < least) {
    refuse(std::string(what) + " must be at least " + std::to_string(least) + ", not " + std::to_string(value));
  }
}

void require_sides(const char* what, const Extent& extent, int least) {
  for (const int side : {extent.height, extent.width}) {
    if (side < least || side > maximum_side) {
      refuse(std::string(what) + " must be from " + std::to_string(least) + " to " + std::to_string(maximum_side) +
             " high and wide, not " + extent_text(extent));
    }
  }
}

void check_activation(const Activation& activation) {
  const double slope = activation.slope;
  switch (activation.kind) {
    case ActivationKind::leaky_relu:
      if (!(slope >= 0 && slope <= 1) || std::signbit(slope)) {
        refuse("the slope of leaky_relu must be from 0 to 1, not " + number_text(slope));
      }
      return;
    case ActivationKind::sigmoid:
      // Beyond these, slope * x leaves the range of float32 for inputs that are not absurd themselves.
      if (!(slope >= 1e-6 && slope <= 1e6)) {
        refuse("the slope of sigmoid must be from 1e-06 to 1e+06, not " + number_text(slope));
      }
      return;
    default:
      if (slope != 1) refuse("only leaky_relu and sigmoid have a slope (leave it 1), not " + number_text(slope));
  }
}

void check_table(const Conv2D& layer, const Shape& input) {
  if (layer.table.size() != static_cast<std::size_t>(layer.filters)) {
    refuse("the table must list the planes of each of the " + std::to_string(layer.filters) +
           " filters, but lists those of " + std::to_string(layer.table.size()));
  }
  for (std::size_t filter = 0; filter < layer.table.size(); ++filter) {
    const std::string place = "the table's filter " + std::to_string(filter);
    if (layer.table[filter].empty()) refuse(place + " sees no plane; list at least one");
    int previous = -1;
    for (const int plane : layer.table[filter]) {
      if (plane < 0 || plane >= input.planes) {
        refuse(place + " sees plane " + std::to_string(plane) + ", but the input " + to_string(input) +
               " has the planes 0 to " + std::to_string(input.planes - 1));
      }
      if (plane <= previous) {
        refuse(place + " must list its planes once and in ascending order, but " + std::to_string(plane) +
               " comes after " + std::to_string(previous));
      }
      previous = plane;
    }
  }
}

Shape checked_output(const Conv2D& layer, const Shape& input) {
  require_at_least("the number of filters", layer.filters, 1);
  require_sides("the kernel", layer.kernel_size, 1);
  require_sides("the stride", layer.strides, 1);
  require_sides("the padding", layer.padding, 0);
  check_activation(layer.activation);
  if (layer.connection == Connection::table) {
    check_table(layer, input);
  } else if (!layer.table.empty()) {
    refuse("a table of planes is given, but the connection is not by table");
  }

  const Extent padded{input.height + 2 * layer.padding.height, input.width + 2 * layer.padding.width};
  require_sides("the padded input", padded, 1);
  if (layer.kernel_size.height > padded.height || layer.kernel_size.width > padded.width) {
    refuse("the kernel " + extent_text(layer.kernel_size) + " is larger than its input " + to_string(input) +
           (padded == Extent{input.height, input.width} ? "" : ", padded to " + extent_text(padded)));
  }
  const auto planes = static_cast<std::size_t>(layer.filters) *
                      static_cast<std::size_t>(layer.connection == Connection::separate ? input.planes : 1);
  if (planes > maximum_values) refuse("its output would have " + std::to_string(planes) + " planes");
  return {static_cast<int>(planes), (padded.height - layer.kernel_size.height) / layer.strides.height + 1,
          (padded.width - layer.kernel_size.width) / layer.strides.width + 1};
}

/// Windows start at 0, stride, 2 stride, ...; the last one is the first that reaches the border. A window that would
/// start beyond the border (possible only when the stride is larger than the window) does not exist.
int pooled_side(int side, int size, int stride) {
  const int to_the_border = (side - size + stride - 1) / stride;
  const int last_start_inside = (side - 1) / stride;
  return std::min(to_the_border, last_start_inside) + 1;
}

Shape checked_output(const MaxPool2D& layer, const Shape& input) {
  require_sides("the window", layer.size, 1);
  require_sides("the stride", layer.strides, 1);
  if (layer.size.height > input.height || layer.size.width > input.width) {
    refuse("the window " + extent_text(layer.size) + " is larger than its input " + to_string(input));
  }
  return {input.planes, pooled_side(input.height, layer.size.height, layer.strides.height),
          pooled_side(input.width, layer.size.width, layer.strides.width)};
}

Shape checked_output(const Dense& layer, const Shape& /*input*/) {
  require_at_least("the number of units", layer.units, 1);
  check_activation(layer.activation);
  return {layer.units, 1, 1};
}

}  // namespace

std::size_t saturating_product(std::initializer_list<std::size_t> factors) {
  constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
  std::size_t product = 1;
  for (const std::size_t factor : factors) {
    if (factor != 0 && product > largest / factor) return largest;
    product *= factor;
  }
  return product;
}

void check_shape(const Shape& shape) {
  if (shape.planes < 1 || shape.height < 1 || shape.width < 1) {
    refuse("shape " + to_string(shape) + ": planes, height and width must be at least 1");
  }
  if (shape.height > maximum_side || shape.width > maximum_side) {
    refuse("shape " + to_string(shape) + ": height and width may be at most " + std::to_string(maximum_side));
  }
  if (saturating_product({static_cast<std::size_t>(shape.planes), static_cast<std::size_t>(shape.height),
                          static_cast<std::size_t>(shape.width)}) > maximum_values) {
    refuse("shape " + to_string(shape) + " has more than 2^28 values, the most that lenetpp handles");
  }
}

Shape output_shape(const Layer& layer, const Shape& input) {
  const Shape output = std::visit([&](const auto& kind) { return checked_output(kind, input); }, layer);
  check_shape(output);
  return output;
}

}  // namespace lenetpp
