// The average of each plane.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<GlobalAvgPool2D> {
  static constexpr std::string_view word = "globalavgpool", example = "globalavgpool";
  static constexpr std::tuple<> fields{};
  static constexpr bool needs_planes = true, gives_vector = true;

  static Shape output_shape(const GlobalAvgPool2D&, const Shape& input) { return {input.planes, 1, 1}; }
  static std::vector<ParameterShape> parameters(const GlobalAvgPool2D&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const GlobalAvgPool2D&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const GlobalAvgPool2D& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const GlobalAvgPool2D& layer, Planner& planner);
};

}  // namespace lenetpp
