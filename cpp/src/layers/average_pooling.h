// Average pooling.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<AvgPool2D> {
  static constexpr std::string_view word = "avgpool", example = "avgpool 3/2";
  static constexpr auto fields = std::tuple{
      Size<AvgPool2D>{{{"size", "the window"}}, &AvgPool2D::size},
      StridesBehindSize<AvgPool2D>{{{"strides", "the stride"}}, &AvgPool2D::strides, &AvgPool2D::size},
  };
  static constexpr bool needs_planes = true, gives_vector = false;

  static Shape output_shape(const AvgPool2D& layer, const Shape& input);
  static std::vector<ParameterShape> parameters(const AvgPool2D&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const AvgPool2D&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const AvgPool2D& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const AvgPool2D& layer, Planner& planner);
};

}  // namespace lenetpp
