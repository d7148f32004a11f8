// Reads a network's text. Words are separated by any white space, and options may come in any order:
//
//   network   shape { | layer }                          3x32x32 | conv 5x5x5 relu | maxpool 2 | dense 2
//   shape     planes x height x width
//   layer     conv filters x height x width { option }   separate, table(0,1;1,2), stride2, pad2x1, nobias, activation
//             maxpool size [ / stride ]
//             dense units { option }                     nobias, activation
//   size, stride, pad: 2 or 2x1, height x width          activation: relu, leaky_relu(0.1), sigmoid(2), ...
#include <lenetpp/network.h>

#include <algorithm>
#include <locale>
#include <set>
#include <sstream>
#include <stdexcept>

#include "layer_rules.h"
#include "text_cursor.h"

namespace lenetpp {
namespace {

/// "3" or "3x2".
Extent read_extent(TextCursor& text, int least, const std::string& what) {
  const int height = text.whole_number(least, what);
  return {height, text.accept('x') ? text.whole_number(least, what + "'s width") : height};
}

double read_slope(TextCursor& text) {
  text.skip_space();
  const TextCursor start = text;
  // Not std::from_chars, which some standard libraries lack for floating-point numbers.
  std::istringstream stream{std::string(text.until(')'))};
  stream.imbue(std::locale::classic());
  double slope = 0;
  if (!(stream >> slope) || !(stream >> std::ws).eof()) start.fail_expecting("the slope, a number");
  text.expect(')', "\")\" after the slope");
  return slope;
}

/// "(0,1,2;1,2,3)": the planes of each filter.
std::vector<std::vector<int>> read_table(TextCursor& text) {
  text.expect('(', "\"(\" and the planes of each filter, as in table(0,1;1,2)");
  std::vector<std::vector<int>> table(1);
  while (true) {
    text.skip_space();
    table.back().push_back(text.whole_number(0, "a plane's index"));
    text.skip_space();
    if (text.accept(')')) return table;
    if (text.accept(';')) {
      table.emplace_back();
    } else {
      text.expect(',', "\",\", \";\" or \")\" in the table");
    }
  }
}

bool read_activation(TextCursor& text, std::string_view word, Activation& activation) {
  const auto name = std::find(activation_names.begin(), activation_names.end(), word);
  if (name == activation_names.end()) return false;
  activation.kind = static_cast<ActivationKind>(name - activation_names.begin());
  const bool has_slope = activation.kind == ActivationKind::leaky_relu || activation.kind == ActivationKind::sigmoid;
  activation.slope = has_slope && text.accept('(') ? read_slope(text) : default_slope(activation.kind);
  return true;
}

/// Reads the options up to the layer's end. `read_own(word)` reads one that only this kind of layer has and returns
/// what it sets, or null when it does not know the word; `own` lists those for the error message.
template <class WeightedLayer, class ReadOwn>
void read_options(TextCursor& text, WeightedLayer& layer, const std::string& own, ReadOwn read_own) {
  std::set<std::string> given;
  for (text.skip_space(); !text.at_word_end(); text.skip_space()) {
    const TextCursor start = text;
    const std::string_view word = text.letters();
    const char* sets = read_own(word);
    if (sets == nullptr && word == "nobias") {
      layer.bias = false;
      sets = "bias";
    } else if (sets == nullptr && read_activation(text, word, layer.activation)) {
      sets = "activation";
    }
    if (sets == nullptr) {
      std::string known = own + "nobias";
      for (const auto name : activation_names) known += ", " + std::string(name);
      start.fail_expecting("an option (" + known + ") or \"|\"");
    }
    if (!text.at_word_end()) text.fail_expecting("a space or \"|\"");
    if (!given.insert(sets).second) {
      start.fail(std::string("the ") + sets + " is given twice; leave one out", start.position());
    }
  }
}

Conv2D read_convolution(TextCursor& text) {
  Conv2D layer;
  layer.filters = text.whole_number(1, "the number of filters, as in conv 6x5x5");
  text.expect('x', "\"x\" and the kernel's height, as in conv 6x5x5");
  layer.kernel_size.height = text.whole_number(1, "the kernel's height");
  text.expect('x', "\"x\" and the kernel's width, as in conv 6x5x5");
  layer.kernel_size.width = text.whole_number(1, "the kernel's width");
  read_options(text, layer, "separate, table(0,1;1,2), stride2, pad2, ", [&](std::string_view word) -> const char* {
    if (word == "separate") {
      layer.connection = Connection::separate;
      return "connection";
    }
    if (word == "table") {
      layer.connection = Connection::table;
      layer.table = read_table(text);
      return "connection";
    }
    if (word == "stride") {
      layer.strides = read_extent(text, 1, "the stride");
      return "stride";
    }
    if (word == "pad") {
      layer.padding = read_extent(text, 0, "the padding");
      return "padding";
    }
    return nullptr;
  });
  return layer;
}

MaxPool2D read_max_pooling(TextCursor& text) {
  MaxPool2D layer;
  layer.size = read_extent(text, 1, "the window's size, as in maxpool 2 or maxpool 3/2");
  layer.strides = text.accept('/') ? read_extent(text, 1, "the stride, as in maxpool 3/2") : layer.size;
  text.skip_space();
  return layer;
}

Dense read_dense(TextCursor& text) {
  Dense layer;
  layer.units = text.whole_number(1, "the number of units, as in dense 10");
  read_options(text, layer, "", [](std::string_view) -> const char* { return nullptr; });
  return layer;
}

Layer read_layer(TextCursor& text) {
  const TextCursor start = text;
  const std::string_view kind = text.letters();
  const bool known = kind == "conv" || kind == "maxpool" || kind == "dense";
  if (!known || !text.at_word_end()) start.fail_expecting("a layer: conv, maxpool or dense");
  text.skip_space();
  if (kind == "conv") return read_convolution(text);
  if (kind == "maxpool") return read_max_pooling(text);
  return read_dense(text);
}

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

/// Calls `follow` and points at `start` when the shapes do not fit.
template <class Follow>
auto located(const TextCursor& start, Follow follow) {
  try {
    return follow();
  } catch (const ParseError&) {
    throw;
  } catch (const std::invalid_argument& error) {
    start.fail(error.what(), start.position());
  }
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

}  // namespace lenetpp
