#include "table.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

std::string Table::text(bool markdown) const {
  std::vector<std::size_t> widths(rows_[0].size());
  for (const auto& row : rows_) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  const std::string between = markdown ? " | " : "  ";
  std::string text;
  for (const auto& row : rows_) {
    std::string line = markdown ? "| " : "";
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string gap(widths[c] - row[c].size(), ' ');
      line += (c ? between : "") + (c < left_ ? row[c] + gap : gap + row[c]);
    }
    text += line + (markdown ? " |\n" : "\n");
    if (&row != &rows_[0]) continue;
    text += markdown ? "|" : "";
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (markdown) {
        text += std::string(widths[c] + 1, '-') + (c < left_ ? "-|" : ":|");
      } else {
        text += (c ? between : "") + std::string(widths[c], '-');
      }
    }
    text += '\n';
  }
  return text;
}

std::string three_digits(double value) {
  const int digits_before_point = value > 0 ? static_cast<int>(std::floor(std::log10(value))) + 1 : 1;
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", std::clamp(3 - digits_before_point, 0, 3), value);
  return text;
}

std::string percent(double share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f%%", share * 100);
  return text;
}
