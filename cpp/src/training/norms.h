// Sums of squares, for gradient norms.
#pragma once

#include <algorithm>
#include <cstddef>

#include "network/parameter_block.h"

namespace lenetpp {

/// In double: 16 chains, added in order. Which chain a number belongs to is a part of the numeric contract: its place
/// modulo 16, where rows of kernels are counted as if each were 8 long, however they lie in memory.
class SumOfSquares {
 public:
  /// One array of a block; `values` is its first number.
  template <class T>
  void add(const T* values, const ParameterRows& array) {
    if (array.kernel_columns == 0) {
      // The last vector may be filled in part, by a kernel's row.
      const std::size_t count = array.rows * array.row_stride, whole = count / 16 * 16;
      add_whole_rows(values, whole);
      add_row(values + whole, count - whole, 0);
      return;
    }
    std::size_t half = 0;  // of the 16 chains
    for (std::size_t row = 0; row < array.rows; ++row) {
      const T* numbers = values + row * array.row_stride;
      for (std::size_t i = 0; i < array.columns; i += array.kernel_columns, half ^= 8) {
        add_row(numbers + i, array.kernel_columns, half);
      }
    }
  }

  [[nodiscard]] double sum() const {
    double sum = 0;
    for (const double chain : chains_) sum += chain;
    return sum;
  }

 private:
  template <class T>
  void add_whole_rows(const T* values, std::size_t count) {
    double chains[16];  // in registers
    std::copy_n(chains_, 16, chains);
    for (std::size_t row = 0; row < count; row += 16) {
      for (std::size_t i = 0; i < 16; ++i) {
        const double value = static_cast<double>(values[row + i]);
        chains[i] += value * value;
      }
    }
    std::copy_n(chains, 16, chains_);
  }

  template <class T>
  void add_row(const T* values, std::size_t count, std::size_t first_chain) {
    for (std::size_t i = 0; i < count; ++i) {
      const double value = static_cast<double>(values[i]);
      chains_[first_chain + i] += value * value;
    }
  }

  double chains_[16] = {};
};

}  // namespace lenetpp
