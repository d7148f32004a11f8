#include "epoch_result.h"

#include <string>

#include "arguments.h"
#include "topics.h"

namespace lenetpp::python {

EpochPart epoch_part(const py::object& done) {
  if (!py::isinstance<py::tuple>(done) || py::len(done) != 5) {
    refuse_type("done", "a tuple (steps, loss_sum, correct, measured_steps, sums)", done);
  }
  const auto parts = done.cast<py::tuple>();
  EpochPart part{integer<std::size_t>(parts[0], "done[0]"), number(parts[1], "done[1]"),
                 integer<std::size_t>(parts[2], "done[2]"), integer<std::size_t>(parts[3], "done[3]")};
  if (!py::isinstance<py::sequence>(parts[4])) refuse_type("done[4]", "a sequence of (norm, ratio, lost)", parts[4]);
  for (const py::handle sums : parts[4]) {
    if (!py::isinstance<py::sequence>(sums) || py::len(sums) != 3) {
      refuse_type("done[4]", "a sequence of (norm, ratio, lost)", parts[4]);
    }
    const auto figures = sums.cast<py::sequence>();
    part.sums.push_back({number(figures[0], "done[4]"), number(figures[1], "done[4]"), number(figures[2], "done[4]")});
  }
  return part;
}

void register_epoch_result(py::module_& module) {
  py::class_<NamedEpochResult> result(module, "EpochResult");
  const auto define = [&](const char* name, auto member) {
    result.def_property_readonly(name, [member](const NamedEpochResult& self) { return self.result.*member; });
  };
  define("samples", &EpochResult::samples);
  define("loss", &EpochResult::loss);
  define("learning_rate", &EpochResult::learning_rate);
  define("interrupted", &EpochResult::interrupted);
  result.def_property_readonly("steps", [](const NamedEpochResult& self) { return self.result.done.steps; });
  result.def_property_readonly("correct", [](const NamedEpochResult& self) { return self.result.done.correct; });
  result.def_property_readonly("done", [](const NamedEpochResult& self) {
    const EpochPart& done = self.result.done;
    py::tuple sums(done.sums.size());
    for (std::size_t i = 0; i < done.sums.size(); ++i) {
      const ArrayStep& figures = done.sums[i];
      sums[i] = py::make_tuple(figures.gradient_norm, figures.update_ratio, figures.lost_updates);
    }
    return py::make_tuple(done.steps, done.loss_sum, done.correct, done.measured_steps, sums);
  });
  const auto define_figures = [&](const char* name, auto member) {
    result.def_property_readonly(name, [member](const NamedEpochResult& self) {
      py::dict figures;
      for (std::size_t i = 0; i < self.parameters.size(); ++i) {
        figures[py::str(self.parameters[i].name)] = self.result.step_figures[i].*member;
      }
      return figures;
    });
  };
  define_figures("gradient_norms", &ArrayStep::gradient_norm);
  define_figures("update_ratio", &ArrayStep::update_ratio);
  define_figures("lost_updates", &ArrayStep::lost_updates);
  result.def_property_readonly("divergence", [](const NamedEpochResult& self) -> py::object {
    if (!self.result.divergence) return py::none();
    const auto& [step, layer, what] = *self.result.divergence;
    return py::make_tuple(step, layer, what);
  });
}

}  // namespace lenetpp::python
