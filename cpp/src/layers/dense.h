// Dense layers.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<Dense> {
  static constexpr std::string_view word = "dense", example = "dense 10";
  static constexpr auto fields = std::tuple{
      Count<Dense>{{{"units", "the number of units"}}, &Dense::units},
      Refusal<Dense>{{{"bias", "the bias"}}, &Dense::bias, "nobias"},
      ActivationOption<Dense>{{{"activation", "the activation"}}},
  };
  static constexpr bool needs_planes = false, gives_vector = true;

  static Shape output_shape(const Dense& layer, const Shape& input);
  static std::vector<ParameterShape> parameters(const Dense& layer, const Shape& input);
  static std::size_t multiply_adds(const Dense& layer, const Shape& input, const Shape& output);

  static PlaneStack input_stack(const Dense& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Dense& layer, Planner& planner);
};

}  // namespace lenetpp
