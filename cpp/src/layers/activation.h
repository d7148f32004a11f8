// Activations by themselves.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

/// "relu": every activation, the identity included.
struct ActivationName : LeadingField<ActivationLayer> {
  void read(TextCursor& text, ActivationLayer& layer, const std::string& example) const;
  void write(std::string& text, const ActivationLayer& layer) const { text += activation_text(layer.activation); }
  void check(const ActivationLayer& layer) const { require_slope(layer.activation); }
  [[nodiscard]] FieldValue value(const ActivationLayer& layer) const { return activation_text(layer.activation); }
};

template <>
struct LayerKind<ActivationLayer> {
  static constexpr std::string_view word = "activation", example = "activation relu";
  static constexpr auto fields = std::tuple{ActivationName{{{"activation", "the activation"}}}};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const ActivationLayer&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const ActivationLayer&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const ActivationLayer&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const ActivationLayer& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const ActivationLayer& layer, Planner& planner);
};

}  // namespace lenetpp
