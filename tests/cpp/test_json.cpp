#include <doctest/doctest.h>

#include <string>

#include "files/json.h"

using lenetpp::JsonArray;
using lenetpp::JsonError;
using lenetpp::JsonObject;
using lenetpp::parse_json;

namespace {

std::string string_of(const std::string& text) { return std::get<std::string>(parse_json(text).value); }

std::uint64_t number_of(const std::string& text) { return std::get<std::uint64_t>(parse_json(text).value); }

}  // namespace

TEST_CASE("objects, arrays, strings and whole numbers are read") {
  const auto value = parse_json(" {\"a\" : [1, 2,\n{}] ,\t\"\" :\"x\"}\r\n ");
  const auto& object = std::get<JsonObject>(value.value);
  REQUIRE(object.size() == 2);
  const auto& array = std::get<JsonArray>(object.at("a").value);
  REQUIRE(array.size() == 3);
  CHECK(std::get<std::uint64_t>(array[1].value) == 2);
  CHECK(std::get<JsonObject>(array[2].value).empty());
  CHECK(std::get<std::string>(object.at("").value) == "x");
  CHECK(number_of("0") == 0);
  CHECK(number_of("18446744073709551615") == 18446744073709551615u);
}

TEST_CASE("escapes become the characters they stand for") {
  CHECK(string_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(string_of(R"("\u0041\u00e9\u20AC\ud83d\ude00")") == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  CHECK(string_of(R"("\u0000")") == std::string(1, '\0'));
}

TEST_CASE("every string survives being quoted and read again") {
  std::string all;
  for (char c = 0; c < 0x7F; ++c) all += c;
  for (const std::string& text : {all, std::string("h\xC3\xA9 \xF0\x9F\x98\x80"), std::string()}) {
    CHECK(string_of(lenetpp::json_quoted(text)) == text);
  }
}

TEST_CASE("an excerpt ends at the end of a character") {
  CHECK(lenetpp::json_excerpt("abc", 3) == "\"abc\"");
  CHECK(lenetpp::json_excerpt("abcd", 3) == "\"abc\"...");
  CHECK(lenetpp::json_excerpt("ab\xE2\x82\xACz", 3) == "\"ab\"...");
  CHECK(lenetpp::json_excerpt("ab\xE2\x82\xACz", 5) == "\"ab\xE2\x82\xAC\"...");
}

TEST_CASE("what is not strict JSON is refused at its offset") {
  struct Wrong {
    std::string text;
    std::size_t offset;
  };
  const Wrong cases[] = {
      {"", 0},
      {"  ", 2},
      {"{", 1},
      {"{\"a\"", 4},
      {"{\"a\":", 5},
      {"{\"a\":1", 6},
      {"{\"a\":1,", 7},
      {"{\"a\":1,}", 7},
      {"{\"a\":1 \"b\":2}", 7},
      {"{\"a\":1,\"a\":2}", 7},
      {"{a:1}", 1},
      {"[1,]", 3},
      {"[1 2]", 3},
      {"[1]]", 3},
      {"1 2", 2},
      {"01", 0},
      {"-1", 0},
      {"1.5", 1},
      {"1e3", 1},
      {"18446744073709551616", 0},
      {"true", 0},
      {"null", 0},
      {"'a'", 0},
      {"\"a", 2},
      {"\"a\n\"", 2},
      {"\"\\x\"", 2},
      {"\"\\u12\"", 2},
      {"\"\\u12g4\"", 2},
      {"\"\\ud800\"", 6},
      {"\"\\ud800\\u0041\"", 12},
      {"\"\\udc00\"", 6},
      {"\"\\", 2},
      {"\"\\u", 2},
      {std::string(1, '\0'), 0},
      {"\"a\xFF\"", 2},
      {"\xEF\xBB\xBF{}", 0},
      {std::string(100000, '['), 8},
  };
  for (const auto& wrong : cases) {
    CAPTURE(wrong.text);
    try {
      static_cast<void>(parse_json(wrong.text));
      FAIL("accepted");
    } catch (const JsonError& error) {
      CHECK(error.offset() == wrong.offset);
    }
  }
}

TEST_CASE("UTF-8 is what the Unicode standard calls well-formed") {
  const std::string well_formed[] = {"",
                                     "plain",
                                     "\xC2\x80",
                                     "\xDF\xBF",
                                     "\xE0\xA0\x80",
                                     "\xED\x9F\xBF",
                                     "\xEE\x80\x80",
                                     "\xEF\xBF\xBF",
                                     "\xF0\x90\x80\x80",
                                     "\xF4\x8F\xBF\xBF"};
  for (const auto& text : well_formed) CHECK_FALSE(lenetpp::find_invalid_utf8(text).has_value());

  // Continuations alone, overlong forms, surrogates, above U+10FFFF, cut off, not continued.
  const std::string ill_formed[] = {"\x80",
                                    "\xC0\x80",
                                    "\xC1\xBF",
                                    "\xE0\x9F\xBF",
                                    "\xED\xA0\x80",
                                    "\xF0\x8F\xBF\xBF",
                                    "\xF4\x90\x80\x80",
                                    "\xF5\x80\x80\x80",
                                    "\xC2",
                                    "\xE2\x82",
                                    "\xF0\x9F\x98",
                                    "\xC2\x41",
                                    "\xE2\x82\x41",
                                    "\xF0\x9F\x98\x41",
                                    "\xFF"};
  for (const auto& text : ill_formed) CHECK(lenetpp::find_invalid_utf8("ab" + text) == 2);
}
