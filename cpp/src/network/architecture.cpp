#include <lenetpp/network.h>

#include <functional>
#include <numeric>
#include <utility>

#include "layers/kinds.h"
#include "network/layer_rules.h"

namespace lenetpp {

namespace {

/// The arrays that list(layer's value, its LayerKind, its input) gives for each layer, with the layer's index.
template <class ShapeOfArray, class List>
std::vector<ShapeOfArray> arrays_of(const Architecture& architecture, const List& list) {
  std::vector<ShapeOfArray> shapes;
  std::size_t index = 0;
  for (const LayerPlace& place : places_of_layers(architecture)) {
    for (ShapeOfArray& shape : visit_kind(architecture.layers[index], [&](const auto& layer, auto kind) {
           return list(layer, kind, place.input);
         })) {
      shape.name = std::to_string(index) + "." + shape.name;
      shape.layer = index;
      shapes.push_back(std::move(shape));
    }
    ++index;
  }
  return shapes;
}

}  // namespace

std::size_t ArrayShape::size() const {
  return std::accumulate(dimensions.begin(), dimensions.end(), std::size_t{1}, std::multiplies<>());
}

std::vector<Shape> Architecture::output_shapes() const {
  std::vector<Shape> shapes;
  shapes.reserve(layers.size());
  for (const LayerPlace& place : places_of_layers(*this)) shapes.push_back(place.output);
  return shapes;
}

std::vector<ParameterShape> Architecture::parameter_shapes() const {
  return arrays_of<ParameterShape>(*this, [](const auto& layer, auto kind, const LayerInput& layer_input) {
    return kind.parameters(layer, layer_input);
  });
}

std::vector<StateShape> Architecture::state_shapes() const {
  return arrays_of<StateShape>(
      *this, [](const auto& layer, auto, const LayerInput& layer_input) { return state_of(layer, layer_input); });
}

std::vector<std::size_t> Architecture::multiply_adds() const {
  std::vector<std::size_t> counts;
  for (const LayerPlace& place : places_of_layers(*this)) {
    counts.push_back(visit_kind(layers[counts.size()], [&](const auto& layer, auto kind) {
      return kind.multiply_adds(layer, place.input, place.output);
    }));
  }
  return counts;
}

}  // namespace lenetpp
