// Elementwise work on whole blocks of parameters: adding gradients of shards, the step of SGD.
#include "kernel_tables.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
void add(T* to, const T* from, std::size_t count) {
  using L = Lanes<T, lanes>;
  for (std::size_t i = 0; i < count; i += lanes) (L::load(to + i) + L::load(from + i)).store(to + i);
}

template <class T>
void sgd_update(const SgdUpdate<T>& a) {
  using L = Lanes<T, lanes>;
  const L decay = L::splat(a.weight_decay), scale = L::splat(a.gradient_scale);
  const L momentum = L::splat(a.momentum), rate = L::splat(-a.learning_rate);
  for (std::size_t i = 0; i < a.count; i += lanes) {
    const L weights = L::load(a.parameters + i);
    const L gradient = flush_subnormals(muladd(decay, weights, L::load(a.gradients + i) * scale));
    L direction = gradient;
    if (a.velocities) {
      const L velocity = flush_subnormals(muladd(momentum, L::load(a.velocities + i), gradient));
      velocity.store(a.velocities + i);
      direction = a.nesterov ? muladd(momentum, velocity, gradient) : velocity;
    }
    muladd(rate, direction, weights).store(a.parameters + i);
  }
}

}  // namespace

template <class T>
void add_updates(Kernels<T>& table) {
  table.add = add<T>;
  table.sgd_update = sgd_update<T>;
}
template void add_updates(Kernels<float>&);
template void add_updates(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
