// The vectors of a row of numbers, of which only the last one may be not full.
#pragma once

#include <cstddef>

#include "compiler.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// Calls use(first, numbers) for the vectors of 0..count-1.
template <class Use>
LENETPP_INLINE void for_each_vector(std::ptrdiff_t count, const Use& use) {
#if defined(LENETPP_ROLLED_LOOPS)  // one copy of what is done
  for (std::ptrdiff_t i = 0; i < count; i += lanes) use(i, static_cast<int>(count - i < lanes ? count - i : lanes));
#else
  std::ptrdiff_t i = 0;
  for (; i + lanes <= count; i += lanes) use(i, lanes);
  if (i < count) use(i, static_cast<int>(count - i));
#endif
}

template <class T>
using Places = Lanes<T, lanes>;

/// One number for all vectors of a row, whose last one may have fewer lanes; the others are zero in it.
template <class T>
struct RowNumber {
  Places<T> whole, last;

  LENETPP_INLINE RowNumber(T x, std::ptrdiff_t width) : whole(Places<T>::splat(x)) {
    T numbers[lanes];
    whole.store(numbers);
    last = Places<T>::load_first(numbers, static_cast<int>(width % lanes));
  }
  LENETPP_INLINE const Places<T>& of(int places) const { return places == lanes ? whole : last; }
};

/// The first `count` places, or all of them in one instruction.
template <class T>
LENETPP_INLINE Places<T> load(const T* p, int count) {
  return count == lanes ? Places<T>::load(p) : Places<T>::load_first(p, count);
}

template <class T>
LENETPP_INLINE void store(const Places<T>& v, T* p, int count) {
  if (count == lanes) {
    v.store(p);
  } else {
    v.store_first(p, count);
  }
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
