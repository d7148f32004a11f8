#include "layers/parameters.h"

namespace lenetpp {

std::vector<ParameterShape> weight_and_bias(ParameterShape weight, bool has_bias, std::size_t bias_size) {
  weight.name = "weight";
  std::vector<ParameterShape> shapes{weight};
  if (has_bias) {
    shapes.push_back(weight);
    shapes.back().name = "bias";
    shapes.back().dimensions.assign(1, bias_size);
    shapes.back().dimensions_of_row = 1;
    shapes.back().is_bias = true;
    shapes.back().initial = 0;
  }
  return shapes;
}

std::vector<ParameterShape> weight_and_bias_of_planes(std::size_t planes, double initial_weight) {
  ParameterShape weight;
  weight.dimensions = {planes};
  weight.initial = initial_weight;
  return weight_and_bias(weight, true, planes);
}

}  // namespace lenetpp
