// Sums of squares, for gradient norms.
#pragma once

#include <cstddef>

namespace lenetpp {

/// In double: 16 chains over i = k, k + 16, ..., added in order. `count` is a multiple of 16.
template <class T>
double sum_of_squares(const T* values, std::size_t count) {
  double chains[16] = {};
  for (std::size_t i = 0; i < count; i += 16) {
    for (std::size_t k = 0; k < 16; ++k) {
      const double value = static_cast<double>(values[i + k]);
      chains[k] += value * value;
    }
  }
  double sum = 0;
  for (const double chain : chains) sum += chain;
  return sum;
}

}  // namespace lenetpp
