// Layers as Python dicts; _core.pyi lists the keys.
#pragma once

#include <lenetpp/layers.h>
#include <pybind11/pybind11.h>

namespace lenetpp::python {

/// Throws TypeError and ValueError naming `name` and the key.
Layer layer_from_description(pybind11::handle description, const std::string& name);

pybind11::dict description_of(const Layer& layer);

}  // namespace lenetpp::python
