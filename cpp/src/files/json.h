// As much of JSON as a safetensors header needs: objects, arrays, strings and whole numbers, read strictly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lenetpp {

struct JsonValue;
using JsonArray = std::vector<JsonValue>;
using JsonObject = std::map<std::string, JsonValue>;

struct JsonValue {
  std::variant<std::string, std::uint64_t, JsonArray, JsonObject> value;
};

/// The text is not the JSON expected here; `offset` is the byte where that shows.
class JsonError : public std::runtime_error {
 public:
  JsonError(const std::string& message, std::size_t offset) : std::runtime_error(message), offset_(offset) {}
  [[nodiscard]] std::size_t offset() const { return offset_; }

 private:
  std::size_t offset_;
};

/// One value, with nothing but white space around it. Throws JsonError, also for duplicate keys, bytes that are not
/// UTF-8 and nesting deeper than a header's.
JsonValue parse_json(std::string_view text);

/// `text` in quotes; it must be UTF-8.
std::string json_quoted(std::string_view text);

/// The same for a message: cut after `longest` bytes, at the end of a character.
std::string json_excerpt(std::string_view text, std::size_t longest = 80);

/// The offset of the first byte that is not part of well-formed UTF-8.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

}  // namespace lenetpp
