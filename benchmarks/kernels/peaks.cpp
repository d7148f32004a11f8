#include "peaks.h"

#include <lenetpp/runtime.h>

#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "aligned_array.h"
#include "clock.h"
#include "instruction_set_list.h"
#include "multiply_add_chains.h"
#include "rounds.h"

#define LENETPP_DECLARE_CHAINS(name, runs_here)    \
  namespace lenetpp::name {                        \
  template <class T>                               \
  double run_multiply_add_chains(std::size_t, T*); \
  }
LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_DECLARE_CHAINS)
#undef LENETPP_DECLARE_CHAINS

namespace {

template <class T>
RunChains<T> chains_of(std::string_view instruction_set) {
#define LENETPP_CHAINS_OF(name, runs_here) \
  if (instruction_set == #name) return lenetpp::name::run_multiply_add_chains<T>;
  LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_CHAINS_OF)
#undef LENETPP_CHAINS_OF
  throw std::logic_error("the library has an instruction set that its benchmark has not");
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
