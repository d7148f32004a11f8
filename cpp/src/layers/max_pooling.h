// Max-pooling.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<MaxPool2D> {
  static constexpr std::string_view word = "maxpool", example = "maxpool 3/2";
  static constexpr auto fields = std::tuple{
      Size<MaxPool2D>{{{"size", "the window"}}, &MaxPool2D::size},
      StridesBehindSize<MaxPool2D>{{{"strides", "the stride"}}, &MaxPool2D::strides, &MaxPool2D::size},
  };
  static constexpr bool needs_planes = true, gives_vector = false;

  static Shape output_shape(const MaxPool2D& layer, const Shape& input);
  static std::vector<ParameterShape> parameters(const MaxPool2D&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const MaxPool2D&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const MaxPool2D& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const MaxPool2D& layer, Planner& planner);
};

}  // namespace lenetpp
