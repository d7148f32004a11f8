// Subsampling, the pooling of LeNet-5.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"
#include "layers/parameters.h"

namespace lenetpp {

template <>
struct LayerKind<Subsample> {
  static constexpr std::string_view word = "subsample", example = "subsample 2";
  static constexpr auto fields = std::tuple{
      Size<Subsample>{{{"size", "the window"}}, &Subsample::size},
      StridesBehindSize<Subsample>{{{"strides", "the stride"}}, &Subsample::strides, &Subsample::size},
      ActivationOption<Subsample>{{{"activation", "the activation"}}},
  };
  static constexpr bool needs_planes = true, gives_vector = false;

  static Shape output_shape(const Subsample& layer, const Shape& input);
  static std::vector<ParameterShape> parameters(const Subsample& layer, const Shape& input) {
    return weight_and_bias_of_planes(static_cast<std::size_t>(input.planes),
                                     1.0 / (static_cast<double>(layer.size.height) * layer.size.width));
  }
  static std::size_t multiply_adds(const Subsample&, const Shape&, const Shape& output) { return output.size(); }

  static PlaneStack input_stack(const Subsample& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Subsample& layer, Planner& planner);
};

}  // namespace lenetpp
