// A number as the shortest text that reads back as the same number, with a point whatever the locale.
#pragma once

#include <array>
#include <charconv>
#include <string>

namespace lenetpp {

inline std::string number_text(double value) {
  std::array<char, 32> characters;
  const auto [end, error] = std::to_chars(characters.data(), characters.data() + characters.size(), value);
  return std::string(characters.data(), end);
}

}  // namespace lenetpp
