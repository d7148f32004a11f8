// Trainer, LearningRate and EpochResult.
#include <lenetpp/trainer.h>
#include <pybind11/stl.h>

#include <chrono>
#include <exception>
#include <memory>
#include <variant>

#include "arguments.h"
#include "shared_network.h"
#include "topics.h"
#include "words.h"

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

struct NamedEpochResult {
  EpochResult result;
  std::vector<ParameterShape> parameters;
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

/// Those of Trainer and of augmented_image().
template <class Use>
void for_each_augmentation(Augmentation& augmentation, const Use& use) {
  use("flip_horizontally", augmentation.flip_horizontally);
  use("alternate_flips", augmentation.alternate_flips);
  use("shift_pixels", augmentation.shift_pixels);
  use("rotation_degrees", augmentation.rotation_degrees);
  use("scaling", augmentation.scaling);
  use("shear", augmentation.shear);
  use("cutout_pixels", augmentation.cutout_pixels);
  use("brightness", augmentation.brightness);
  use("contrast", augmentation.contrast);
  use("colour_noise", augmentation.colour_noise);
}

/// Calls use(name, value) for every option that is a keyword of Trainer: the one place where they are listed.
template <class Options, class Use>
void for_each_option(Options& options, const Use& use) {
  use("batch_size", options.batch_size);
  use("loss", options.loss);
  use("reduction", options.reduction);
  use("optimizer", options.optimizer);
  use("momentum", options.momentum);
  use("nesterov", options.nesterov);
  use("adam_beta1", options.adam_beta1);
  use("adam_beta2", options.adam_beta2);
  use("adam_epsilon", options.adam_epsilon);
  use("weight_decay", options.weight_decay);
  use("gradient_clip_norm", options.gradient_clip_norm);
  use("decay_weights_only", options.decay_weights_only);
  use("label_smoothing", options.label_smoothing);
  use("average_decay", options.average_decay);
  for_each_augmentation(options.augmentation, use);
  use("seed", options.seed);
  use("threads", options.threads);
}

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

/// Reads the keywords that `for_each(read one)` names; throws where there are others.
template <class ForEach>
void read_keywords(const py::kwargs& keywords, const char* function, const ForEach& for_each) {
  py::kwargs rest(keywords);
  for_each([&](const char* name, auto& option) {
    if (!keywords.contains(name)) return;
    read(py::object(keywords[name]), name, option);
    rest.attr("pop")(name);
  });
  for (const auto& [name, value] : rest) {
    throw py::type_error(std::string(function) + " has no option " + std::string(py::str(name)));
  }
}

TrainerOptions trainer_options(const py::kwargs& keywords) {
  TrainerOptions options;
  read_keywords(keywords, "Trainer", [&](const auto& use) { for_each_option(options, use); });
  return options;
}

py::array augmented(const std::shared_ptr<SharedNetwork<float>>& network, const py::object& pixels,
                    const py::object& seed, const py::object& epoch, const py::object& index,
                    const py::kwargs& keywords) {
  Augmentation augmentation;
  read_keywords(keywords, "augmented_image", [&](const auto& use) { for_each_augmentation(augmentation, use); });
  const Shape& shape = network->network.architecture().input;
  const Reading reading(network->use);
  const std::vector<float> image =
      augmented_image(network->network, images(pixels, shape), augmentation, integer<std::uint64_t>(seed, "seed"),
                      integer<std::uint32_t>(epoch, "epoch"), integer<std::size_t>(index, "index"));
  return to_array(image, {static_cast<std::size_t>(shape.planes), static_cast<std::size_t>(shape.height),
                          static_cast<std::size_t>(shape.width)});
}

void define_learning_rate(py::module_& module) {
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

void define_epoch_result(py::module_& module) {
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

void define_trainer(py::module_& module) {
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

}  // namespace

void register_trainer(py::module_& module) {
  define_learning_rate(module);
  define_epoch_result(module);
  define_trainer(module);
  module.def("augmented_image", augmented, py::arg("network"), py::arg("images"), py::kw_only(), py::arg("seed"),
             py::arg("epoch"), py::arg("index"));
}

}  // namespace lenetpp::python
