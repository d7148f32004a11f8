// The slow, obvious twins of max-pooling.
#pragma once

#include <algorithm>

#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

/// The place of the first maximum of window (i, j) in its plane.
template <class T>
std::ptrdiff_t winner_of_window(const lenetpp::MaxPooling<T>& a, const T* plane, int i, int j) {
  const int top = i * a.strides.height, bottom = std::min(top + a.size.height, a.height);
  const int left = j * a.strides.width, right = std::min(left + a.size.width, a.width);
  std::ptrdiff_t winner = top * a.input_row_stride + left;
  for (int y = top; y < bottom; ++y) {
    for (int x = left; x < right; ++x) {
      const std::ptrdiff_t place = y * a.input_row_stride + x;
      if (plane[place] > plane[winner]) winner = place;
    }
  }
  return winner;
}

template <class T>
void max_pooling(const lenetpp::MaxPooling<T>& a) {
  for (int p = 0; p < a.planes; ++p) {
    const T* plane = a.input + p * a.input_plane_stride;
    for (int i = 0; i < a.output_height; ++i) {
      for (int j = 0; j < a.output_width; ++j) {
        const std::ptrdiff_t winner = winner_of_window(a, plane, i, j);
        a.output[p * a.output_plane_stride + i * a.output_row_stride + j] = activate(a.activation, plane[winner]);
        if (a.winners) a.winners[(p * a.output_height + i) * a.output_width + j] = static_cast<std::int32_t>(winner);
      }
    }
  }
}

template <class T>
void interleaved_max_pooling(const lenetpp::InterleavedMaxPooling<T>& a) {
  for (int i = 0; i < a.output_height; ++i) {
    for (int j = 0; j < a.output_width; ++j) {
      const int top = i * a.strides.height, left = j * a.strides.width;
      for (int p = 0; p < a.planes; ++p) {
        const auto value = [&](int place) { return a.input[place * a.place_stride + p]; };
        int winner = top * a.width + left;
        for (int y = top; y < std::min(top + a.size.height, a.height); ++y) {
          for (int x = left; x < std::min(left + a.size.width, a.width); ++x) {
            if (value(y * a.width + x) > value(winner)) winner = y * a.width + x;
          }
        }
        const std::ptrdiff_t to = (std::ptrdiff_t{i} * a.output_width + j) * a.place_stride + p;
        a.output[to] = value(winner);
        if (a.winners) {
          a.winners[to] = static_cast<T>(winner / a.width * a.winner_row_stride + winner % a.width);
        }
      }
    }
  }
}

}  // namespace twins
