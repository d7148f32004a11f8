#include <lenetpp/model_file.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <memory>

#include "arguments.h"
#include "shared_network.h"
#include "topics.h"

namespace lenetpp::python {
namespace {

using Path = std::filesystem::path;

Path path_of(py::handle value) {
  py::detail::make_caster<Path> caster;
  if (!caster.load(value, true)) refuse_type("path", "a str, bytes or os.PathLike without null characters", value);
  return py::detail::cast_op<Path>(std::move(caster));
}

std::map<std::string, std::string> metadata_of(py::handle value) {
  if (!py::isinstance<py::dict>(value)) refuse_type("metadata", "a dict", value);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : py::reinterpret_borrow<py::dict>(value)) {
    metadata.emplace(string(key, "a key of metadata"), string(text, "a value of metadata"));
  }
  return metadata;
}

}  // namespace

void register_model_file(py::module_& module) {
  module.def(
      "save_model",
      [](const py::object& path, const py::object& network, const py::object& metadata) {
        const Path checked_path = path_of(path);
        const auto checked_metadata = metadata_of(metadata);
        if (!py::isinstance<SharedNetwork<float>>(network)) refuse_type("network", "a Network (float32)", network);
        const auto shared = network.cast<std::shared_ptr<SharedNetwork<float>>>();
        const Reading reading(shared->use);
        without_gil([&] { save_model(checked_path, shared->network, checked_metadata); });
      },
      py::arg("path"), py::arg("network"), py::arg("metadata"));

  module.def(
      "load_model",
      [](const py::object& path) {
        const Path checked_path = path_of(path);
        Model model = without_gil([&] { return load_model(checked_path); });
        return py::make_tuple(std::make_shared<SharedNetwork<float>>(std::move(model.network)), model.metadata,
                              model.has_digest);
      },
      py::arg("path"));
}

}  // namespace lenetpp::python
