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
};

/// What --help prints.
extern const char* const usage;

/// Throws std::invalid_argument that names the option, what was expected and what was given.
Options parse_options(int count, const char* const* arguments);
