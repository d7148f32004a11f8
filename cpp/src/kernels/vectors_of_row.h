// The vectors of a row of numbers, of which only the last one may be not full.
#pragma once

#include <cstddef>

#include "compiler.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// Calls use(first, numbers) for the vectors of 0..count-1.
template <class Use>
LENETPP_INLINE void for_each_vector(std::ptrdiff_t count, const Use& use) {
  std::ptrdiff_t i = 0;
  for (; i + lanes <= count; i += lanes) use(i, lanes);
  if (i < count) use(i, static_cast<int>(count - i));
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
