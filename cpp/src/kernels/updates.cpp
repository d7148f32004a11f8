// Elementwise work on whole blocks of parameters: adding gradients of shards, the step of SGD.
#include "kernel_tables.h"
#include "sgd_step.h"
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
  const SgdStep<T> step(a);
  for (std::size_t i = 0; i < a.count; i += lanes) {
    step(Lanes<T, lanes>::load(a.gradients + i), static_cast<std::ptrdiff_t>(i));
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
