#pragma once

#include <lenetpp/layers/standardize.h>

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<Standardize> {
  static constexpr std::string_view word = "standardize", example = "standardize";
  static constexpr auto fields = std::tuple{};
  static constexpr bool needs_planes = false, gives_vector = false;

  static Shape output_shape(const Standardize&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const Standardize&, const Shape&) { return {}; }
  static std::vector<StateShape> state(const Standardize&, const Shape& input) {
    const std::vector<std::size_t> one_a_plane{static_cast<std::size_t>(input.planes)};
    return {{{.name = "mean", .dimensions = one_a_plane}}, {{.name = "variance", .dimensions = one_a_plane}, 1}};
  }
  static std::size_t multiply_adds(const Standardize&, const Shape&, const Shape&) { return 0; }

  static PlaneStack input_stack(const Standardize&, const Shape& input) { return gapless_stack(input); }
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Standardize& layer, Planner& planner);
};

}  // namespace lenetpp
