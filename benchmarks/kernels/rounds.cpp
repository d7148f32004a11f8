#include "rounds.h"

#include <algorithm>
#include <cstddef>

void interleave(const std::vector<std::function<void()>>& measurements, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < measurements.size(); ++i) {
      measurements[(i + static_cast<std::size_t>(round)) % measurements.size()]();
    }
  }
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}
