#include "training_options.h"

#include <lenetpp/words.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <string>

#include "arguments.h"
#include "topics.h"

namespace lenetpp::python {
namespace {

void read(const py::object& value, const char* name, double& option) { option = number(value, name); }
void read(const py::object& value, const char* name, bool& option) { option = boolean(value, name); }
void read(const py::object& value, const char* name, int& option) { option = integer<int>(value, name); }
void read(const py::object& value, const char* name, std::uint64_t& option) {
  option = integer<std::uint64_t>(value, name);
}
void read(const py::object& value, const char* name, Loss& option) { option = choice(value, name, loss_words); }
void read(const py::object& value, const char* name, Reduction& option) {
  option = choice(value, name, reduction_words);
}
void read(const py::object& value, const char* name, Optimizer& option) {
  option = choice(value, name, optimizer_words);
}

/// Of options that for_each_option() knows; throws where there are other keywords.
template <class Options>
Options options_of(const py::kwargs& keywords, const char* function) {
  Options options;
  py::kwargs rest(keywords);
  for_each_option(options, [&](const char* name, auto& option, const auto&...) {
    if (!keywords.contains(name)) return;
    read(py::object(keywords[name]), name, option);
    rest.attr("pop")(name);
  });
  for (const auto& [name, value] : rest) {
    throw py::type_error(std::string(function) + " has no option " + std::string(py::str(name)));
  }
  return options;
}

/// One of Python's values of an option.
py::object value_of(double option) { return py::float_(option); }
py::object value_of(bool option) { return py::bool_(option); }
py::object value_of(int option) { return py::int_(option); }
py::object value_of(std::uint64_t option) { return py::int_(option); }
py::object value_of(Loss option) { return py::str(word_of(loss_words, option)); }
py::object value_of(Reduction option) { return py::str(word_of(reduction_words, option)); }
py::object value_of(Optimizer option) { return py::str(word_of(optimizer_words, option)); }

py::tuple bounds_of() { return py::tuple(); }
py::tuple bounds_of(const NumberRange& range) {
  return py::make_tuple(range.at_least, range.above, range.at_most, range.below);
}

py::dict trainer_options_and_ranges() {
  const TrainerOptions usual;
  py::dict options;
  for_each_option(usual, [&](const char* name, const auto& option, const auto&... range) {
    options[name] = py::make_tuple(value_of(option), bounds_of(range...));
  });
  return options;
}

}  // namespace

void register_training_options(py::module_& module) { module.def("trainer_options", &trainer_options_and_ranges); }

TrainerOptions trainer_options(const py::kwargs& keywords) { return options_of<TrainerOptions>(keywords, "Trainer"); }

Augmentation augmentation_of(const py::kwargs& keywords) {
  return options_of<Augmentation>(keywords, "augmented_image");
}

}  // namespace lenetpp::python
