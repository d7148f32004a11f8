#include "layers/fields.h"

#include <algorithm>

#include "network/number_text.h"

namespace lenetpp {

Extent read_extent(TextCursor& text, int least, std::string_view what, const std::string& example) {
  const std::string name(what), end = example.empty() ? "" : ", as in " + example;
  const int height = text.whole_number(least, name + end);
  return {height, text.accept('x') ? text.whole_number(least, name + "'s width" + end) : height};
}

std::string short_text(const Extent& extent) {
  return extent.height == extent.width ? std::to_string(extent.height) : extent_text(extent);
}

bool read_activation(TextCursor& text, std::string_view word, Activation& activation) {
  const auto row = std::find_if(activation_rows.begin(), activation_rows.end(),
                                [&](const ActivationRow& candidate) { return candidate.name == word; });
  if (row == activation_rows.end()) return false;
  activation = {row->kind, usual_slope(row->kind)};
  if (row->slope && text.accept('(')) {
    text.skip_space();
    activation.slope = text.number("the slope");
    text.skip_space();
    text.expect(')', "\")\" after the slope");
  }
  return true;
}

std::string activation_text(const Activation& activation) {
  std::string text(row_of(activation.kind).name);
  if (activation.slope != usual_slope(activation.kind)) text += "(" + number_text(activation.slope) + ")";
  return text;
}

std::string activation_list() {
  std::string list;
  for (const ActivationRow& row : activation_rows) list += (list.empty() ? "" : ", ") + std::string(row.name);
  return list;
}

}  // namespace lenetpp
