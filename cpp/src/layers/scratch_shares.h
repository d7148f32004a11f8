// An image's scratch memory, shared out among what needs some of it.
#pragma once

#include <cstddef>

#include "kernels/kernels.h"

namespace lenetpp {

/// In whole vectors.
template <class T>
class ScratchShares {
 public:
  explicit ScratchShares(T* memory) : next_(memory) {}
  T* take(std::size_t count) {
    T* const taken = next_;
    next_ += round_up(count, lanes);
    return taken;
  }

 private:
  T* next_;
};

}  // namespace lenetpp
