// Compiled once per instruction set, as the kernels are.
#include "multiply_add_chains.h"

#include "kernels/simd/lanes.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

template <class T>
double run_multiply_add_chains(std::size_t repetitions, T* numbers) {
  constexpr int width = register_width<T, widest_vector>;
  using R = Register<T, width>;
  const typename R::Type factor = R::load(numbers);
  typename R::Type sums[multiply_add_chains];
  LENETPP_UNROLL for (int c = 0; c < multiply_add_chains; ++c) sums[c] = R::load(numbers + c * widest_vector);
  for (std::size_t repetition = 0; repetition < repetitions; ++repetition) {
    LENETPP_UNROLL for (int c = 0; c < multiply_add_chains; ++c) sums[c] = R::muladd(factor, factor, sums[c]);
  }
  LENETPP_UNROLL for (int c = 0; c < multiply_add_chains; ++c) R::store(numbers + c * widest_vector, sums[c]);
  return 2.0 * static_cast<double>(repetitions) * multiply_add_chains * width;
}
template double run_multiply_add_chains(std::size_t, float*);
template double run_multiply_add_chains(std::size_t, double*);

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
