// What layers with a weight share.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <vector>

namespace lenetpp {

/// The weight, and behind it a bias of `bias_size` numbers where there is one, with the weight's fans.
std::vector<ParameterShape> weight_and_bias(ParameterShape weight, bool has_bias, std::size_t bias_size);

/// One weight, which begins as `initial_weight`, and one bias a plane.
std::vector<ParameterShape> weight_and_bias_of_planes(std::size_t planes, double initial_weight);

}  // namespace lenetpp
