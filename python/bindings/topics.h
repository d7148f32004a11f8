// One function a binding file; module.cpp calls them all.
#pragma once

#include <lenetpp/layers.h>
#include <pybind11/pybind11.h>

namespace lenetpp::python {

void register_augmented_image(pybind11::module_& module);
void register_epoch_result(pybind11::module_& module);
void register_errors(pybind11::module_& module);
void register_layers(pybind11::module_& module);
void register_learning_rate(pybind11::module_& module);
void register_model_file(pybind11::module_& module);
void register_network(pybind11::module_& module);
void register_random(pybind11::module_& module);
void register_runtime(pybind11::module_& module);
void register_trainer(pybind11::module_& module);
void register_training_options(pybind11::module_& module);

/// A layer's word and the values of its fields, as _core.pyi says (layers.cpp).
pybind11::tuple description_of(const Layer& layer);

}  // namespace lenetpp::python
