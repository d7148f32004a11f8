// Lists of visits in the memory of a call, one behind the other, each of its own length.
#pragma once

#include <cstdint>
#include <vector>

#include "kernels/kernels.h"
#include "memory.h"
#include "numbers.h"

template <class T>
struct VisitLists {
  Handle<std::int32_t> positions;
  Handle<T> deltas;
  std::vector<std::size_t> counts;

  /// At most `most` visits a list, to windows at these places and in their order as in a walk; overlapping windows of
  /// the pooling may share a winner.
  VisitLists(Memory& memory, const std::vector<std::int32_t>& windows, int lists, int most, Generator& generator,
             Numbers numbers) {
    std::vector<std::int32_t> places;
    for (int list = 0; list < lists; ++list) {
      const std::size_t before = places.size();
      for (const std::int32_t window : windows) {
        for (int times = generator.below(3); times > 0; --times) {
          if (static_cast<int>(places.size() - before) < most) places.push_back(window);
        }
      }
      counts.push_back(places.size() - before);
    }
    positions = memory.bare_constant("positions", places);
    deltas = memory.bare_constant("deltas", generator.numbers<T>(places.size(), numbers));
  }

  std::vector<lenetpp::Visits<T>> in(Memory& memory) const {
    std::vector<lenetpp::Visits<T>> visits;
    std::size_t first = 0;
    for (const std::size_t count : counts) {
      visits.push_back({memory[positions] + first, memory[deltas] + first, count});
      first += count;
    }
    return visits;
  }
};
