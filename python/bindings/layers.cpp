// Layers cross the border as text; here is what a text says, and the rows of activations and losses.
#include <lenetpp/activations.h>
#include <lenetpp/layers.h>
#include <lenetpp/losses.h>
#include <lenetpp/words.h>
#include <pybind11/stl.h>

#include "arguments.h"
#include "topics.h"

namespace lenetpp::python {
namespace {

py::object value_of(const FieldValue& value) {
  return std::visit(
      []<class Value>(const Value& of_field) -> py::object {
        if constexpr (std::is_same_v<Value, Extent>) {
          return py::make_tuple(of_field.height, of_field.width);
        } else if constexpr (std::is_same_v<Value, std::vector<std::vector<int>>>) {
          py::list filters;
          for (const auto& planes : of_field) filters.append(py::tuple(py::cast(planes)));
          return py::tuple(filters);
        } else {
          return py::cast(of_field);
        }
      },
      value);
}

}  // namespace

py::tuple description_of(const Layer& layer) {
  const auto [word, fields] = describe(layer);
  py::list values;
  for (const FieldValue& value : fields) values.append(value_of(value));
  return py::make_tuple(word, py::tuple(values));
}

void register_layers(py::module_& module) {
  module.def(
      "parse_layer", [](const py::object& text) { return description_of(parse_layer(string(text, "text"))); },
      py::arg("text"));
  module.def("layer_kinds", [] {
    py::dict kinds;
    for (const auto& [word, fields] : layer_kinds()) kinds[py::str(word)] = py::tuple(py::cast(fields));
    return kinds;
  });
  module.def("activations", [] {
    py::dict rows;
    for (const ActivationRow& row : activation_rows) {
      py::object slope = py::none(), range = py::none();
      if (row.slope) slope = py::float_(row.slope->usual);
      if (row.range) range = py::make_tuple(row.range->least, row.range->most);
      rows[py::str(row.name)] = py::make_tuple(slope, range);
    }
    return rows;
  });
  module.def("losses", [] {
    py::dict rows;
    for (const LossRow& row : loss_rows) {
      py::object last = py::none();
      if (row.last_activation) last = py::str(row_of(*row.last_activation).name);
      rows[py::str(row.name)] = last;
    }
    return rows;
  });
  module.def(
      "loss_of_guessing",
      [](const py::object& loss, const py::object& classes) {
        const LossRow& row = row_of(choice(loss, "loss", loss_words));
        return row.of_guessing(integer<int>(classes, "classes", 2));
      },
      py::arg("loss"), py::arg("classes"));
}

}  // namespace lenetpp::python
