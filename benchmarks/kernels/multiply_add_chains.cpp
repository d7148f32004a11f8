// Compiled once per instruction set, as the kernels are.
#include "multiply_add_chains.h"

#include "kernels/simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// As many as registers hold. Where two multiply-adds begin in a cycle and are ready four cycles later, 8 are needed;
/// where four begin, 16.
constexpr int chains = vector_registers - 4;

template <class T>
double run_multiply_add_chains(std::size_t repetitions, T* numbers) {
  constexpr int width = register_width<T, 16>;
  static_assert(chains * width <= chain_numbers);
  using R = Register<T, width>;
  const typename R::Type factor = R::load(numbers);
  typename R::Type sums[chains];
  LENETPP_UNROLL for (int c = 0; c < chains; ++c) sums[c] = R::load(numbers + c * width);
  for (std::size_t repetition = 0; repetition < repetitions; ++repetition) {
    LENETPP_UNROLL for (int c = 0; c < chains; ++c) sums[c] = R::muladd(factor, factor, sums[c]);
  }
  LENETPP_UNROLL for (int c = 0; c < chains; ++c) R::store(numbers + c * width, sums[c]);
  return 2.0 * static_cast<double>(repetitions) * chains * width;
}
template double run_multiply_add_chains(std::size_t, float*);
template double run_multiply_add_chains(std::size_t, double*);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
