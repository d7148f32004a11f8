// Reads a network's text from left to right; every failure shows the text with a caret under the column.
#pragma once

#include <lenetpp/parse_error.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace lenetpp {

class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t position() const { return position_; }
  void skip_space();
  /// At the end, at white space, at the bar between two layers or at a bracket around some.
  [[nodiscard]] bool at_word_end() const;
  [[nodiscard]] bool at(char character) const;
  [[nodiscard]] bool at_end() const { return position_ == text_.size(); }

  /// Steps over `character` if it is next.
  bool accept(char character);
  /// Steps over `character` or fails with "expected `expectation`".
  void expect(char character, const std::string& expectation);
  /// The longest run of a..z and _, which may be empty.
  std::string_view letters();
  /// A whole number from `least` to 2^31 - 1, or fails with "expected `expectation`".
  int whole_number(int least, const std::string& expectation);
  /// A number, up to white space, a bar, a bracket or a closing parenthesis, or fails with "expected `expectation`, a
  /// number".
  double number(const std::string& expectation);

  /// Throws ParseError at the present position: "expected `expectation`, found ...".
  [[noreturn]] void fail_expecting(const std::string& expectation) const;
  /// Throws ParseError: `message`, the text and a caret under the byte `position`.
  [[noreturn]] void fail(const std::string& message, std::size_t position) const;

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

/// Calls `check` and points at `start` when it throws std::invalid_argument.
template <class Check>
auto located(const TextCursor& start, const Check& check) {
  try {
    return check();
  } catch (const ParseError&) {
    throw;
  } catch (const std::invalid_argument& error) {
    start.fail(error.what(), start.position());
  }
}

}  // namespace lenetpp
