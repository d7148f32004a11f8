// Kinds of layers: what is incomplete is no kind, and what a layer says of itself is what its text says.
#include <doctest/doctest.h>
#include <lenetpp/layers.h>
#include <lenetpp/losses.h>
#include <lenetpp/parse_error.h>

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>
#include <vector>

#include "execution/stage.h"
#include "layers/kinds.h"

namespace {

struct Made {};      // a kind with every part
struct Nameless {};  // and kinds that lack one
struct Fieldless {};
struct Placeless {};
struct Shapeless {};
struct Weightless {};
struct Costless {};
struct Learning {};     // with state
struct Misdeclared {};  // with state of another type
struct Idle {};
struct Unknown {};  // without a LayerKind

struct Words {
  static constexpr std::string_view word = "made", example = "made";
};
struct Fields {
  static constexpr auto fields = std::tuple{};
};
struct Place {
  static constexpr bool needs_planes = true, gives_vector = false;
};
template <class Kind>
struct OutputShape {
  static lenetpp::Shape output_shape(const Kind&, const lenetpp::Shape& input) { return input; }
};
template <class Kind>
struct Parameters {
  static std::vector<lenetpp::ParameterShape> parameters(const Kind&, const lenetpp::Shape&) { return {}; }
};
template <class Kind>
struct State {
  static std::vector<lenetpp::StateShape> state(const Kind&, const lenetpp::Shape& input) {
    return {{{.name = "mean", .dimensions = {static_cast<std::size_t>(input.planes)}, .layer = 0}, 0.5}};
  }
};
template <class Kind>
struct StateOfParameters {
  static std::vector<lenetpp::ParameterShape> state(const Kind&, const lenetpp::Shape&) { return {}; }
};
template <class Kind>
struct MultiplyAdds {
  static std::size_t multiply_adds(const Kind&, const lenetpp::Shape&, const lenetpp::Shape&) { return 0; }
};
template <class Kind>
struct Execution {
  static lenetpp::PlaneStack input_stack(const Kind&, const lenetpp::Shape& input) {
    return lenetpp::gapless_stack(input);
  }
  template <class T>
  static std::unique_ptr<const lenetpp::Stage<T>> plan(const Kind&, lenetpp::Planner&) {
    return nullptr;
  }
};

}  // namespace

namespace lenetpp {

template <>
struct LayerKind<Made>
    : Words, Fields, Place, OutputShape<Made>, Parameters<Made>, MultiplyAdds<Made>, Execution<Made> {};
template <>
struct LayerKind<Learning> : Words,
                             Fields,
                             Place,
                             OutputShape<Learning>,
                             Parameters<Learning>,
                             State<Learning>,
                             MultiplyAdds<Learning>,
                             Execution<Learning> {};
template <>
struct LayerKind<Misdeclared> : Words,
                                Fields,
                                Place,
                                OutputShape<Misdeclared>,
                                Parameters<Misdeclared>,
                                StateOfParameters<Misdeclared>,
                                MultiplyAdds<Misdeclared>,
                                Execution<Misdeclared> {};
template <>
struct LayerKind<Nameless>
    : Fields, Place, OutputShape<Nameless>, Parameters<Nameless>, MultiplyAdds<Nameless>, Execution<Nameless> {};
template <>
struct LayerKind<Fieldless>
    : Words, Place, OutputShape<Fieldless>, Parameters<Fieldless>, MultiplyAdds<Fieldless>, Execution<Fieldless> {};
template <>
struct LayerKind<Placeless>
    : Words, Fields, OutputShape<Placeless>, Parameters<Placeless>, MultiplyAdds<Placeless>, Execution<Placeless> {};
template <>
struct LayerKind<Shapeless>
    : Words, Fields, Place, Parameters<Shapeless>, MultiplyAdds<Shapeless>, Execution<Shapeless> {};
template <>
struct LayerKind<Weightless>
    : Words, Fields, Place, OutputShape<Weightless>, MultiplyAdds<Weightless>, Execution<Weightless> {};
template <>
struct LayerKind<Costless> : Words, Fields, Place, OutputShape<Costless>, Parameters<Costless>, Execution<Costless> {};
template <>
struct LayerKind<Idle> : Words, Fields, Place, OutputShape<Idle>, Parameters<Idle>, MultiplyAdds<Idle> {};

static_assert(CompleteLayerKind<Made>);
static_assert(CompleteLayerKind<Learning>);
static_assert(!CompleteLayerKind<Misdeclared>);
static_assert(!CompleteLayerKind<Nameless>);
static_assert(!CompleteLayerKind<Fieldless>);
static_assert(!CompleteLayerKind<Placeless>);
static_assert(!CompleteLayerKind<Shapeless>);
static_assert(!CompleteLayerKind<Weightless>);
static_assert(!CompleteLayerKind<Costless>);
static_assert(!CompleteLayerKind<Idle>);
static_assert(!CompleteLayerKind<Unknown>);

}  // namespace lenetpp

TEST_CASE("a layer's description has the values of its text, in the order of its kind's fields") {
  using lenetpp::Extent;
  using Table = std::vector<std::vector<int>>;
  const auto layer = lenetpp::parse_layer(" conv 2x3x1 sigmoid(2) nobias pad1 stride2x1 table(0;1,2) ");
  CHECK(lenetpp::to_string(layer) == "conv 2x3x1 table(0;1,2) stride2x1 pad1 nobias sigmoid(2)");
  const auto [word, values] = lenetpp::describe(layer);
  CHECK(word == "conv");
  REQUIRE(values.size() == 7);
  CHECK(std::get<int>(values[0]) == 2);
  CHECK(std::get<Extent>(values[1]) == Extent{3, 1});
  CHECK(std::get<Table>(values[2]) == Table{{0}, {1, 2}});
  CHECK(std::get<Extent>(values[3]) == Extent{2, 1});
  CHECK(std::get<Extent>(values[4]) == Extent{1, 1});
  CHECK_FALSE(std::get<bool>(values[5]));
  CHECK(std::get<std::string>(values[6]) == "sigmoid(2)");
}

TEST_CASE("kinds are listed in the order of the variant, with their fields") {
  const auto kinds = lenetpp::layer_kinds();
  REQUIRE(kinds.size() == std::variant_size_v<lenetpp::Layer>);
  CHECK(kinds[0].word == "conv");
  CHECK(kinds[1].word == "maxpool");
  CHECK(kinds[1].fields == std::vector<std::string_view>{"size", "strides"});
  CHECK(kinds[2].fields == std::vector<std::string_view>{"units", "bias", "activation"});
}

TEST_CASE("a kind that says nothing of state has none") {
  CHECK(lenetpp::state_of(Made{}, {{3, 2, 2}, {}}).empty());
  const auto state = lenetpp::state_of(Learning{}, {{3, 2, 2}, {}});
  REQUIRE(state.size() == 1);
  CHECK(state[0].dimensions == std::vector<std::size_t>{3});
  CHECK(state[0].initial == 0.5);
}

TEST_CASE("the text of one layer is one layer, whose values can be") {
  for (const std::string text : {"", "dense", "dense 2 | dense 3", "3x3x3 | dense 2", "dense 2 leaky_relu(2)",
                                 "conv 1x70000x1", "conv 2x1x1 table(0)", "maxpool 2 relu"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(lenetpp::parse_layer(text), lenetpp::ParseError);
  }
}

TEST_CASE("an activation without a slope refuses one by its name") {
  const lenetpp::Dense layer{.activation = {lenetpp::ActivationKind::relu, 2.0}};
  CHECK_THROWS_WITH(lenetpp::output_shape(layer, {1, 1, 1}), "relu has no slope (leave it 1), not 2");
}
