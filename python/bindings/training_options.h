// How a network is trained, read from the keywords of Python's calls. TypeError where one is unknown.
#pragma once

#include <lenetpp/augmentation.h>
#include <lenetpp/trainer.h>
#include <pybind11/pybind11.h>

namespace lenetpp::python {

/// Of Trainer.
TrainerOptions trainer_options(const pybind11::kwargs& keywords);
/// Of augmented_image().
Augmentation augmentation_of(const pybind11::kwargs& keywords);

}  // namespace lenetpp::python
