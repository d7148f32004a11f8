#include <lenetpp/network.h>

#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "layers/kinds.h"
#include "network/layer_rules.h"

namespace lenetpp {

namespace {

/// The arrays that list(layer's value, its LayerKind, its input) gives for each layer, with the layer's index.
template <class ShapeOfArray, class List>
std::vector<ShapeOfArray> arrays_of(const Architecture& architecture, const List& list) {
  std::vector<ShapeOfArray> shapes;
  Shape layer_input = architecture.input;
  std::size_t index = 0;
  for (const Shape& output : architecture.output_shapes()) {
    for (ShapeOfArray& shape : visit_kind(architecture.layers[index], [&](const auto& layer, auto kind) {
           return list(layer, kind, layer_input);
         })) {
      shape.name = std::to_string(index) + "." + shape.name;
      shape.layer = index;
      shapes.push_back(std::move(shape));
    }
    layer_input = output;
    ++index;
  }
  return shapes;
}

}  // namespace

std::size_t ArrayShape::size() const {
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
  return arrays_of<ParameterShape>(*this, [](const auto& layer, auto kind, const Shape& layer_input) {
    return kind.parameters(layer, layer_input);
  });
}

std::vector<StateShape> Architecture::state_shapes() const {
  return arrays_of<StateShape>(
      *this, [](const auto& layer, auto, const Shape& layer_input) { return state_of(layer, layer_input); });
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
