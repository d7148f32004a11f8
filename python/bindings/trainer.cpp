#include <lenetpp/trainer.h>
#include <pybind11/stl.h>

#include <chrono>
#include <exception>
#include <memory>
#include <variant>

#include "arguments.h"
#include "epoch_result.h"
#include "shared_network.h"
#include "topics.h"
#include "training_options.h"

namespace lenetpp::python {
namespace {

/// A trainer and the network that it must not outlive.
template <class T>
struct Training {
  Training(std::shared_ptr<SharedNetwork<T>> shared, const TrainerOptions& options)
      : network(std::move(shared)), trainer(network->network, options) {}

  std::shared_ptr<SharedNetwork<T>> network;
  BasicTrainer<T> trainer;
};

struct AnyTraining {
  std::variant<Training<float>, Training<double>> training;
};

template <class T>
std::unique_ptr<AnyTraining> make_training(const py::object& network, const TrainerOptions& options) {
  return std::make_unique<AnyTraining>(
      AnyTraining{Training<T>(network.cast<std::shared_ptr<SharedNetwork<T>>>(), options)});
}

/// Asks Python, from within an epoch, whether to go on. What it raises ends the epoch and is kept for its end.
class Progress {
 public:
  explicit Progress(const py::object& callback) : callback_(callback) {}

  bool operator()(std::size_t samples_done) {
    const py::gil_scoped_acquire acquire;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      return callback_.is_none() || boolean(callback_(samples_done), "what progress returns");
    } catch (...) {
      raised_ = std::current_exception();
      return false;
    }
  }

  void raise() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  const py::object& callback_;
  std::exception_ptr raised_;
};

template <class T>
NamedEpochResult train_epoch(Training<T>& training, const py::object& pixels, const py::object& classes,
                             const py::object& epoch, const py::object& learning_rate, const py::object& factors,
                             const py::object& done, const py::object& callback, const py::object& progress_interval) {
  const BasicNetwork<T>& network = training.network->network;
  const Images view = images(pixels, network.architecture().input);
  const auto labels_copy = labels(classes);
  const auto weights_copy = weights(factors);
  if (!callback.is_none() && !PyCallable_Check(callback.ptr())) refuse_type("progress", "callable or None", callback);
  if (!py::isinstance<LearningRate>(learning_rate)) refuse_type("learning_rate", "a LearningRate", learning_rate);
  Progress progress(callback);
  EpochOptions options;
  options.learning_rate = learning_rate.cast<LearningRate>();
  options.epoch = integer<std::uint32_t>(epoch, "epoch");
  options.weights = weights_copy;
  options.done = epoch_part(done);
  options.progress = std::ref(progress);
  options.progress_interval = std::chrono::milliseconds(integer<int>(progress_interval, "progress_interval", 0));

  const Changing changing(training.network->use);
  EpochResult result = without_gil([&] { return training.trainer.train_epoch(view, labels_copy, options); });
  progress.raise();
  return {std::move(result), network.parameter_shapes()};
}

template <class T>
py::array state(const Training<T>& training, const py::object& name, const py::object& parameter) {
  const BasicNetwork<T>& network = training.network->network;
  const std::size_t index = array_index(network.parameter_shapes(), string(parameter, "parameter"));
  const std::string array = string(name, "name");
  const Reading reading(training.network->use);
  return to_array(training.trainer.state(array, index), network.parameter_shapes()[index].dimensions);
}

template <class T>
py::object averaged_network(const Training<T>& training) {
  const Reading reading(training.network->use);
  return py::cast(std::make_shared<SharedNetwork<T>>(training.trainer.averaged_network()));
}

template <class T>
void set_state(Training<T>& training, const py::object& name, const py::object& parameter, const py::object& values) {
  const BasicNetwork<T>& network = training.network->network;
  const std::size_t index = array_index(network.parameter_shapes(), string(parameter, "parameter"));
  const std::string array = string(name, "name");
  const auto checked = array_of<T>(network.parameter_shapes()[index], values);
  const Changing changing(training.network->use);
  training.trainer.set_state(array, index, std::span(checked.data(), static_cast<std::size_t>(checked.size())));
}

}  // namespace

void register_trainer(py::module_& module) {
  py::class_<AnyTraining>(module, "Trainer")
      .def(py::init([](const py::object& network, const py::kwargs& keywords) {
             const TrainerOptions options = trainer_options(keywords);
             if (py::isinstance<SharedNetwork<float>>(network)) return make_training<float>(network, options);
             if (py::isinstance<SharedNetwork<double>>(network)) return make_training<double>(network, options);
             refuse_type("network", "a Network or a Network64", network);
           }),
           py::arg("network"))
      .def(
          "train_epoch",
          [](AnyTraining& self, const py::object& pixels, const py::object& classes, const py::object& epoch,
             const py::object& learning_rate, const py::object& factors, const py::object& done,
             const py::object& progress, const py::object& progress_interval) {
            return std::visit(
                [&](auto& training) {
                  return train_epoch(training, pixels, classes, epoch, learning_rate, factors, done, progress,
                                     progress_interval);
                },
                self.training);
          },
          py::arg("images"), py::arg("labels"), py::kw_only(), py::arg("epoch"), py::arg("learning_rate"),
          py::arg("weights") = py::none(), py::arg("done") = py::make_tuple(0, 0.0, 0, 0, py::tuple()),
          py::arg("progress") = py::none(), py::arg("progress_interval") = 100)
      .def(
          "check_batches",
          [](const AnyTraining& self, const py::object& images) {
            const auto count = integer<std::size_t>(images, "images");
            std::visit([&](const auto& training) { training.trainer.check_batches(count); }, self.training);
          },
          py::arg("images"))
      .def_property_readonly("state_names",
                             [](const AnyTraining& self) {
                               return std::visit([](const auto& training) { return training.trainer.state_names(); },
                                                 self.training);
                             })
      .def(
          "state",
          [](const AnyTraining& self, const py::object& name, const py::object& parameter) {
            return std::visit([&](const auto& training) { return state(training, name, parameter); }, self.training);
          },
          py::arg("name"), py::arg("parameter"))
      .def(
          "set_state",
          [](AnyTraining& self, const py::object& name, const py::object& parameter, const py::object& values) {
            std::visit([&](auto& training) { set_state(training, name, parameter, values); }, self.training);
          },
          py::arg("name"), py::arg("parameter"), py::arg("values"))
      .def("averaged_network",
           [](const AnyTraining& self) {
             return std::visit([](const auto& training) { return averaged_network(training); }, self.training);
           })
      .def_property_readonly("memory_bytes", [](const AnyTraining& self) {
        return std::visit([](const auto& training) { return training.trainer.memory_bytes(); }, self.training);
      });
}

}  // namespace lenetpp::python
