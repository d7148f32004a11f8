// Networks as text: 3x32x32 | conv 5x5x5 relu | maxpool 2 | dense 2. Words are separated by any white space.
//
//   network   shape { | layer }
//   shape     planes x height x width
//   layer     its kind's word, the fields that all of the kind have, options in any order (see layers/fields.h)
//
// A residual is two layers, "residual [" and "] relu", with those between them. Beside a bracket on the side of the
// layers within, the bar may be left out, as the canonical text does: residual [ conv 4x1x1 | conv 4x1x1 ] relu.
#include <lenetpp/network.h>

#include <variant>

#include "layers/text.h"
#include "network/layer_rules.h"
#include "network/text_cursor.h"

namespace lenetpp {
namespace {

Shape read_shape(TextCursor& text) {
  const std::string expectation = "the input's shape, planes x height x width, as in 3x32x32";
  Shape shape;
  shape.planes = text.whole_number(1, expectation);
  text.expect('x', expectation);
  shape.height = text.whole_number(1, expectation);
  text.expect('x', expectation);
  shape.width = text.whole_number(1, expectation);
  return shape;
}

bool is_start(const Layer& layer) { return std::holds_alternative<ResidualStart>(layer); }

}  // namespace

Architecture Architecture::parse(std::string_view network_text) {
  TextCursor text(network_text);
  text.skip_space();
  const TextCursor start = text;
  Architecture architecture;
  architecture.input = read_shape(text);
  ShapeWalk walk = located(start, [&] { return ShapeWalk(architecture.input); });
  const auto skip_bar = [&] {
    const bool needs_bar = !text.at(']') && (architecture.layers.empty() || !is_start(architecture.layers.back()));
    if (!text.accept('|') && needs_bar) {
      text.fail_expecting(walk.within_residual() ? "\"|\" and a layer, or the residual's \"]\"" : "\"|\" and a layer");
    }
  };
  do {
    text.skip_space();
    skip_bar();
    text.skip_space();
    const TextCursor layer_start = text;
    architecture.layers.push_back(read_layer(text));
    located(layer_start, [&] { walk.append(architecture.layers.back()); });
    text.skip_space();
  } while (!text.at_end() || walk.within_residual());
  return architecture;
}

std::string Architecture::text() const {
  std::string text = to_string(input);
  bool behind_bracket = false;
  for (const Layer& layer : layers) {
    text += (behind_bracket || std::holds_alternative<ResidualEnd>(layer) ? " " : " | ") + to_string(layer);
    behind_bracket = is_start(layer);
  }
  return text;
}

}  // namespace lenetpp
