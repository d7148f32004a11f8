// Python's arguments, checked by hand so that an error names the argument, what it must be and what it is.
#pragma once

#include <lenetpp/images.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lenetpp::python {

namespace py = pybind11;

/// "float" for 1.5.
std::string type_name(py::handle value);

[[noreturn]] void refuse_type(const std::string& name, const char* expected, py::handle given);

/// A Python int from `least` to `most`. Throws TypeError and ValueError.
py::int_ checked_integer(py::handle value, const std::string& name, const py::int_& least, const py::int_& most);

/// Any integer of the C++ type, at least `least`.
template <class Integer>
Integer integer(py::handle value, const std::string& name, Integer least = std::numeric_limits<Integer>::min()) {
  if (PyLong_CheckExact(value.ptr())) {  // the usual case, as quick as a single image deserves
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
    if (overflow == 0 && std::in_range<Integer>(number) && static_cast<Integer>(number) >= least) {
      return static_cast<Integer>(number);
    }
  }
  return checked_integer(value, name, py::int_(least), py::int_(std::numeric_limits<Integer>::max()))
      .template cast<Integer>();
}

double number(py::handle value, const std::string& name);
bool boolean(py::handle value, const std::string& name);
std::string string(py::handle value, const std::string& name);

/// One of `choices`, pairs of a word and its meaning.
template <class Choices>
auto choice(py::handle value, const std::string& name, const Choices& choices) {
  const std::string word = string(value, name);
  std::string known;
  for (const auto& [text, meaning] : choices) {
    if (text == word) return meaning;
    known += (known.empty() ? "\"" : ", \"") + std::string(text) + "\"";
  }
  throw py::value_error(name + " must be one of " + known + ", not \"" + word + "\"");
}

/// A C-contiguous array of T with `dimensions` dimensions.
template <class T>
py::array_t<T> array(py::handle value, const std::string& name, py::ssize_t dimensions);

/// A view of uint8 or float32 images (N, P, H, W) of `shape`; `value` must outlive it.
Images images(py::handle value, const Shape& shape);

/// A copy, which no other thread can change while the core relies on the checked values.
std::vector<std::int32_t> labels(py::handle value);
/// Likewise; empty for None.
std::vector<double> weights(py::handle value);

/// Hands a vector's memory over to an array of `shape`; copies a small one, which is quicker.
template <class T>
py::array_t<T> to_array(std::vector<T> values, const std::vector<std::size_t>& shape) {
  constexpr std::size_t small = 1024;
  if (values.size() <= small) return py::array_t<T>(shape, values.data());
  auto owned = std::make_unique<std::vector<T>>(std::move(values));
  const T* data = owned->data();
  const py::capsule owner(owned.get(), [](void* pointer) { delete static_cast<std::vector<T>*>(pointer); });
  static_cast<void>(owned.release());
  return py::array_t<T>(shape, data, owner);
}

template <class T>
py::array_t<T> to_array(std::vector<T> values) {
  const std::size_t count = values.size();
  return to_array(std::move(values), {count});
}

/// The result of `call`, during which other Python threads run.
template <class Call>
auto without_gil(Call call) {
  const py::gil_scoped_release release;
  return call();
}

}  // namespace lenetpp::python
