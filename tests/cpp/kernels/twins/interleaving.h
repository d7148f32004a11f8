// The slow, obvious twins of the kernels that change between planes and interleaved numbers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "functions.h"
#include "kernels/kernels.h"

namespace twins {

/// Calls use(place in the planes, place interleaved) for every number, the planes of a place one after the other.
template <class Use>
void for_each_number(const lenetpp::Interleaving& a, const Use& use) {
  for (int y = 0; y < a.height; ++y) {
    for (int x = 0; x < a.width; ++x) {
      const std::ptrdiff_t place = (std::ptrdiff_t{y} * a.width + x) * a.place_stride;
      for (int p = 0; p < a.planes; ++p) use(p * a.plane_stride + y * a.row_stride + x, place + p);
    }
  }
}

/// How many zeros follow the planes of a place.
inline int zeros_of_place(const lenetpp::Interleaving& a) {
  const int missing = (16 - a.planes % 16) % 16;
  return a.planes <= 16 || a.planes + missing <= a.place_stride ? missing : 0;
}

template <class T>
void add_zeros(const lenetpp::Interleaving& a, std::ptrdiff_t interleaved_place, T* interleaved) {
  if (interleaved_place % a.place_stride != a.planes - 1) return;  // not the last plane
  for (int i = 1; i <= zeros_of_place(a); ++i) interleaved[interleaved_place + i] = 0;
}

template <class T>
void interleave(const lenetpp::Interleaving& a, const T* planes, T* interleaved) {
  for_each_number(a, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    interleaved[to] = planes[from];
    add_zeros(a, to, interleaved);
  });
}

template <class T>
void interleaved_deltas(const lenetpp::InterleavedDeltas<T>& a) {
  for_each_number(a.layout, [&](std::ptrdiff_t from, std::ptrdiff_t to) {
    const T delta = flush_subnormals(a.gradients[from] * derivative(a.activation, a.outputs[from]));
    const std::ptrdiff_t place = to / a.layout.place_stride, plane = to % a.layout.place_stride;
    a.interleaved[to] = delta;
    if (a.rows) {
      const std::ptrdiff_t y = place / a.layout.width, x = place % a.layout.width;
      a.rows[(y * a.layout.planes + plane) * a.layout.width + x] = delta;
    }
    add_zeros(a.layout, to, a.interleaved);
  });
}

template <class T>
void separate(const lenetpp::Interleaving& a, const T* interleaved, lenetpp::Activation activation, T* planes) {
  for_each_number(
      a, [&](std::ptrdiff_t to, std::ptrdiff_t from) { planes[to] = activate(activation, interleaved[from]); });
}

template <class T>
void separate_integers(const lenetpp::Interleaving& a, const T* interleaved, std::int32_t* planes) {
  for_each_number(
      a, [&](std::ptrdiff_t to, std::ptrdiff_t from) { planes[to] = static_cast<std::int32_t>(interleaved[from]); });
}

template <class T>
void add_separated(const lenetpp::Interleaving& a, const T* interleaved, T* planes) {
  for_each_number(a, [&](std::ptrdiff_t to, std::ptrdiff_t from) { planes[to] += interleaved[from]; });
}

}  // namespace twins
