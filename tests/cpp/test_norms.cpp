// Norms of gradients do not tell how kernels lie in memory: whole filters in rows give the bits that rows of kernels
// gave, each padded to 8 numbers.
#include <doctest/doctest.h>

#include <cstring>
#include <string>
#include <vector>

#include "kernels/numbers.h"
#include "training/norms.h"

namespace {

using lenetpp::ParameterRows;

/// An array of weights or biases without gaps: [rows][columns], where a row holds kernel rows of `kernel_columns`.
struct Array {
  std::size_t rows, columns, kernel_columns;
};

std::size_t up(std::size_t n, std::size_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// Each row with zeros up to a multiple of `multiple`, and the whole up to one of 16.
template <class T>
std::vector<T> padded_rows(const std::vector<T>& numbers, std::size_t columns, std::size_t multiple) {
  std::vector<T> padded;
  for (std::size_t i = 0; i < numbers.size(); i += columns) {
    padded.insert(padded.end(), numbers.data() + i, numbers.data() + i + columns);
    padded.resize(up(padded.size(), multiple));
  }
  padded.resize(up(padded.size(), 16));
  return padded;
}

/// The contract: chain k has the squares at places k, k + 16, ... in order, and the chains are added in order.
template <class T>
double sum_of_chains(const std::vector<std::vector<T>>& padded) {
  double chains[16] = {};
  for (const std::vector<T>& numbers : padded) {
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      const double value = static_cast<double>(numbers[i]);
      chains[i % 16] = chains[i % 16] + value * value;
    }
  }
  double sum = 0;
  for (const double chain : chains) sum = sum + chain;
  return sum;
}

template <class T>
void check_sum(const std::vector<Array>& arrays, std::uint64_t seed) {
  Generator generator(seed);
  lenetpp::SumOfSquares sum;
  std::vector<std::vector<T>> old_layout;
  for (const Array& array : arrays) {
    const std::vector<T> numbers = generator.numbers<T>(array.rows * array.columns, Numbers::ordinary);
    const std::size_t old_row = array.kernel_columns ? array.kernel_columns : array.columns;
    old_layout.push_back(padded_rows(numbers, old_row, array.kernel_columns ? 8 : 16));
    const std::vector<T> block = padded_rows(numbers, array.columns, 16);
    sum.add(block.data(), ParameterRows{.offset = 0,
                                        .rows = array.rows,
                                        .columns = array.columns,
                                        .row_stride = up(array.columns, 16),
                                        .kernel_columns = array.kernel_columns});
  }
  const double expected = sum_of_chains(old_layout), actual = sum.sum();
  CHECK(std::memcmp(&expected, &actual, sizeof expected) == 0);
}

}  // namespace

TEST_CASE_TEMPLATE("the norm of filters in rows has the bits of kernels' rows padded to 8", T, float, double) {
  std::uint64_t seed = 0;
  for (std::size_t kernel_columns = 1; kernel_columns <= 8; ++kernel_columns) {
    for (const std::size_t kernel_rows : {1, 2, 3, 5, 8}) {
      for (const std::size_t planes : {2, 3, 6, 17, 40}) {
        for (const std::size_t filters : {1, 2, 5, 16}) {
          INFO(filters << " filters of " << planes << "x" << kernel_rows << "x" << kernel_columns);
          check_sum<T>({{filters, planes * kernel_rows * kernel_columns, kernel_columns}}, ++seed);
        }
      }
    }
  }
}

TEST_CASE_TEMPLATE("a norm over several arrays begins each one anew at the first chain", T, float, double) {
  // An odd number of kernels' rows, biases, rows of units, filters again.
  check_sum<T>({{3, 3 * 3 * 5, 5}, {1, 3, 0}, {7, 23, 0}, {1, 7, 0}, {5, 9 * 8, 8}, {1, 5, 0}}, 1);
}

TEST_CASE_TEMPLATE("a norm of kernels' rows that lie padded to 8 counts them where they lie", T, float, double) {
  for (const std::size_t rows : {1, 2, 3, 9}) {
    for (const std::size_t row_stride : {8, 16}) {
      Generator generator(rows);
      const std::vector<T> numbers = generator.numbers<T>(rows * row_stride, Numbers::ordinary);
      lenetpp::SumOfSquares sum;
      sum.add(numbers.data(),
              ParameterRows{
                  .offset = 0, .rows = rows, .columns = row_stride - 1, .row_stride = row_stride, .kernel_columns = 0});
      CHECK(sum.sum() == sum_of_chains<T>({numbers}));
    }
  }
}
