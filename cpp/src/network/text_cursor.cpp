#include "network/text_cursor.h"

#include <algorithm>
#include <charconv>
#include <locale>
#include <sstream>

namespace lenetpp {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
bool ends_word(char c) { return is_space(c) || c == '|' || c == '[' || c == ']'; }

/// In UTF-8 a character is one byte followed by bytes that continue it; on the screen it takes one column.
bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::size_t back(std::string_view text, std::size_t position, std::size_t characters) {
  for (; characters > 0 && position > 0; --position) {
    if (starts_character(text[position - 1])) --characters;
  }
  return position;
}

std::size_t forward(std::string_view text, std::size_t position, std::size_t characters) {
  for (; position < text.size(); ++position) {
    if (starts_character(text[position]) && characters-- == 0) break;
  }
  return position;
}

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

/// Line breaks and other control characters become spaces.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return line;
}

}  // namespace

void TextCursor::skip_space() {
  while (!at_end() && is_space(text_[position_])) ++position_;
}

bool TextCursor::at_word_end() const { return at_end() || ends_word(text_[position_]); }

bool TextCursor::at(char character) const { return !at_end() && text_[position_] == character; }

bool TextCursor::accept(char character) {
  if (!at(character)) return false;
  ++position_;
  return true;
}

void TextCursor::expect(char character, const std::string& expectation) {
  if (!accept(character)) fail_expecting(expectation);
}

std::string_view TextCursor::letters() {
  const std::size_t start = position_;
  while (!at_end() && is_letter(text_[position_])) ++position_;
  return text_.substr(start, position_ - start);
}

int TextCursor::whole_number(int least, const std::string& expectation) {
  int value = 0;
  const char* first = text_.data() + position_;
  const auto [last, error] = std::from_chars(first, text_.data() + text_.size(), value);
  if (at_end() || !is_digit(*first) || error != std::errc() || value < least) {
    fail_expecting(expectation + " (a whole number from " + std::to_string(least) + " to 2147483647)");
  }
  position_ += static_cast<std::size_t>(last - first);
  return value;
}

double TextCursor::number(const std::string& expectation) {
  std::size_t end = position_;
  while (end < text_.size() && !ends_word(text_[end]) && text_[end] != ')') ++end;
  const std::string_view word = text_.substr(position_, end - position_);
  // Not std::from_chars, which some standard libraries lack for floating-point numbers. Some streams read "nan" and
  // hexadecimal digits, others do not: only what all read alike is a number.
  const bool is_decimal = word.find_first_not_of("0123456789+-.eE") == word.npos;
  std::istringstream stream{std::string(word)};
  stream.imbue(std::locale::classic());
  double value = 0;
  if (!is_decimal || !(stream >> value) || stream.peek() != std::istringstream::traits_type::eof()) {
    fail_expecting(expectation + ", a number");
  }
  position_ = end;
  return value;
}

void TextCursor::fail_expecting(const std::string& expectation) const {
  std::string found = "the end of the text";
  if (!at_end()) {
    TextCursor word = *this;
    do ++word.position_;
    while (!word.at_word_end());
    constexpr std::size_t longest = 30;
    const std::size_t end = std::min(word.position_, forward(text_, position_, longest));
    const std::string dots = end < word.position_ ? "..." : "";
    found = '"' + on_one_line(text_.substr(position_, end - position_)) + dots + '"';
  }
  fail("expected " + expectation + ", found " + found, position_);
}

void TextCursor::fail(const std::string& message, std::size_t position) const {
  // Long texts are cut so that the line and its caret stay together on a terminal of 80 columns.
  const std::size_t first = back(text_, position, 40);
  const std::size_t last = forward(text_, position, 30);
  const std::string before = "  " + std::string(first > 0 ? "..." : "");
  const std::string after = last < text_.size() ? "..." : "";
  const std::size_t indent = before.size() + count_characters(text_.substr(first, position - first));
  throw ParseError(message + "\n" + before + on_one_line(text_.substr(first, last - first)) + after + "\n" +
                       std::string(indent, ' ') + "^",
                   count_characters(text_.substr(0, position)) + 1);
}

}  // namespace lenetpp
