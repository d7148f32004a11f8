#include <lenetpp/trainer.h>
#include <lenetpp/words.h>

#include "arguments.h"
#include "topics.h"

namespace lenetpp::python {

void register_learning_rate(py::module_& module) {
  py::class_<LearningRate>(module, "LearningRate")
      .def(py::init([](const py::object& initial, const py::object& schedule, const py::object& epochs,
                       const py::object& step_epochs, const py::object& step_factor, const py::object& warmup_epochs,
                       const py::object& restarts) {
             LearningRate rate(number(initial, "initial"));
             rate.schedule = choice(schedule, "schedule", schedule_words);
             rate.epochs = number(epochs, "epochs");
             rate.step_epochs = integer<int>(step_epochs, "step_epochs");
             rate.step_factor = number(step_factor, "step_factor");
             rate.warmup_epochs = number(warmup_epochs, "warmup_epochs");
             if (!py::isinstance<py::sequence>(restarts)) refuse_type("restarts", "a sequence of numbers", restarts);
             for (const py::handle restart : restarts) rate.restarts.push_back(number(restart, "restarts"));
             static_cast<void>(rate.at(0));  // throws on values outside their range
             return rate;
           }),
           py::arg("initial"), py::arg("schedule") = "constant", py::arg("epochs") = 0, py::arg("step_epochs") = 1,
           py::arg("step_factor") = 0.1, py::arg("warmup_epochs") = 0, py::arg("restarts") = py::tuple())
      .def(
          "at", [](const LearningRate& rate, const py::object& epoch) { return rate.at(number(epoch, "epoch")); },
          py::arg("epoch"));
}

}  // namespace lenetpp::python
