// The command line.
#pragma once

#include <string>

struct Options {
  std::string filter;
  std::string network;  // empty: all but the wider ones
  double seconds = 0.02;
  int rounds = 9;
  bool use_double = false;
  bool markdown = false;
  bool help = false;

  [[nodiscard]] bool selects(const std::string& row) const { return row.find(filter) != std::string::npos; }
  /// Whether a row that begins so may be selected. No row has its first word and a space in another place.
  [[nodiscard]] bool may_select(const std::string& beginning) const {
    const std::string first_word = beginning.substr(0, beginning.find(' ') + 1);
    return !filter.starts_with(first_word) || filter.starts_with(beginning) || beginning.starts_with(filter);
  }
};

/// What --help prints.
extern const char* const usage;

/// Throws std::invalid_argument that names the option, what was expected and what was given.
Options parse_options(int count, const char* const* arguments);
