// Networks as text: 3x32x32 | conv 5x5x5 relu | maxpool 2 | dense 2. Words are separated by any white space.
//
//   network   shape { | layer }
//   shape     planes x height x width
//   layer     its kind's word, the fields that all of the kind have, options in any order (see layers/fields.h)
#include <lenetpp/network.h>

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

}  // namespace

Architecture Architecture::parse(std::string_view network_text) {
  TextCursor text(network_text);
  text.skip_space();
  const TextCursor start = text;
  Architecture architecture;
  architecture.input = read_shape(text);
  ShapeWalk walk = located(start, [&] { return ShapeWalk(architecture.input); });
  do {
    text.skip_space();
    text.expect('|', "\"|\" and a layer");
    text.skip_space();
    const TextCursor layer_start = text;
    architecture.layers.push_back(read_layer(text));
    located(layer_start, [&] { walk.append(architecture.layers.back()); });
  } while (!text.at_end());
  return architecture;
}

std::string Architecture::text() const {
  std::string text = to_string(input);
  for (const Layer& layer : layers) text += " | " + to_string(layer);
  return text;
}

}  // namespace lenetpp
