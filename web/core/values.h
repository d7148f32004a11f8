// Between JavaScript's values and the core's: typed arrays, objects, errors. Everything is copied, because memory that
// grows moves, and JavaScript's views of it are then empty.
#pragma once

#include <emscripten/val.h>
#include <lenetpp/images.h>
#include <lenetpp/parse_error.h>

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lenetpp::page {

using emscripten::val;

/// Raw pixels [N][P][H][W]: a Uint8Array, or a Float32Array.
class Pixels {
 public:
  /// Throws std::invalid_argument for any other value.
  explicit Pixels(const val& array);

  /// A view of them; throws std::invalid_argument unless they are whole images of `shape`.
  [[nodiscard]] Images as_images(const Shape& shape) const;

 private:
  std::optional<std::vector<std::uint8_t>> bytes_;
  std::vector<float> floats_;
};

std::vector<std::int32_t> labels_of(const val& array);

val to_array(std::span<const float> values);
val to_array(std::span<const double> values);
val to_array(std::span<const std::int32_t> values);
val to_array(std::span<const std::size_t> values);
val to_array(const Shape& shape);

/// Throws JavaScript's Error; `column` of a network's text counts from 1, 0 where there is none.
[[noreturn]] void throw_error(const std::string& message, std::size_t column);

/// body(), whose exceptions become JavaScript's errors with the same message.
template <class Body>
auto with_errors(const Body& body) {
  std::string message;
  std::size_t column = 0;
  try {
    return body();
  } catch (const ParseError& error) {
    message = error.what();
    column = error.column();
  } catch (const std::bad_alloc&) {
    message = "there is not enough memory for it: use a smaller network, smaller batches or fewer images";
  } catch (const std::exception& error) {
    message = error.what();
  }
  throw_error(message, column);
}

}  // namespace lenetpp::page
