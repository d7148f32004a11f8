#include <lenetpp/network.h>

#include <functional>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "layer_rules.h"

namespace lenetpp {
namespace {

/// Pairs of a filter and an input plane that it sees and sums (each filter has one kernel for each of them).
std::size_t kernels(const Conv2D& layer, const Shape& input) {
  const auto filters = static_cast<std::size_t>(layer.filters);
  switch (layer.connection) {
    case Connection::separate:
      return filters;
    case Connection::table:
      return std::accumulate(layer.table.begin(), layer.table.end(), std::size_t{0},
                             [](std::size_t sum, const auto& planes) { return sum + planes.size(); });
    case Connection::full:
      break;
  }
  return filters * static_cast<std::size_t>(input.planes);
}

std::size_t weight_count(const Layer& layer, const Shape& input) {
  if (const auto* convolution = std::get_if<Conv2D>(&layer)) {
    return saturating_product({kernels(*convolution, input), static_cast<std::size_t>(convolution->kernel_size.height),
                               static_cast<std::size_t>(convolution->kernel_size.width)});
  }
  if (const auto* dense = std::get_if<Dense>(&layer)) {
    return saturating_product({static_cast<std::size_t>(dense->units), input.size()});
  }
  return 0;
}

std::size_t divide_rounding_up(std::size_t a, std::size_t b) { return (a + b - 1) / b; }

ParameterShape weight_shape(const Conv2D& layer, const Shape& input) {
  const auto filters = static_cast<std::size_t>(layer.filters);
  const auto planes = static_cast<std::size_t>(input.planes);
  const auto height = static_cast<std::size_t>(layer.kernel_size.height);
  const auto width = static_cast<std::size_t>(layer.kernel_size.width);
  const std::size_t taps = height * width;

  ParameterShape shape;
  switch (layer.connection) {
    case Connection::full:
      shape.dimensions = {filters, planes, height, width};
      shape.fan_in = planes * taps;
      shape.fan_out = filters * taps;
      break;
    case Connection::separate:
      shape.dimensions = {filters, height, width};
      shape.fan_in = taps;
      shape.fan_out = filters * taps;
      break;
    case Connection::table: {
      // Filters may see different numbers of planes but share one distribution of initial weights: the means, rounded
      // up, stand for all.
      const std::size_t count = kernels(layer, input);
      shape.dimensions = {count, height, width};
      shape.fan_in = divide_rounding_up(count * taps, filters);
      shape.fan_out = divide_rounding_up(count * taps, planes);
      break;
    }
  }
  return shape;
}

ParameterShape weight_shape(const Dense& layer, const Shape& input) {
  const auto units = static_cast<std::size_t>(layer.units);
  ParameterShape shape;
  shape.dimensions = {units, input.size()};
  shape.fan_in = input.size();
  shape.fan_out = units;
  return shape;
}

std::size_t bias_size(const Conv2D& layer) { return static_cast<std::size_t>(layer.filters); }
std::size_t bias_size(const Dense& layer) { return static_cast<std::size_t>(layer.units); }

template <class WeightedLayer>
void append_parameters(std::vector<ParameterShape>& shapes, const WeightedLayer& layer, const Shape& input,
                       std::size_t index) {
  ParameterShape weight = weight_shape(layer, input);
  weight.name = std::to_string(index) + ".weight";
  weight.layer = index;
  if (layer.bias) {
    ParameterShape bias = weight;
    bias.name = std::to_string(index) + ".bias";
    bias.dimensions = {bias_size(layer)};
    bias.is_bias = true;
    shapes.push_back(std::move(weight));
    shapes.push_back(std::move(bias));
  } else {
    shapes.push_back(std::move(weight));
  }
}

void append_parameters(std::vector<ParameterShape>&, const MaxPool2D&, const Shape&, std::size_t) {}

bool is_dense(const Layer& layer) { return std::holds_alternative<Dense>(layer); }

}  // namespace

ShapeWalk::ShapeWalk(const Shape& input) : shape_(input) { check_shape(input); }

const Shape& ShapeWalk::append(const Layer& layer) {
  if (flat_ && !is_dense(layer)) {
    throw std::invalid_argument("only dense can follow dense, whose outputs are no longer planes");
  }
  flat_ = is_dense(layer);
  if (++layers_ > maximum_layers) {
    throw std::invalid_argument("a network may have at most " + std::to_string(maximum_layers) + " layers");
  }
  const Shape input = std::exchange(shape_, output_shape(layer, shape_));
  const std::size_t weights = weight_count(layer, input);
  if (weights > maximum_values - weights_) {
    throw std::invalid_argument("the network would have more than 2^28 weights, the most that lenetpp handles");
  }
  weights_ += weights;
  return shape_;
}

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
    std::visit([&](const auto& layer) { append_parameters(shapes, layer, layer_input, index); }, layers[index]);
    layer_input = output;
    ++index;
  }
  return shapes;
}

std::vector<std::size_t> Architecture::multiply_adds() const {
  std::vector<std::size_t> counts;
  Shape layer_input = input;
  for (const Shape& output : output_shapes()) {
    const Layer& layer = layers[counts.size()];
    // Each weight of a convolution is used once at every position of its plane; a separate one on every input plane.
    std::size_t uses = static_cast<std::size_t>(output.height) * static_cast<std::size_t>(output.width);
    if (const auto* convolution = std::get_if<Conv2D>(&layer);
        convolution != nullptr && convolution->connection == Connection::separate) {
      uses *= static_cast<std::size_t>(layer_input.planes);
    }
    counts.push_back(weight_count(layer, layer_input) * uses);
    layer_input = output;
  }
  return counts;
}

}  // namespace lenetpp
