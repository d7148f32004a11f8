// Residuals: the two brackets around some layers.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

/// "[" or "pad [": what the shortcut does where shapes change, and the bracket.
struct ShortcutField : LeadingField<ResidualStart> {
  void read(TextCursor& text, ResidualStart& layer, const std::string& example) const;
  void write(std::string& text, const ResidualStart& layer) const;
  void check(const ResidualStart&) const {}
  [[nodiscard]] FieldValue value(const ResidualStart& layer) const;
};

template <>
struct LayerKind<ResidualStart> {
  static constexpr std::string_view word = "residual", example = "residual [";
  static constexpr auto fields = std::tuple{ShortcutField{{{"shortcut", "the shortcut"}}}};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const ResidualStart&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const ResidualStart&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const ResidualStart&, const Shape&, const Shape&) { return 0; }

  /// Never asked for: the layer behind it reads its input (see Planner).
  static PlaneStack input_stack(const ResidualStart& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const ResidualStart& layer, Planner& planner);
};

template <>
struct LayerKind<ResidualEnd> {
  static constexpr std::string_view word = "]", example = "] relu";
  static constexpr auto fields = std::tuple{ActivationOption<ResidualEnd>{{{"activation", "the activation"}}}};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const ResidualEnd& layer, const LayerInput& input);
  static std::vector<ParameterShape> parameters(const ResidualEnd& layer, const LayerInput& input);
  static std::size_t multiply_adds(const ResidualEnd& layer, const LayerInput& input, const Shape& output);

  static PlaneStack input_stack(const ResidualEnd& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const ResidualEnd& layer, Planner& planner);
};

}  // namespace lenetpp
