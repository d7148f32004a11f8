#include <lenetpp/network.h>

#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "layers/kinds.h"
#include "network/layer_rules.h"

namespace lenetpp {

std::size_t ParameterShape::size() const {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<Shape> Architecture::output_shapes() const {
  if (layers.empty()) throw std::invalid_argument("a network needs at least one layer");
  ShapeWalk walk(input);
  std::vector<Shape> shapes;
  shapes.reserve(layers.size());
  for (const Layer& layer : layers) {
    try {
      shapes.push_back(walk.append(layer));
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("layer " + std::to_string(shapes.size()) + " (" + to_string(layer) +
                                  "): " + error.what());
    }
  }
  return shapes;
}

std::vector<ParameterShape> Architecture::parameter_shapes() const {
  std::vector<ParameterShape> shapes;
  Shape layer_input = input;
  std::size_t index = 0;
  for (const Shape& output : output_shapes()) {
    for (ParameterShape& shape :
         visit_kind(layers[index], [&](const auto& layer, auto kind) { return kind.parameters(layer, layer_input); })) {
      shape.name = std::to_string(index) + "." + shape.name;
      shape.layer = index;
      shapes.push_back(std::move(shape));
    }
    layer_input = output;
    ++index;
  }
  return shapes;
}

std::vector<std::size_t> Architecture::multiply_adds() const {
  std::vector<std::size_t> counts;
  Shape layer_input = input;
  for (const Shape& output : output_shapes()) {
    counts.push_back(visit_kind(layers[counts.size()], [&](const auto& layer, auto kind) {
      return kind.multiply_adds(layer, layer_input, output);
    }));
    layer_input = output;
  }
  return counts;
}

}  // namespace lenetpp
