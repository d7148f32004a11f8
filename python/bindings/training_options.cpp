#include "training_options.h"

#include <lenetpp/words.h>

#include <cstdint>
#include <string>

#include "arguments.h"

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
  for_each_option(options, [&](const char* name, auto& option) {
    if (!keywords.contains(name)) return;
    read(py::object(keywords[name]), name, option);
    rest.attr("pop")(name);
  });
  for (const auto& [name, value] : rest) {
    throw py::type_error(std::string(function) + " has no option " + std::string(py::str(name)));
  }
  return options;
}

}  // namespace

TrainerOptions trainer_options(const py::kwargs& keywords) { return options_of<TrainerOptions>(keywords, "Trainer"); }

Augmentation augmentation_of(const py::kwargs& keywords) {
  return options_of<Augmentation>(keywords, "augmented_image");
}

}  // namespace lenetpp::python
