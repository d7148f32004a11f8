// One step of SGD for 16 parameters, as a function object that holds what all have in common.
#pragma once

#include "kernels.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
class SgdStep {
 public:
  using L = Lanes<T, lanes>;

  explicit SgdStep(const SgdUpdate<T>& a)
      : decay_(L::splat(a.weight_decay)),
        scale_(L::splat(a.gradient_scale)),
        momentum_(L::splat(a.momentum)),
        rate_(L::splat(-a.learning_rate)),
        parameters_(a.parameters),
        velocities_(a.velocities),
        nesterov_(a.nesterov) {}

  /// The parameters at `place` and the 15 behind it, whose gradients before scaling and decay are `gradient`.
  LENETPP_INLINE void operator()(const L& gradient, std::ptrdiff_t place) const {
    (*this)(gradient, L::load(parameters_ + place), place);
  }
  LENETPP_INLINE void operator()(const L& gradient, const L& weights, std::ptrdiff_t place) const {
    const L decayed = flush_subnormals(muladd(decay_, weights, gradient * scale_));
    L direction = decayed;
    if (velocities_) {
      const L velocity = flush_subnormals(muladd(momentum_, L::load(velocities_ + place), decayed));
      velocity.store(velocities_ + place);
      direction = nesterov_ ? muladd(momentum_, velocity, decayed) : velocity;
    }
    muladd(rate_, direction, weights).store(parameters_ + place);
  }

 private:
  L decay_, scale_, momentum_, rate_;
  T* parameters_;
  T* velocities_;
  bool nesterov_;
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
