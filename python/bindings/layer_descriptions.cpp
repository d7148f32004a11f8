#include "layer_descriptions.h"

#include <pybind11/stl.h>

#include <algorithm>
#include <set>
#include <string>

#include "arguments.h"
#include "words.h"

namespace lenetpp::python {
namespace {

/// Reads a dict key by key; a key that nobody read is a mistake.
class Description {
 public:
  Description(py::handle value, std::string name) : name_(std::move(name)) {
    if (!py::isinstance<py::dict>(value)) refuse_type(name_, "a dict", value);
    dict_ = py::reinterpret_borrow<py::dict>(value);
  }

  /// "layers[0]["units"]", for messages.
  [[nodiscard]] std::string place(const char* key) const { return name_ + "[\"" + key + "\"]"; }

  /// None when the key is absent.
  py::object optional(const char* key) {
    read_.insert(key);
    return dict_.contains(key) ? py::object(dict_[key]) : py::none();
  }

  py::object required(const char* key) {
    const py::object value = optional(key);
    if (value.is_none()) throw py::value_error(name_ + " has no \"" + key + "\"");
    return value;
  }

  void refuse_unread() const {
    for (const auto& [key, value] : dict_) {
      const std::string text = py::str(key);
      if (!read_.contains(text)) throw py::value_error(name_ + " has an unknown key \"" + text + "\"");
    }
  }

 private:
  std::string name_;
  py::dict dict_;
  std::set<std::string> read_;
};

py::sequence sequence(py::handle value, const std::string& name) {
  if (!py::isinstance<py::sequence>(value) || py::isinstance<py::str>(value)) refuse_type(name, "a sequence", value);
  return py::reinterpret_borrow<py::sequence>(value);
}

Extent extent(py::handle value, const std::string& name) {
  const py::sequence pair = sequence(value, name);
  if (pair.size() != 2) {
    throw py::value_error(name + " must be a pair (height, width), not " + std::string(py::str(value)));
  }
  return {integer<int>(pair[0], name), integer<int>(pair[1], name)};
}

void read_extent(Description& description, const char* key, Extent& into) {
  if (const auto value = description.optional(key); !value.is_none()) into = extent(value, description.place(key));
}

std::vector<std::vector<int>> table(py::handle value, const std::string& name) {
  std::vector<std::vector<int>> filters;
  for (const auto planes : sequence(value, name)) {
    filters.emplace_back();
    for (const auto plane : sequence(planes, name)) filters.back().push_back(integer<int>(plane, name));
  }
  return filters;
}

Activation activation(Description& description) {
  Activation result;
  if (const auto value = description.optional("activation"); !value.is_none()) {
    std::array<std::pair<std::string_view, ActivationKind>, activation_names.size()> words;
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = {activation_names[i], static_cast<ActivationKind>(i)};
    result.kind = choice(value, description.place("activation"), words);
  }
  const auto slope = description.optional("slope");
  result.slope = slope.is_none() ? default_slope(result.kind) : number(slope, description.place("slope"));
  return result;
}

bool bias(Description& description) {
  const auto value = description.optional("bias");
  return value.is_none() || boolean(value, description.place("bias"));
}

Conv2D convolution(Description& description) {
  Conv2D layer;
  layer.filters = integer<int>(description.required("filters"), description.place("filters"));
  layer.kernel_size = extent(description.required("kernel_size"), description.place("kernel_size"));
  if (const auto value = description.optional("connection"); !value.is_none()) {
    layer.connection = choice(value, description.place("connection"), connection_words);
  }
  if (const auto value = description.optional("table"); !value.is_none()) {
    layer.table = table(value, description.place("table"));
  }
  read_extent(description, "strides", layer.strides);
  read_extent(description, "padding", layer.padding);
  layer.bias = bias(description);
  layer.activation = activation(description);
  return layer;
}

MaxPool2D max_pooling(Description& description) {
  MaxPool2D layer;
  layer.size = extent(description.required("size"), description.place("size"));
  layer.strides = layer.size;
  read_extent(description, "strides", layer.strides);
  return layer;
}

Dense dense(Description& description) {
  Dense layer;
  layer.units = integer<int>(description.required("units"), description.place("units"));
  layer.bias = bias(description);
  layer.activation = activation(description);
  return layer;
}

py::tuple pair_of(const Extent& extent) { return py::make_tuple(extent.height, extent.width); }

void describe(py::dict& description, const Activation& activation) {
  description["activation"] = activation_names[static_cast<std::size_t>(activation.kind)];
  description["slope"] = activation.slope;
}

py::dict describe(const Conv2D& layer) {
  py::dict description;
  description["kind"] = "conv";
  description["filters"] = layer.filters;
  description["kernel_size"] = pair_of(layer.kernel_size);
  const auto* word = std::find_if(connection_words.begin(), connection_words.end(),
                                  [&](const auto& entry) { return entry.second == layer.connection; });
  description["connection"] = word->first;
  description["table"] = layer.table;
  description["strides"] = pair_of(layer.strides);
  description["padding"] = pair_of(layer.padding);
  description["bias"] = layer.bias;
  describe(description, layer.activation);
  return description;
}

py::dict describe(const MaxPool2D& layer) {
  py::dict description;
  description["kind"] = "maxpool";
  description["size"] = pair_of(layer.size);
  description["strides"] = pair_of(layer.strides);
  return description;
}

py::dict describe(const Dense& layer) {
  py::dict description;
  description["kind"] = "dense";
  description["units"] = layer.units;
  description["bias"] = layer.bias;
  describe(description, layer.activation);
  return description;
}

}  // namespace

Layer layer_from_description(py::handle value, const std::string& name) {
  using Reader = Layer (*)(Description&);
  constexpr Words<Reader, 3> kinds{{{"conv", [](Description& d) -> Layer { return convolution(d); }},
                                    {"maxpool", [](Description& d) -> Layer { return max_pooling(d); }},
                                    {"dense", [](Description& d) -> Layer { return dense(d); }}}};
  Description description(value, name);
  const Reader read = choice(description.required("kind"), description.place("kind"), kinds);
  Layer layer = read(description);
  description.refuse_unread();
  return layer;
}

py::dict description_of(const Layer& layer) {
  return std::visit([](const auto& kind) { return describe(kind); }, layer);
}

}  // namespace lenetpp::python
