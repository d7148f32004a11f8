// Batch normalization.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"
#include "layers/parameters.h"

namespace lenetpp {

template <>
struct LayerKind<BatchNormalization> {
  static constexpr std::string_view word = "batchnorm", example = "batchnorm relu";
  static constexpr auto fields = std::tuple{
      ActivationOption<BatchNormalization>{{{"activation", "the activation"}}},
      NumberOption<BatchNormalization>{
          {{"momentum", "the momentum"}}, &BatchNormalization::momentum, "momentum", 0.1, 0, 1},
      NumberOption<BatchNormalization>{
          {{"epsilon", "the epsilon"}}, &BatchNormalization::epsilon, "epsilon", 1e-5, 1e-12, 1},
  };
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const BatchNormalization&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const BatchNormalization&, const Shape& input) {
    return weight_and_bias_of_planes(static_cast<std::size_t>(input.planes), 1);
  }
  static std::vector<StateShape> state(const BatchNormalization&, const Shape& input) {
    const std::vector<std::size_t> one_a_plane{static_cast<std::size_t>(input.planes)};
    return {{{.name = "running_mean", .dimensions = one_a_plane}, 0},
            {{.name = "running_variance", .dimensions = one_a_plane}, 1, false}};
  }
  static std::size_t multiply_adds(const BatchNormalization&, const Shape& input, const Shape&) { return input.size(); }

  static PlaneStack input_stack(const BatchNormalization& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const BatchNormalization& layer, Planner& planner);
};

}  // namespace lenetpp
