#include "network/layer_rules.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "layers/checks.h"
#include "layers/kinds.h"
#include "layers/text.h"

namespace lenetpp {
namespace {

/// Weights and numbers of state.
std::size_t weight_count(const Layer& layer, const Shape& input) {
  std::size_t count = 0;
  const auto add = [&](const ArrayShape& shape) {
    count += std::min(saturating_product(shape.dimensions), maximum_values + 1);
  };
  visit_kind(layer, [&](const auto& value, auto kind) {
    for (const ParameterShape& shape : kind.parameters(value, input)) {
      if (!shape.is_bias) add(shape);
    }
    for (const StateShape& shape : state_of(value, input)) add(shape);
  });
  return count;
}

}  // namespace

std::size_t saturating_product(std::span<const std::size_t> factors) {
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
  if (saturating_product(std::array{static_cast<std::size_t>(shape.planes), static_cast<std::size_t>(shape.height),
                                    static_cast<std::size_t>(shape.width)}) > maximum_values) {
    refuse("shape " + to_string(shape) + " has more than 2^28 values, the most that lenetpp handles");
  }
}

Shape output_shape(const Layer& layer, const Shape& input) {
  check_fields(layer);
  const Shape output = visit_kind(layer, [&](const auto& value, auto kind) { return kind.output_shape(value, input); });
  check_shape(output);
  return output;
}

ShapeWalk::ShapeWalk(const Shape& input) : shape_(input) { check_shape(input); }

const Shape& ShapeWalk::append(const Layer& layer) {
  visit_kind(layer, [&](const auto&, auto kind) {
    if (kind.needs_planes && !vector_from_.empty()) {
      refuse("only " + kind_list([](auto candidate) { return !candidate.needs_planes; }) + " can follow " +
             std::string(vector_from_) + ", whose outputs are no longer planes");
    }
    if (kind.gives_vector) vector_from_ = kind.word;
  });
  if (++layers_ > maximum_layers) {
    refuse("a network may have at most " + std::to_string(maximum_layers) + " layers");
  }
  const Shape input = std::exchange(shape_, output_shape(layer, shape_));
  const std::size_t weights = weight_count(layer, input);
  if (weights > maximum_values - weights_) {
    refuse("the network would have more than 2^28 weights, the most that lenetpp handles");
  }
  weights_ += weights;
  return shape_;
}

}  // namespace lenetpp
