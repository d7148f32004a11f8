// A window of a plane as an array without gaps.
#pragma once

#include "network.h"

namespace ladder {

/// gathered [kernel][kernel] written from the rows of a plane [..][side].
inline void gather(const float* corner, int side, float* gathered) {
  for (int v = 0; v < kernel; ++v) {
    for (int u = 0; u < kernel; ++u) gathered[v * kernel + u] = corner[v * side + u];
  }
}

}  // namespace ladder
