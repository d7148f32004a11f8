// Local response normalization.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

template <>
struct LayerKind<LocalResponseNormalization> {
  using Kind = LocalResponseNormalization;
  static constexpr std::string_view word = "lrn", example = "lrn 5";
  static constexpr auto fields = std::tuple{
      OddCount<Kind>{{{{"size", "the number of neighbouring planes"}}, &Kind::size}},
      NumberOption<Kind>{{{"alpha", "the alpha"}}, &Kind::alpha, "alpha", 1e-4, 0, 1e6},
      QuarterOption<Kind>{{{{"beta", "the beta"}}, &Kind::beta, "beta", 0.75, 0.25, 1}},
      NumberOption<Kind>{{{"k", "the k"}}, &Kind::k, "k", 2, 1e-6, 1e6},
  };
  static constexpr bool needs_planes = true, gives_vector = false;

  static Shape output_shape(const Kind&, const Shape& input) { return input; }
  static std::vector<ParameterShape> parameters(const Kind&, const Shape&) { return {}; }
  static std::size_t multiply_adds(const Kind& layer, const Shape& input, const Shape&) {
    return input.size() * static_cast<std::size_t>(layer.size < input.planes ? layer.size : input.planes);
  }

  static PlaneStack input_stack(const Kind& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Kind& layer, Planner& planner);
};

}  // namespace lenetpp
