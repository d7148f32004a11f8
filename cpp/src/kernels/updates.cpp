// Elementwise work on whole blocks of parameters: adding gradients of shards, the step of an optimizer,
// averages along the way.
#include "kernel_tables.h"
#include "parameter_step.h"
#include "simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {
namespace {

template <class T>
void add(T* to, const T* from, std::size_t count) {
  using L = Lanes<T, lanes>;
  for (std::size_t i = 0; i < count; i += lanes) (L::load(to + i) + L::load(from + i)).store(to + i);
}

template <class T>
void optimizer_step(const Step<T>& a) {
  with_step_rule(a, [&](const auto& rule) {
    const ParameterStep step(a, rule);
    for (std::size_t i = 0; i < a.count; i += lanes) {
      const auto direction = step(Lanes<T, lanes>::load(a.gradients + i), static_cast<std::ptrdiff_t>(i));
      if (a.directions) direction.store(a.directions + i);
    }
  });
}

template <class T>
void move_towards(T* to, const T* values, std::size_t count, T share) {
  using L = Lanes<T, lanes>;
  for (std::size_t i = 0; i < count; i += lanes) {
    const L average = L::load(to + i);
    flush_subnormals(muladd(L::splat(share), L::load(values + i) - average, average)).store(to + i);
  }
}

}  // namespace

template <class T>
void add_updates(Kernels<T>& table) {
  table.add = add<T>;
  table.optimizer_step = optimizer_step<T>;
  table.move_towards = move_towards<T>;
}
template void add_updates(Kernels<float>&);
template void add_updates(Kernels<double>&);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
