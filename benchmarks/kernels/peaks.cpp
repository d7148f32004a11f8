#include "peaks.h"

#include <lenetpp/runtime.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <vector>

#include "aligned_array.h"
#include "clock.h"
#include "multiply_add_chains.h"
#include "rounds.h"

#define LENETPP_DECLARE_CHAINS(name)               \
  namespace lenetpp::name {                        \
  template <class T>                               \
  double run_multiply_add_chains(std::size_t, T*); \
  }
LENETPP_DECLARE_CHAINS(scalar)
#if LENETPP_HAVE_AVX2
LENETPP_DECLARE_CHAINS(avx2)
#endif
#if LENETPP_HAVE_AVX512
LENETPP_DECLARE_CHAINS(avx512)
#endif
#if LENETPP_HAVE_NEON
LENETPP_DECLARE_CHAINS(neon)
#endif
#undef LENETPP_DECLARE_CHAINS

namespace {

template <class T>
RunChains<T> chains_of(const std::string& instruction_set) {
  if (instruction_set == "scalar") return lenetpp::scalar::run_multiply_add_chains<T>;
#if LENETPP_HAVE_AVX2
  if (instruction_set == "avx2") return lenetpp::avx2::run_multiply_add_chains<T>;
#endif
#if LENETPP_HAVE_AVX512
  if (instruction_set == "avx512") return lenetpp::avx512::run_multiply_add_chains<T>;
#endif
#if LENETPP_HAVE_NEON
  if (instruction_set == "neon") return lenetpp::neon::run_multiply_add_chains<T>;
#endif
  throw std::logic_error("benchmarks/kernels/peaks.cpp knows no instruction set " + instruction_set);
}

template <class T>
double operations_per_second(RunChains<T> run, double seconds) {
  lenetpp::AlignedArray<T> numbers(chain_numbers);
  std::fill_n(numbers.data(), numbers.size(), T(1));
  constexpr std::size_t repetitions_between_looks = 10000;
  double operations = 0, elapsed = 0;
  const Clock::time_point start = Clock::now();
  do {
    operations += run(repetitions_between_looks, numbers.data());
    elapsed = seconds_since(start);
  } while (elapsed < seconds);
  return operations / elapsed;
}

}  // namespace

template <class T>
Peaks measure_peaks(const Options& options) {
  Peaks peaks;
  std::vector<std::function<void()>> measurements;
  for (const std::string& set : lenetpp::available_instruction_sets()) {
    measurements.emplace_back([&peaks, &options, set] {
      peaks[set] = std::max(peaks[set], operations_per_second(chains_of<T>(set), options.seconds));
    });
  }
  interleave(measurements, options.rounds);
  return peaks;
}
template Peaks measure_peaks<float>(const Options&);
template Peaks measure_peaks<double>(const Options&);
