// Networks as text. Reading it is in network_parser.cpp.
#include <lenetpp/network.h>

#include "number_text.h"

namespace lenetpp {
namespace {

std::string short_text(const Extent& extent) {
  const std::string height = std::to_string(extent.height);
  return extent.height == extent.width ? height : height + "x" + std::to_string(extent.width);
}

std::string table_text(const std::vector<std::vector<int>>& table) {
  std::string text = "table(";
  for (std::size_t filter = 0; filter < table.size(); ++filter) {
    if (filter > 0) text += ';';
    for (std::size_t i = 0; i < table[filter].size(); ++i) {
      if (i > 0) text += ',';
      text += std::to_string(table[filter][i]);
    }
  }
  return text + ")";
}

/// With the space before it; identity is not written.
std::string option_text(const Activation& activation) {
  if (activation.kind == ActivationKind::identity) return {};
  std::string text = " " + std::string(activation_names[static_cast<std::size_t>(activation.kind)]);
  if (activation.slope != default_slope(activation.kind)) text += "(" + number_text(activation.slope) + ")";
  return text;
}

std::string layer_text(const Conv2D& layer) {
  std::string text = "conv " + std::to_string(layer.filters) + "x" + std::to_string(layer.kernel_size.height) + "x" +
                     std::to_string(layer.kernel_size.width);
  if (layer.connection == Connection::separate) text += " separate";
  if (layer.connection == Connection::table) text += " " + table_text(layer.table);
  if (layer.strides != Extent{1, 1}) text += " stride" + short_text(layer.strides);
  if (layer.padding != Extent{0, 0}) text += " pad" + short_text(layer.padding);
  if (!layer.bias) text += " nobias";
  return text + option_text(layer.activation);
}

std::string layer_text(const MaxPool2D& layer) {
  std::string text = "maxpool " + short_text(layer.size);
  if (layer.strides != layer.size) text += "/" + short_text(layer.strides);
  return text;
}

std::string layer_text(const Dense& layer) {
  return "dense " + std::to_string(layer.units) + (layer.bias ? "" : " nobias") + option_text(layer.activation);
}

}  // namespace

std::string to_string(const Layer& layer) {
  return std::visit([](const auto& kind) { return layer_text(kind); }, layer);
}

std::string Architecture::text() const {
  std::string text = to_string(input);
  for (const Layer& layer : layers) text += " | " + to_string(layer);
  return text;
}

}  // namespace lenetpp
