// Work cut into tiles whose sizes the compiler knows, so that a tile's sums stay in registers.
#pragma once

#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// Stops the compiler from taking one address apart into a register for each of its neighbours.
template <class T>
LENETPP_INLINE void keep_address(const T*& p) {
#if defined(__GNUC__)
  asm("" : "+r"(p));
#else
  (void)p;
#endif
}

/// Stops the compiler from loading what an object holds before this point: where all registers hold a tile's sums, what
/// their use needs would push them into memory.
template <class T>
LENETPP_INLINE void load_only_now(const T& object) {
#if defined(__GNUC__)
  asm volatile("" : : "r"(&object) : "memory");
#else
  (void)object;
#endif
}

/// How many accumulators of type L fit the registers beside `others`, from 1 to `most`.
template <class L>
constexpr int accumulators_beside(int others, int most) {
  const int fitting = (vector_registers - others) / L::registers;
  return fitting < 1 ? 1 : fitting > most ? most : fitting;
}

/// A tile of side x side accumulators of type L: 4 x 4 on 32 registers, 2 x 2 where an L takes two of them.
template <class L>
constexpr int side_of_tile = accumulators_beside<L>(4, 64) >= 20  ? 4
                             : accumulators_beside<L>(4, 64) >= 6 ? 2
                                                                  : 1;

/// Calls use.operator()<N>() where N is `number`, from 1 to Most.
template <int Most, class Use>
LENETPP_INLINE void with_number(int number, const Use& use) {
  if constexpr (Most > 1) {
    if (number < Most) return with_number<Most - 1>(number, use);
  }
  use.template operator()<Most>();
}

/// Cuts 0..count-1 into as few tiles of at most Most as there can be, as even as possible, and calls
/// use.operator()<N>(first) for each, in order: memory is fetched ahead where it is read forwards.
template <int Most, class Use>
LENETPP_INLINE void for_each_tile(int count, const Use& use) {
  const int tiles = (count + Most - 1) / Most;
  for (int tile = 0, first = 0; tile < tiles; ++tile) {
    const int end = static_cast<int>(std::int64_t{count} * (tile + 1) / tiles);
    with_number<Most>(end - first, [&]<int N>() LENETPP_INLINE_LAMBDA { use.template operator()<N>(first); });
    first = end;
  }
}

/// The same tiles, the last one first.
template <int Most, class Use>
LENETPP_INLINE void for_each_tile_from_the_last(int count, const Use& use) {
  const int tiles = (count + Most - 1) / Most;
  for (int tile = tiles - 1, end = count; tile >= 0; --tile) {
    const int first = static_cast<int>(std::int64_t{count} * tile / tiles);
    with_number<Most>(end - first, [&]<int N>() LENETPP_INLINE_LAMBDA { use.template operator()<N>(first); });
    end = first;
  }
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
