#include <lenetpp/runtime.h>
#include <pybind11/stl.h>

#include "topics.h"

namespace lenetpp::python {

void register_runtime(pybind11::module_& module) {
  module.def("version", &version);
  module.def("numerics_version", &numerics_version);
  module.def("numeric_class", &numeric_class);
  module.def("instruction_set", &instruction_set);
  module.def("available_instruction_sets", &available_instruction_sets);
  module.def("compiler", &compiler);
}

}  // namespace lenetpp::python
