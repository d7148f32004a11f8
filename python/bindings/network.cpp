// Network and Network64: the same class for float32 and float64 parameters.
#include <lenetpp/evaluation.h>
#include <lenetpp/predictor.h>
#include <lenetpp/whitening.h>
#include <lenetpp/words.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <memory>

#include "arguments.h"
#include "shared_network.h"
#include "topics.h"

namespace lenetpp::python {
namespace {

py::tuple tuple_of(const Shape& shape) { return py::make_tuple(shape.planes, shape.height, shape.width); }

/// The properties `<word>_names` and `<word>_shapes` of the arrays that shapes_of(self) describes.
template <class Self, class Class, class Get>
void define_arrays(Class& network, const std::string& word, Get shapes_of) {
  network.def_property_readonly((word + "_names").c_str(), [=](const Self& self) {
    std::vector<std::string> names;
    for (const ArrayShape& shape : shapes_of(self)) names.push_back(shape.name);
    return names;
  });
  network.def_property_readonly((word + "_shapes").c_str(), [=](const Self& self) {
    py::list shapes;
    for (const ArrayShape& shape : shapes_of(self)) shapes.append(py::tuple(py::cast(shape.dimensions)));
    return shapes;
  });
}

/// What a network is: its text, layers and shapes, which never change. `architecture_of` gives it from a Self.
template <class Self, class Class, class Get>
void define_structure(Class& network, Get architecture_of) {
  network.def_property_readonly("text", [=](const Self& self) { return architecture_of(self).text(); });
  network.def_property_readonly("input_shape", [=](const Self& self) { return tuple_of(architecture_of(self).input); });
  network.def_property_readonly("outputs", [=](const Self& self) {
    const Architecture& architecture = architecture_of(self);
    const auto shapes = architecture.output_shapes();
    return (shapes.empty() ? architecture.input : shapes.back()).size();
  });
  network.def_property_readonly("layers", [=](const Self& self) {
    py::list descriptions;
    for (const Layer& layer : architecture_of(self).layers) descriptions.append(description_of(layer));
    return descriptions;
  });
  network.def_property_readonly("layer_texts", [=](const Self& self) {
    std::vector<std::string> texts;
    for (const Layer& layer : architecture_of(self).layers) texts.push_back(to_string(layer));
    return texts;
  });
  network.def_property_readonly("output_shapes", [=](const Self& self) {
    py::list shapes;
    for (const Shape& shape : architecture_of(self).output_shapes()) shapes.append(tuple_of(shape));
    return shapes;
  });
  network.def_property_readonly("multiply_adds",
                                [=](const Self& self) { return architecture_of(self).multiply_adds(); });
  define_arrays<Self>(network, "parameter", [=](const Self& self) { return architecture_of(self).parameter_shapes(); });
  define_arrays<Self>(network, "state", [=](const Self& self) { return architecture_of(self).state_shapes(); });
}

/// From a text.
template <class T, class Class>
void define_making(Class& network) {
  using Self = SharedNetwork<T>;
  network.def(py::init([](const py::object& text) {
                return std::make_shared<Self>(BasicNetwork<T>::parse(string(text, "text")));
              }),
              py::arg("text"));
}

/// What a network knows: parameters, state and normalization.
template <class T, class Class>
void define_values(Class& network) {
  using Self = SharedNetwork<T>;
  network.def("copy", [](Self& self) {
    const Reading reading(self.use);
    return std::make_shared<Self>(self.network);
  });
  network.def("__reduce_ex__", [](const Self&, const py::object&) -> py::object {
    throw py::type_error(
        "a core network cannot be pickled by itself: pickle or copy the lenetpp.Network that has it, or make one with "
        "lenetpp.Network.from_core(core)");
  });
  network.def_property_readonly("initialized", [](const Self& self) { return self.network.initialized(); });
  network.def(
      "initialize",
      [](Self& self, const py::object& seed, const py::object& scheme) {
        const auto seed_value = integer<std::uint64_t>(seed, "seed");
        const auto scheme_value = choice(scheme, "scheme", initialization_words);
        const Changing changing(self.use);
        without_gil([&] { self.network.initialize(seed_value, scheme_value); });
      },
      py::arg("seed"), py::arg("scheme") = "he");
  network.def(
      "whiten",
      [](Self& self, const py::object& pixels) {
        const Images view = images(pixels, self.network.architecture().input);
        const Changing changing(self.use);
        without_gil([&] { whiten(self.network, view); });
      },
      py::arg("images"));
  network.def(
      "parameter",
      [](Self& self, const py::object& name) {
        const std::size_t index = array_index(self.network.parameter_shapes(), string(name, "name"));
        const Reading reading(self.use);
        return to_array(self.network.parameter(index), self.network.parameter_shapes()[index].dimensions);
      },
      py::arg("name"));
  network.def(
      "set_parameter",
      [](Self& self, const py::object& name, const py::object& values) {
        const std::size_t index = array_index(self.network.parameter_shapes(), string(name, "name"));
        const auto checked = array_of<T>(self.network.parameter_shapes()[index], values);
        const Changing changing(self.use);
        self.network.set_parameter(index, std::span(checked.data(), static_cast<std::size_t>(checked.size())));
      },
      py::arg("name"), py::arg("values"));
  network.def(
      "state",
      [](Self& self, const py::object& name) {
        const std::size_t index = array_index(self.network.state_shapes(), string(name, "name"));
        const Reading reading(self.use);
        return to_array(self.network.state(index), self.network.state_shapes()[index].dimensions);
      },
      py::arg("name"));
  network.def(
      "set_state",
      [](Self& self, const py::object& name, const py::object& values) {
        const std::size_t index = array_index(self.network.state_shapes(), string(name, "name"));
        const auto checked = array_of<T>(self.network.state_shapes()[index], values);
        const Changing changing(self.use);
        self.network.set_state(index, std::span(checked.data(), static_cast<std::size_t>(checked.size())));
      },
      py::arg("name"), py::arg("values"));
  network.def_property_readonly("normalization", [](const Self& self) -> py::object {
    const auto& [mean, deviation] = self.network.normalization();
    if (mean.empty()) return py::none();
    return py::make_tuple(to_array(mean), to_array(deviation));
  });
  network.def_property_readonly("greatest_deviation", [](const Self& self) {
    const std::vector<float>& deviations = self.network.normalization().deviation;
    return deviations.empty() ? 1.0F : *std::max_element(deviations.begin(), deviations.end());
  });
  network.def(
      "set_normalization",
      [](Self& self, const py::object& mean, const py::object& deviation) {
        const auto means = array<float>(mean, "mean", 1);
        const auto deviations = array<float>(deviation, "deviation", 1);
        const Changing changing(self.use);
        // An empty pair would silently mean none; the core reports a length of 0 as wrong unless both are empty.
        if (means.size() == 0 && deviations.size() == 0) throw py::value_error("mean and deviation must not be empty");
        self.network.set_normalization(
            {{means.data(), means.data() + means.size()}, {deviations.data(), deviations.data() + deviations.size()}});
      },
      py::arg("mean"), py::arg("deviation"));
  network.def("clear_normalization", [](Self& self) {
    const Changing changing(self.use);
    self.network.set_normalization({});
  });
}

/// Calls use(predictor) without the GIL.
template <class T, class Use>
auto with_predictor(SharedNetwork<T>& self, int threads, const Use& use) {
  return without_gil([&] { return self.predictors.lend(self.network, threads, use); });
}

/// What a network says about images.
template <class T, class Class>
void define_answers(Class& network) {
  using Self = SharedNetwork<T>;
  network.def(
      "compute_outputs",
      [](Self& self, const py::object& pixels, const py::object& threads) {
        const Images view = images(pixels, self.network.architecture().input);
        const int thread_count = integer<int>(threads, "threads");
        const Reading reading(self.use);
        return to_array(with_predictor(self, thread_count, [&](auto& predictor) { return predictor.outputs(view); }),
                        {view.count(), self.network.outputs()});
      },
      py::arg("images"), py::arg("threads") = 1);
  network.def(
      "predict_probabilities",
      [](Self& self, const py::object& pixels, const py::object& threads) {
        const Images view = images(pixels, self.network.architecture().input);
        const int thread_count = integer<int>(threads, "threads");
        const Reading reading(self.use);
        auto probabilities =
            with_predictor(self, thread_count, [&](auto& predictor) { return predictor.predict_probabilities(view); });
        return to_array(std::move(probabilities), {view.count(), self.network.outputs()});
      },
      py::arg("images"), py::arg("threads") = 1);
  network.def(
      "predict",
      [](Self& self, const py::object& pixels, const py::object& threads) {
        const Images view = images(pixels, self.network.architecture().input);
        const int thread_count = integer<int>(threads, "threads");
        const Reading reading(self.use);
        return to_array(with_predictor(self, thread_count, [&](auto& predictor) { return predictor.predict(view); }));
      },
      py::arg("images"), py::arg("threads") = 1);
  network.def(
      "evaluate",
      [](Self& self, const py::object& pixels, const py::object& classes, const py::object& loss,
         const py::object& threads, UnitActivity* activity, const py::object& factors) {
        const Images view = images(pixels, self.network.architecture().input);
        const auto labels_copy = labels(classes);
        const auto weights_copy = weights(factors);
        const auto loss_value = choice(loss, "loss", loss_words);
        const int thread_count = integer<int>(threads, "threads");
        const Reading reading(self.use);
        auto result = with_predictor(self, thread_count, [&](auto& predictor) {
          return predictor.evaluate(view, labels_copy, loss_value, activity, weights_copy);
        });
        return py::make_tuple(result.loss, result.correct, to_array(std::move(result.predictions)));
      },
      py::arg("images"), py::arg("labels"), py::arg("loss") = "cross_entropy", py::arg("threads") = 1,
      py::arg("activity") = py::none(), py::arg("weights") = py::none());
  network.def(
      "loss_and_gradients",
      [](Self& self, const py::object& pixels, const py::object& classes, const py::object& loss,
         const py::object& reduction, const py::object& threads, const py::object& factors, const bool training,
         const py::object& seed, const py::object& epoch) {
        const Images view = images(pixels, self.network.architecture().input);
        const auto labels_copy = labels(classes);
        const auto loss_value = choice(loss, "loss", loss_words);
        const auto reduction_value = choice(reduction, "reduction", reduction_words);
        const auto weights_copy = weights(factors);
        const int thread_count = integer<int>(threads, "threads");
        const TrainingDraws of_step{integer<std::uint64_t>(seed, "seed"), integer<std::uint32_t>(epoch, "epoch")};
        const auto draws = training ? std::optional(of_step) : std::nullopt;
        const Reading reading(self.use);
        auto result = without_gil([&] {
          return loss_and_gradients(self.network, view, labels_copy, loss_value, reduction_value, thread_count,
                                    weights_copy, draws);
        });
        py::dict gradients;
        for (std::size_t index = 0; index < result.gradients.size(); ++index) {
          const ParameterShape& shape = self.network.parameter_shapes()[index];
          gradients[py::str(shape.name)] = to_array(std::move(result.gradients[index]), shape.dimensions);
        }
        return py::make_tuple(result.loss, gradients);
      },
      py::arg("images"), py::arg("labels"), py::arg("loss") = "cross_entropy", py::arg("reduction") = "mean",
      py::arg("threads") = 1, py::arg("weights") = py::none(), py::arg("training") = false, py::arg("seed") = 0,
      py::arg("epoch") = 0);
  network.def(
      "memory_bytes",
      [](Self& self, const py::object& batch_size, const py::object& threads) {
        TrainerOptions options;
        options.batch_size = integer<std::size_t>(batch_size, "batch_size");
        options.threads = integer<int>(threads, "threads");
        const Reading reading(self.use);
        BasicNetwork<T> copy = self.network;
        if (!copy.initialized()) copy.initialize(0);
        py::dict bytes;
        bytes["network"] = copy.memory_bytes();
        bytes["trainer"] = BasicTrainer<T>(copy, options).memory_bytes();
        bytes["evaluation"] = evaluation_memory_bytes(copy, options.threads);
        return bytes;
      },
      py::arg("batch_size"), py::arg("threads"));
}

template <class T>
void define_network(py::module_& module, const char* name) {
  py::class_<SharedNetwork<T>, std::shared_ptr<SharedNetwork<T>>> network(module, name);
  define_making<T>(network);
  define_structure<SharedNetwork<T>>(
      network, [](const SharedNetwork<T>& self) -> const Architecture& { return self.network.architecture(); });
  define_values<T>(network);
  define_answers<T>(network);
}

/// A network without parameters, however large it is: what there is to say about its text.
void define_architecture(py::module_& module) {
  py::class_<Architecture> architecture(module, "Architecture");
  architecture.def(py::init([](const py::object& text) { return Architecture::parse(string(text, "text")); }),
                   py::arg("text"));
  define_structure<Architecture>(architecture, [](const Architecture& self) -> const Architecture& { return self; });
}

py::dict by_layer(const std::vector<LayerShare>& shares) {
  py::dict shares_by_layer;
  for (const auto& [layer, share] : shares) shares_by_layer[py::int_(layer)] = share;
  return shares_by_layer;
}

void define_unit_activity(py::module_& module) {
  py::class_<UnitActivity>(module, "UnitActivity")
      .def(py::init([](const py::object& text) { return UnitActivity(Architecture::parse(string(text, "text"))); }),
           py::arg("text"))
      .def_property_readonly("dead_units", [](const UnitActivity& self) { return by_layer(self.dead_units()); })
      .def_property_readonly("saturated_units",
                             [](const UnitActivity& self) { return by_layer(self.saturated_units()); });
}

}  // namespace

void register_network(py::module_& module) {
  define_architecture(module);
  define_unit_activity(module);
  define_network<float>(module, "Network");
  define_network<double>(module, "Network64");
}

}  // namespace lenetpp::python
