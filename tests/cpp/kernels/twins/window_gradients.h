// The slow, obvious twins of the kernels that go back through a convolution over interleaved planes.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/kernels.h"

namespace twins {

template <class T>
void window_weight_gradient(const lenetpp::WindowWeightGradient<T>& a) {
  const lenetpp::InterleavedWindows& windows = a.windows;
  for (int f = 0; f < a.filters; ++f) {
    const lenetpp::Visits<T>& visits = a.visits[f];
    for (std::size_t v = 0; v < visits.count; ++v) {
      for (int r = 0; r < windows.rows; ++r) {
        const T* seen = a.input + a.window_offsets[visits.positions[v]] + r * windows.input_row_stride;
        T* row = a.gradients + (std::ptrdiff_t{f} * windows.rows + r) * windows.row_length;
        for (int i = 0; i < windows.row_numbers; ++i) row[i] = std::fma(visits.deltas[v], seen[i], row[i]);
      }
      if (a.bias_gradients) a.bias_gradients[f] += visits.deltas[v];
    }
  }
}

/// What column x of windows adds to the gradient, for each row that it sees.
template <class T>
struct ColumnSum {
  explicit ColumnSum(const lenetpp::InterleavedWindows& all)
      : windows(all),
        rows(static_cast<std::size_t>((all.height - 1) * all.strides.height + all.rows),
             std::vector<T>(static_cast<std::size_t>(all.row_numbers))) {}

  /// A filter's window y had this delta.
  void add(int y, T delta, const T* weights) {
    for (int r = 0; r < windows.rows; ++r) {
      std::vector<T>& row = rows[static_cast<std::size_t>(y * windows.strides.height + r)];
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = std::fma(delta, weights[r * windows.row_length + static_cast<std::ptrdiff_t>(i)], row[i]);
      }
    }
  }

  void add_row_to(int row, int x, T* input_gradient) const {
    T* to = input_gradient + row * windows.input_row_stride +
            std::ptrdiff_t{x} * windows.strides.width * windows.place_stride;
    for (const T number : rows[static_cast<std::size_t>(row)]) *to++ += number;
  }

  const lenetpp::InterleavedWindows& windows;
  std::vector<std::vector<T>> rows;
};

/// Whether a window has that row of the input.
inline bool is_seen(const lenetpp::InterleavedWindows& windows, int row) {
  for (int y = 0; y < windows.height; ++y) {
    const int r = row - y * windows.strides.height;
    if (r >= 0 && r < windows.rows) return true;
  }
  return false;
}

/// Adds the columns, where for_each_delta(y, x, use) calls use(filter, delta) for those of a window.
template <class T, class ForEachDelta>
void add_columns(const lenetpp::WindowInputGradient<T>& a, const ForEachDelta& for_each_delta) {
  const std::ptrdiff_t block = std::ptrdiff_t{a.windows.rows} * a.windows.row_length;
  for (int x = 0; x < a.windows.width; ++x) {
    ColumnSum<T> column(a.windows);
    for (int y = 0; y < a.windows.height; ++y) {
      for_each_delta(y, x, [&](int f, T delta) { column.add(y, delta, a.weights + f * block); });
    }
    for (int row = a.first_row; row < a.last_row; ++row) {
      if (is_seen(a.windows, row)) column.add_row_to(row, x, a.input_gradient);
    }
  }
}

template <class T>
void sparse_input_gradient(const lenetpp::SparseInputGradient<T>& a) {
  add_columns<T>(a, [&](int y, int x, const auto& use) {
    for (int f = 0; f < a.filters; ++f) {
      for (std::size_t v = 0; v < a.visits[f].count; ++v) {
        if (a.cells[a.visits[f].positions[v]] == x * a.windows.height + y) use(f, a.visits[f].deltas[v]);
      }
    }
  });
}

template <class T>
void full_input_gradient(const lenetpp::FullInputGradient<T>& a) {
  add_columns<T>(a, [&](int y, int x, const auto& use) {
    for (int f = 0; f < a.filters; ++f) {
      use(f, a.deltas[(std::ptrdiff_t{y} * a.filters + f) * a.windows.width + x]);
    }
  });
}

}  // namespace twins
