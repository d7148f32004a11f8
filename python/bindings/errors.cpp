// The core's exceptions as Python's. std::invalid_argument becomes ValueError by pybind11 itself.
#include <lenetpp/model_file.h>
#include <lenetpp/network.h>
#include <pybind11/stl/filesystem.h>

#include <exception>
#include <filesystem>

#include "topics.h"

namespace lenetpp::python {
namespace {

namespace py = pybind11;

/// OSError(errno, text, filename): Python makes it FileNotFoundError, PermissionError and so on.
// NOLINTNEXTLINE(performance-unnecessary-value-param): pybind11 prescribes the signature.
void translate_filesystem_error(std::exception_ptr exception) {
  try {
    if (exception) std::rethrow_exception(exception);
  } catch (const std::filesystem::filesystem_error& error) {
    const auto condition = error.code().default_error_condition();
    const auto arguments = py::make_tuple(condition.value(), condition.message(), py::str(py::cast(error.path1())));
    PyErr_SetObject(PyExc_OSError, arguments.ptr());
  }
}

}  // namespace

void register_errors(py::module_& module) {
  py::register_exception<ParseError>(module, "ParseError", PyExc_ValueError).attr("__doc__") =
      "A network's text cannot be understood; the message ends with the text and a caret under the column.";
  py::register_exception<FileError>(module, "ModelFileError", PyExc_ValueError).attr("__doc__") =
      "A model file is malformed; the message names the file and the offset or the key.";
  py::register_exception_translator(&translate_filesystem_error);
}

}  // namespace lenetpp::python
