#include "arguments.h"

#include <cmath>
#include <stdexcept>

namespace lenetpp::python {
namespace {

std::string shape_text(const py::array& array) { return py::str(array.attr("shape")); }

std::string dtype_text(const py::array& array) { return py::str(static_cast<py::object>(array.dtype())); }

py::array numpy_array(py::handle value, const std::string& name) {
  if (!py::isinstance<py::array>(value)) refuse_type(name, "a NumPy array", value);
  return py::reinterpret_borrow<py::array>(value);
}

void require_dimensions(const py::array& array, const std::string& name, py::ssize_t dimensions) {
  if (array.ndim() != dimensions) {
    throw py::value_error(name + " must have " + std::to_string(dimensions) + " dimension" +
                          (dimensions == 1 ? "" : "s") + ", but has shape " + shape_text(array));
  }
}

void require_plain_layout(const py::array& array, const std::string& name) {
  constexpr int plain = py::detail::npy_api::NPY_ARRAY_C_CONTIGUOUS_ | py::detail::npy_api::NPY_ARRAY_ALIGNED_;
  if ((array.flags() & plain) != plain) {
    throw py::value_error(name + " must be C-contiguous and aligned; use numpy.ascontiguousarray(" + name + ")");
  }
}

template <class T>
Images view_of(const py::array& array, const Shape& shape) {
  return Images(std::span(static_cast<const T*>(array.data()), static_cast<std::size_t>(array.size())), shape);
}

}  // namespace

std::string type_name(py::handle value) { return py::str(py::type::of(value).attr("__name__")); }

void refuse_type(const std::string& name, const char* expected, py::handle given) {
  throw py::type_error(name + " must be " + expected + ", not " + type_name(given));
}

py::int_ checked_integer(py::handle value, const std::string& name, const py::int_& least, const py::int_& most) {
  const auto integer = py::reinterpret_steal<py::int_>(PyNumber_Index(value.ptr()));
  if (!integer) {
    PyErr_Clear();
    refuse_type(name, "an integer", value);
  }
  if (integer < least || integer > most) {
    throw py::value_error(name + " must be from " + std::string(py::str(least)) + " to " + std::string(py::str(most)) +
                          ", not " + std::string(py::str(integer)));
  }
  return integer;
}

double number(py::handle value, const std::string& name) {
  const double result = PyFloat_AsDouble(value.ptr());
  if (result == -1.0 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    refuse_type(name, "a number within the range of float", value);
  }
  return result;
}

bool boolean(py::handle value, const std::string& name) {
  if (!py::isinstance<py::bool_>(value)) refuse_type(name, "a bool", value);
  return value.cast<bool>();
}

std::string string(py::handle value, const std::string& name) {
  if (!py::isinstance<py::str>(value)) refuse_type(name, "a str", value);
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (text == nullptr) {
    PyErr_Clear();
    throw py::value_error(name + " must be a text, but has half of a surrogate pair, which is no character");
  }
  return {text, static_cast<std::size_t>(size)};
}

template <class T>
py::array_t<T> array(py::handle value, const std::string& name, py::ssize_t dimensions) {
  const py::array array = numpy_array(value, name);
  if (!py::isinstance<py::array_t<T>>(array)) {
    throw py::type_error(name + " must have dtype " +
                         std::string(py::str(static_cast<py::object>(py::dtype::of<T>()))) + ", not " +
                         dtype_text(array));
  }
  require_dimensions(array, name, dimensions);
  require_plain_layout(array, name);
  return py::reinterpret_borrow<py::array_t<T>>(array);
}

template py::array_t<float> array(py::handle, const std::string&, py::ssize_t);
template py::array_t<double> array(py::handle, const std::string&, py::ssize_t);

Images images(py::handle value, const Shape& shape) {
  const py::array array = numpy_array(value, "images");
  const bool bytes = py::isinstance<py::array_t<std::uint8_t>>(array);
  if (!bytes && !py::isinstance<py::array_t<float>>(array)) {
    throw py::type_error("images must have dtype uint8 or float32, not " + dtype_text(array));
  }
  if (array.ndim() != 4 || array.shape(1) != shape.planes || array.shape(2) != shape.height ||
      array.shape(3) != shape.width) {
    throw py::value_error("images must have shape (N, " + std::to_string(shape.planes) + ", " +
                          std::to_string(shape.height) + ", " + std::to_string(shape.width) + "), not " +
                          shape_text(array));
  }
  require_plain_layout(array, "images");
  return bytes ? view_of<std::uint8_t>(array, shape) : view_of<float>(array, shape);
}

std::vector<std::int32_t> labels(py::handle value) {
  const auto checked = array<std::int32_t>(value, "labels", 1);
  return {checked.data(), checked.data() + checked.size()};
}

std::vector<double> weights(py::handle value) {
  if (value.is_none()) return {};
  const auto checked = array<double>(value, "weights", 1);
  return {checked.data(), checked.data() + checked.size()};
}

}  // namespace lenetpp::python
