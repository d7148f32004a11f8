#include "network/layer_rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <variant>

#include "layers/checks.h"
#include "layers/kinds.h"
#include "layers/text.h"

namespace lenetpp {
namespace {

/// Weights and numbers of state.
std::size_t weight_count(const Layer& layer, const LayerInput& input) {
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

Shape checked_output_shape(const Layer& layer, const LayerInput& input) {
  check_fields(layer);
  const Shape output = visit_kind(layer, [&](const auto& value, auto kind) { return kind.output_shape(value, input); });
  check_shape(output);
  return output;
}

/// Strides one behind the other; more than a plane's side is as good as that.
int product_of_strides(int a, int b) {
  return static_cast<int>(std::min<std::int64_t>(std::int64_t{a} * b, maximum_side));
}

Extent strides_of(const Layer& layer) {
  return std::visit(
      [](const auto& value) -> Extent {
        if constexpr (requires { value.strides; }) return value.strides;
        return {1, 1};
      },
      layer);
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

Shape output_shape(const Layer& layer, const Shape& input) { return checked_output_shape(layer, {input, {}}); }

ShapeWalk::ShapeWalk(const Shape& input) : shape_(input) { check_shape(input); }

LayerInput ShapeWalk::input_of(const Layer& layer) const {
  LayerInput input{shape_, {}};
  if (std::holds_alternative<ResidualEnd>(layer) && !open_.empty()) input.residual = open_.back().residual;
  return input;
}

void ShapeWalk::check_end() const {
  if (open_.empty()) refuse("no residual has begun that this could end");
  const Open& open = open_.back();
  if (open.start + 1 == layers_) refuse("a residual needs a layer within its brackets");
  if (open.vector_from != vector_from_) {
    refuse("the layers within the residual end in what " + std::string(vector_from_) +
           " made of planes, to which planes cannot be added");
  }
}

const Shape& ShapeWalk::append(const Layer& layer) {
  visit_kind(layer, [&](const auto&, auto kind) {
    if (kind.needs_planes && !vector_from_.empty()) {
      refuse("only " + kind_list([](auto candidate) { return !candidate.needs_planes; }) + " can follow " +
             std::string(vector_from_) + ", whose outputs are no longer planes");
    }
    if (kind.gives_vector && vector_from_.empty()) vector_from_ = kind.word;
  });
  const bool is_end = std::holds_alternative<ResidualEnd>(layer);
  if (is_end) check_end();
  if (++layers_ > maximum_layers) {
    refuse("a network may have at most " + std::to_string(maximum_layers) + " layers");
  }
  const LayerInput input = input_of(layer);
  shape_ = checked_output_shape(layer, input);
  const std::size_t weights = weight_count(layer, input);
  if (weights > maximum_values - weights_) {
    refuse("the network would have more than 2^28 weights, the most that lenetpp handles");
  }
  weights_ += weights;
  for (Open& open : open_) {
    Extent& strides = open.residual.strides;
    strides = {product_of_strides(strides.height, strides_of(layer).height),
               product_of_strides(strides.width, strides_of(layer).width)};
  }
  if (is_end) open_.pop_back();
  if (const auto* start = std::get_if<ResidualStart>(&layer)) {
    open_.push_back({{start->shortcut, shape_, {1, 1}}, vector_from_, layers_ - 1});
  }
  return shape_;
}

std::vector<LayerPlace> places_of_layers(const Architecture& architecture) {
  if (architecture.layers.empty()) throw std::invalid_argument("a network needs at least one layer");
  ShapeWalk walk(architecture.input);
  std::vector<LayerPlace> places;
  places.reserve(architecture.layers.size());
  for (const Layer& layer : architecture.layers) {
    try {
      const LayerInput input = walk.input_of(layer);
      places.push_back({input, walk.append(layer)});
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("layer " + std::to_string(places.size()) + " (" + to_string(layer) +
                                  "): " + error.what());
    }
  }
  if (walk.within_residual())
    throw std::invalid_argument("a residual has begun that does not end; add its ResidualEnd");
  return places;
}

}  // namespace lenetpp
