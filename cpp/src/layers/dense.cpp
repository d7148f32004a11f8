#include "layers/dense.h"

#include <cmath>

#include "layers/parameters.h"

namespace lenetpp {
namespace {

/// As the author of the blog's post draws them.
double blog_deviation(const Dense& layer, std::size_t fan_in) {
  if (layer.activation.kind == ActivationKind::sigmoid) return 2.0 / static_cast<double>(fan_in);
  return std::sqrt(2.0 / static_cast<double>(fan_in)) / 10.0;
}

}  // namespace

Shape LayerKind<Dense>::output_shape(const Dense& layer, const Shape& /*input*/) { return {layer.units, 1, 1}; }

std::vector<ParameterShape> LayerKind<Dense>::parameters(const Dense& layer, const Shape& input) {
  const auto units = static_cast<std::size_t>(layer.units);
  ParameterShape weight;
  weight.dimensions = {units, input.size()};
  weight.fan_in = input.size();
  weight.fan_out = units;
  weight.blog_deviation = blog_deviation(layer, weight.fan_in);
  return weight_and_bias(weight, layer.bias, units);
}

std::size_t LayerKind<Dense>::multiply_adds(const Dense& layer, const Shape& input, const Shape& /*output*/) {
  return static_cast<std::size_t>(layer.units) * input.size();
}

}  // namespace lenetpp
