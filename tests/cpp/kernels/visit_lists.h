// Lists of visits in the memory of a call, one behind the other, with room for the longest each.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "kernels/kernels.h"
#include "memory.h"
#include "numbers.h"

using PositionLists = std::vector<std::vector<std::int32_t>>;

/// At most `most` visits a list, to windows at these places and in their order as in a walk; overlapping windows of the
/// pooling may share a winner.
inline PositionLists visits_of_walks(const std::vector<std::int32_t>& windows, int lists, int most,
                                     Generator& generator) {
  PositionLists positions(static_cast<std::size_t>(lists));
  for (std::vector<std::int32_t>& list : positions) {
    for (const std::int32_t window : windows) {
      for (int times = generator.below(3); times > 0; --times) {
        if (static_cast<int>(list.size()) < most) list.push_back(window);
      }
    }
  }
  return positions;
}

template <class T>
struct VisitLists {
  Handle<std::int32_t> positions;
  Handle<T> deltas;
  std::vector<std::size_t> counts;
  std::size_t stride;

  VisitLists(Memory& memory, const PositionLists& lists, Generator& generator, Numbers numbers) {
    for (const std::vector<std::int32_t>& list : lists) counts.push_back(list.size());
    stride = counts.empty() ? 0 : *std::max_element(counts.begin(), counts.end());
    std::vector<std::int32_t> places;
    for (const std::vector<std::int32_t>& list : lists) {
      places.insert(places.end(), list.begin(), list.end());
      places.resize(places.size() + stride - list.size());
    }
    positions = memory.bare_constant("positions", places);
    deltas = memory.bare_constant("deltas", generator.numbers<T>(places.size(), numbers));
  }

  [[nodiscard]] std::size_t size() const { return std::accumulate(counts.begin(), counts.end(), std::size_t{0}); }

  std::vector<lenetpp::Visits<T>> in(Memory& memory) const {
    std::vector<lenetpp::Visits<T>> visits;
    std::size_t first = 0;
    for (const std::size_t count : counts) {
      visits.push_back({memory[positions] + first, memory[deltas] + first, count});
      first += stride;
    }
    return visits;
  }
};
