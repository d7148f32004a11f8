#include "layers/text.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "layers/fields.h"
#include "layers/kinds.h"

namespace lenetpp {
namespace {

/// Calls use(field) for each option of a kind.
template <class Kind, class Use>
void for_each_option(const Use& use) {
  for_each_field<Kind>([&]<class Field>(const Field& field) {
    if constexpr (Field::is_option) use(field);
  });
}

template <class Kind>
std::string option_list() {
  std::string list;
  for_each_option<Kind>([&](const auto& option) { list += (list.empty() ? "" : ", ") + option.examples(); });
  return list;
}

template <class Kind>
void read_options(TextCursor& text, Kind& layer) {
  std::set<std::string_view> given;
  for (text.skip_space(); !text.at_word_end(); text.skip_space()) {
    const TextCursor start = text;
    const std::string_view word = text.letters();
    std::string_view what;
    for_each_option<Kind>([&](const auto& option) {
      if (what.empty() && option.read(text, word, layer)) what = option.what;
    });
    if (what.empty()) start.fail_expecting("an option (" + option_list<Kind>() + ") or \"|\"");
    if (!text.at_word_end()) text.fail_expecting("a space or \"|\"");
    if (!given.insert(what).second) {
      start.fail(std::string(what) + " is given twice; leave one out", start.position());
    }
  }
}

template <class Kind>
Kind read_kind(TextCursor& text) {
  Kind layer;
  const std::string example(LayerKind<Kind>::example);
  bool has_options = false;
  for_each_field<Kind>([&]<class Field>(const Field& field) {
    if constexpr (Field::is_option) {
      has_options = true;
    } else {
      field.read(text, layer, example);
    }
  });
  text.skip_space();
  if (has_options) read_options(text, layer);
  return layer;
}

}  // namespace

Layer read_layer(TextCursor& text) {
  using Reader = Layer (*)(TextCursor&);
  const TextCursor start = text;
  const std::string_view word = text.accept(']') ? LayerKind<ResidualEnd>::word : text.letters();
  Reader read = nullptr;
  for_each_kind([&]<class Kind>() {
    if (LayerKind<Kind>::word == word) read = [](TextCursor& rest) { return Layer(read_kind<Kind>(rest)); };
  });
  if (read == nullptr || (word != LayerKind<ResidualEnd>::word && !text.at_word_end()))
    start.fail_expecting("a layer: " + kind_list([](auto) { return true; }));
  text.skip_space();
  return read(text);
}

void check_fields(const Layer& layer) {
  visit_kind(layer, [&]<class Kind>(const Kind& value, LayerKind<Kind>) {
    for_each_field<Kind>([&](const auto& field) { field.check(value); });
  });
}

std::string to_string(const Layer& layer) {
  return visit_kind(layer, []<class Kind>(const Kind& value, LayerKind<Kind> kind) {
    std::string fields;
    for_each_field<Kind>([&](const auto& field) { field.write(fields, value); });
    const bool need_space = !fields.empty() && fields.front() != ' ';
    return std::string(kind.word) + (need_space ? " " : "") + fields;
  });
}

Layer parse_layer(std::string_view layer_text) {
  TextCursor text(layer_text);
  text.skip_space();
  const TextCursor start = text;
  Layer layer = read_layer(text);
  if (!text.at_end()) text.fail_expecting("the end of the layer");
  located(start, [&] { check_fields(layer); });
  return layer;
}

LayerDescription describe(const Layer& layer) {
  return visit_kind(layer, []<class Kind>(const Kind& value, LayerKind<Kind> kind) {
    LayerDescription description{kind.word, {}};
    for_each_field<Kind>([&](const auto& field) { description.values.push_back(field.value(value)); });
    return description;
  });
}

std::vector<LayerKindDescription> layer_kinds() {
  std::vector<LayerKindDescription> kinds;
  for_each_kind([&]<class Kind>() {
    kinds.push_back({LayerKind<Kind>::word, {}});
    for_each_field<Kind>([&](const auto& field) { kinds.back().fields.push_back(field.name); });
  });
  return kinds;
}

}  // namespace lenetpp
