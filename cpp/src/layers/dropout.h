// Dropout.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<Dropout> {
  static constexpr std::string_view word = "dropout", example = "dropout 0.5";
  static constexpr auto fields = std::tuple{Number<Dropout>{{{"rate", "the rate"}}, &Dropout::rate, 0, 1}};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const Dropout&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const Dropout&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const Dropout&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const Dropout& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Dropout& layer, Planner& planner);
};

}  // namespace lenetpp
