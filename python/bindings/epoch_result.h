// What Python gets of an epoch, and what it gives of one that was stopped.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/trainer.h>
#include <pybind11/pybind11.h>

#include <vector>

namespace lenetpp::python {

struct NamedEpochResult {
  EpochResult result;
  std::vector<ParameterShape> parameters;
};

/// EpochResult.done of an epoch that was stopped, which goes on behind it.
EpochPart epoch_part(const pybind11::object& done);

}  // namespace lenetpp::python
