#pragma once

#include <lenetpp/layers/recenter.h>

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<Recenter> {
  static constexpr std::string_view word = "recenter", example = "recenter";
  static constexpr auto fields = std::tuple{};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const Recenter&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const Recenter&, const Shape&) { return {}; }
  static std::vector<StateShape> state(const Recenter&, const Shape& input) {
    return {{{.name = "mean", .dimensions = {static_cast<std::size_t>(input.planes)}}}};
  }
  static std::size_t multiply_adds(const Recenter&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const Recenter&, const Shape& input) { return gapless_stack(input); }
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Recenter& layer, Planner& planner);
};

}  // namespace lenetpp
