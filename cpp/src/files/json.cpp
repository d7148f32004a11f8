#include "files/json.h"

#include <charconv>

namespace lenetpp {
namespace {

/// A header is an object of objects of arrays; a little more lets an error name what is wrong instead of the depth.
constexpr int maximum_depth = 8;

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto append = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  const auto append_rest = [&](int shift) { append(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    append(code_point);
  } else if (code_point < 0x800) {
    append(0xC0 | code_point >> 6);
    append_rest(0);
  } else if (code_point < 0x10000) {
    append(0xE0 | code_point >> 12);
    append_rest(6);
    append_rest(0);
  } else {
    append(0xF0 | code_point >> 18);
    append_rest(12);
    append_rest(6);
    append_rest(0);
  }
}

class JsonParser {
 public:
  explicit JsonParser(std::string_view text) : text_(text) {}

  JsonValue parse() {
    if (const auto offset = find_invalid_utf8(text_)) throw JsonError("a byte that is not UTF-8", *offset);
    JsonValue value = read_value(0);
    if (skip_space() != 0) fail("expected nothing more, found " + found());
    return value;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const { throw JsonError(message, position_); }

  [[nodiscard]] char next() const { return position_ < text_.size() ? text_[position_] : '\0'; }

  [[nodiscard]] std::string found() const {
    return position_ < text_.size() ? json_excerpt(text_.substr(position_), 10) : "the end";
  }

  /// The character after white space, 0 at the end.
  char skip_space() {
    while (next() == ' ' || next() == '\n' || next() == '\r' || next() == '\t') ++position_;
    return next();
  }

  void expect(char character) {
    if (skip_space() != character) fail(std::string("expected '") + character + "', found " + found());
    ++position_;
  }

  JsonValue read_value(int depth) {
    const char first = skip_space();
    if (depth == maximum_depth) fail("nested more than " + std::to_string(maximum_depth) + " deep");
    if (first == '"') return {read_string()};
    if (first == '[') return {read_array(depth)};
    if (first == '{') return {read_object(depth)};
    if (first >= '0' && first <= '9') return {read_number()};
    fail("expected an object, an array, a string or a whole number, found " + found());
  }

  /// Calls `read_item` for each item between `open` and `close`.
  template <class ReadItem>
  void read_items(char open, char close, ReadItem read_item) {
    expect(open);
    if (skip_space() == close) {
      ++position_;
      return;
    }
    read_item();
    while (skip_space() == ',') {
      ++position_;
      read_item();
    }
    expect(close);
  }

  JsonArray read_array(int depth) {
    JsonArray array;
    read_items('[', ']', [&] { array.push_back(read_value(depth + 1)); });
    return array;
  }

  JsonObject read_object(int depth) {
    JsonObject object;
    read_items('{', '}', [&] {
      if (skip_space() != '"') fail("expected a key in quotes, found " + found());
      const std::size_t key_offset = position_;
      std::string key = read_string();
      if (object.contains(key)) throw JsonError("the key " + json_excerpt(key) + " is there twice", key_offset);
      expect(':');
      object.emplace(std::move(key), read_value(depth + 1));
    });
    return object;
  }

  std::uint64_t read_number() {
    std::uint64_t number = 0;
    const char* first = text_.data() + position_;
    const auto [last, error] = std::from_chars(first, text_.data() + text_.size(), number);
    if (error != std::errc()) fail("a number above 2^64 - 1");
    if (*first == '0' && last - first > 1) fail("a number with a leading zero");
    position_ += static_cast<std::size_t>(last - first);
    if (next() == '.' || next() == 'e' || next() == 'E') fail("expected a whole number, found " + found());
    return number;
  }

  std::string read_string() {
    std::string string;
    for (expect('"'); next() != '"'; ++position_) {
      if (position_ >= text_.size()) fail("a string without its closing quote");
      if (static_cast<unsigned char>(next()) < 0x20) fail("a control character in a string");
      if (next() == '\\') {
        ++position_;
        read_escape(string);
      } else {
        string += next();
      }
    }
    ++position_;
    return string;
  }

  /// After the backslash; leaves the position at the escape's last character.
  void read_escape(std::string& string) {
    constexpr std::string_view letters = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const auto index = letters.find(next()); index != std::string_view::npos) {
      string += meanings[index];
      return;
    }
    if (next() != 'u') fail("expected an escape, found " + found());
    std::uint32_t code_point = read_four_digits();
    if (code_point >= 0xDC00 && code_point < 0xE000) fail("the second half of a surrogate pair without the first");
    if (code_point >= 0xD800 && code_point < 0xDC00) {
      const bool paired = text_.substr(position_ + 1, 2) == "\\u";
      if (paired) position_ += 2;
      const std::uint32_t low = paired ? read_four_digits() : 0;
      if (low < 0xDC00 || low > 0xDFFF) fail("the first half of a surrogate pair without the second");
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(string, code_point);
  }

  /// After the u; leaves the position at the last digit.
  std::uint32_t read_four_digits() {
    const std::string_view digits = text_.substr(position_ + 1, 4);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() < 4 || end != digits.data() + 4 || error != std::errc()) {
      fail("expected four hexadecimal digits after \\u");
    }
    position_ += 4;
    return value;
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

JsonValue parse_json(std::string_view text) { return JsonParser(text).parse(); }

std::string json_quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      quoted += "\\u00";
      quoted += digits[byte >> 4];
      quoted += digits[byte & 15];
    } else {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string json_excerpt(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return json_quoted(text);
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0) == 0x80) --longest;
  return json_quoted(text.substr(0, longest)) + "...";
}

std::optional<std::size_t> find_invalid_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  for (std::size_t i = 0; i < text.size();) {
    const int first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    // Unicode 15, table 3-7: the second byte rules out overlong forms, surrogates and what lies above U+10FFFF.
    const int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    bool valid = first < 0x80 || (first >= 0xC2 && first <= 0xF4 && byte(i + 1) >= least && byte(i + 1) <= most);
    for (std::size_t k = 2; k < length; ++k) valid = valid && (byte(i + k) & 0xC0) == 0x80;
    if (!valid) return i;
    i += length;
  }
  return std::nullopt;
}

}  // namespace lenetpp
