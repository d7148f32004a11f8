// Tables for the terminal or as Markdown, and numbers with the digits that a measurement is good for.
#pragma once

#include <string>
#include <vector>

class Table {
 public:
  /// The first `left` columns are aligned left, the others right.
  Table(std::vector<std::string> header, std::size_t left) : rows_{std::move(header)}, left_(left) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  [[nodiscard]] bool empty() const { return rows_.size() == 1; }
  [[nodiscard]] std::string text(bool markdown) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // the header first
  std::size_t left_;
};

std::string three_digits(double value);
std::string percent(double share);
