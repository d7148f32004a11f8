// What a kind of layer is to the rest of the core. To add one: a public struct in lenetpp/layers/, its name in the
// variant of lenetpp/layers.h, a specialization of LayerKind in a pair of files here, included by kinds.h.
#pragma once

#include <lenetpp/layers.h>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "execution/plane_stack.h"

namespace lenetpp {

class Planner;
template <class T>
class Stage;

/// A residual, as its end sees it.
struct OpenResidual {
  Shortcut shortcut;
  Shape input;     // what lies at its start
  Extent strides;  // of the layers within it, multiplied
};

/// What a layer takes: what the layer before it gives, and the end of a residual also what lies at the residual's
/// start. To every other kind it is a shape.
struct LayerInput : Shape {
  std::optional<OpenResidual> residual;
};

/// Specialized by each kind, with all parts that CompleteLayerKind lists.
template <class Kind>
struct LayerKind;

/// The first word of a layer's text, and a text of the kind for messages.
template <class Kind>
concept HasWords = requires {
  { LayerKind<Kind>::word } -> std::convertible_to<std::string_view>;
  { LayerKind<Kind>::example } -> std::convertible_to<std::string_view>;
};

/// A tuple of descriptors of fields.h.
template <class Kind>
concept HasFields = requires { std::tuple_size_v<std::remove_cvref_t<decltype(LayerKind<Kind>::fields)>>; };

/// Whether it needs planes, so that it cannot follow a vector, and whether what it gives is a vector.
template <class Kind>
concept HasPlace = requires {
  { LayerKind<Kind>::needs_planes } -> std::convertible_to<bool>;
  { LayerKind<Kind>::gives_vector } -> std::convertible_to<bool>;
};

/// The shape of its output, for fields that were checked. Throws std::invalid_argument when it cannot follow `input`.
template <class Kind>
concept HasOutputShape = requires(const Kind& layer, const LayerInput& input) {
  { LayerKind<Kind>::output_shape(layer, input) } -> std::same_as<Shape>;
};

/// Its parameters, named "weight" or "bias", with all that ParameterShape says but the layer's index.
template <class Kind>
concept HasParameters = requires(const Kind& layer, const LayerInput& input) {
  { LayerKind<Kind>::parameters(layer, input) } -> std::same_as<std::vector<ParameterShape>>;
};

/// Its state, with all that StateShape says but the layer's index. A kind without state says nothing of it.
template <class Kind>
concept HasState = requires(const Kind& layer, const LayerInput& input) {
  { LayerKind<Kind>::state(layer, input) } -> std::same_as<std::vector<StateShape>>;
};
template <class Kind>
concept HasStateIfAny = HasState<Kind> || !requires { &LayerKind<Kind>::state; };

/// Of one forward pass of one image.
template <class Kind>
concept HasMultiplyAdds = requires(const Kind& layer, const LayerInput& input, const Shape& output) {
  { LayerKind<Kind>::multiply_adds(layer, input, output) } -> std::same_as<std::size_t>;
};

/// How its input is to lie in memory, and the stage that executes it (see execution/stage.h), or null where there is
/// nothing to execute; it may take the layer behind it into that stage.
template <class Kind>
concept HasExecution = requires(const Kind& layer, const Shape& input, Planner& planner) {
  { LayerKind<Kind>::input_stack(layer, input) } -> std::same_as<PlaneStack>;
  { LayerKind<Kind>::template plan<float>(layer, planner) } -> std::same_as<std::unique_ptr<const Stage<float>>>;
  { LayerKind<Kind>::template plan<double>(layer, planner) } -> std::same_as<std::unique_ptr<const Stage<double>>>;
};

template <class Kind>
concept CompleteLayerKind = HasWords<Kind> && HasFields<Kind> && HasPlace<Kind> && HasOutputShape<Kind> &&
                            HasParameters<Kind> && HasStateIfAny<Kind> && HasMultiplyAdds<Kind> && HasExecution<Kind>;

/// The arrays of a layer's state, none where its kind has none.
template <class Kind>
std::vector<StateShape> state_of(const Kind& layer, const LayerInput& input) {
  if constexpr (HasState<Kind>) return LayerKind<Kind>::state(layer, input);
  return {};
}

/// Calls use(field) for each field of a kind, in order.
template <class Kind, class Use>
void for_each_field(const Use& use) {
  std::apply([&](const auto&... field) { (use(field), ...); }, LayerKind<Kind>::fields);
}

}  // namespace lenetpp
