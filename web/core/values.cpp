#include "values.h"

#include <stdexcept>

namespace lenetpp::page {
namespace {

bool is_a(const val& value, const char* type) { return value.instanceof(val::global(type)); }

template <class T>
val copied(std::span<const T> values) {
  return val(emscripten::typed_memory_view(values.size(), values.data())).template call<val>("slice");
}

}  // namespace

Pixels::Pixels(const val& array) {
  if (is_a(array, "Uint8Array")) {
    bytes_ = emscripten::convertJSArrayToNumberVector<std::uint8_t>(array);
  } else if (is_a(array, "Float32Array")) {
    floats_ = emscripten::convertJSArrayToNumberVector<float>(array);
  } else {
    throw std::invalid_argument("pixels: expected a Uint8Array or a Float32Array");
  }
}

Images Pixels::as_images(const Shape& shape) const {
  return bytes_ ? Images(std::span<const std::uint8_t>(*bytes_), shape)
                : Images(std::span<const float>(floats_), shape);
}

std::vector<std::int32_t> labels_of(const val& array) {
  if (!is_a(array, "Int32Array")) throw std::invalid_argument("labels: expected an Int32Array");
  return emscripten::convertJSArrayToNumberVector<std::int32_t>(array);
}

val to_array(std::span<const float> values) { return copied(values); }
val to_array(std::span<const double> values) { return copied(values); }
val to_array(std::span<const std::int32_t> values) { return copied(values); }
val to_array(std::span<const std::size_t> values) {
  val array = val::array();
  for (const std::size_t value : values) array.call<void>("push", static_cast<double>(value));
  return array;
}
val to_array(const Shape& shape) {
  val array = val::array();
  for (const int side : {shape.planes, shape.height, shape.width}) array.call<void>("push", side);
  return array;
}

void throw_error(const std::string& message, std::size_t column) {
  val error = val::global("Error").new_(message);
  if (column > 0) error.set("column", static_cast<double>(column));
  error.throw_();
  __builtin_unreachable();
}

}  // namespace lenetpp::page
