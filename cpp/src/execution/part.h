// A part of a work that several tasks share.
#pragma once

#include <algorithm>
#include <cstddef>

namespace lenetpp {

struct Range {
  int first, last;

  [[nodiscard]] int size() const { return last - first; }
  [[nodiscard]] Range within(const Range& other) const {
    return {std::clamp(other.first, first, last), std::clamp(other.last, first, last)};
  }
};

/// Number `index` of `count` parts, as even as possible; some may be empty.
struct Part {
  std::size_t index = 0, count = 1;

  /// The part of 0..size-1, cut at multiples of `unit`.
  [[nodiscard]] Range of(int size, int unit = 1) const {
    const auto units = static_cast<std::size_t>((size + unit - 1) / unit);
    const auto place = [&](std::size_t i) { return std::min(size, static_cast<int>(units * i / count) * unit); };
    return {place(index), place(index + 1)};
  }
};

}  // namespace lenetpp
