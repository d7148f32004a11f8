// Time, GFLOP/s and share of the machine's peak of every kernel: lenetpp_kernel_benchmark --help.
#include <lenetpp/runtime.h>

#include <cstdio>
#include <exception>
#include <stdexcept>

#include "clock.h"
#include "machine.h"
#include "options.h"
#include "table.h"
#include "tables.h"

namespace {

/// Returns whether the filter selected anything.
template <class T>
bool print_tables(const Options& options) {
  std::printf("%s- %s, one thread; %d rounds, %g s a measurement; the clock's %.0f ns are taken off every call\n",
              circumstances().c_str(), sizeof(T) == 4 ? "float32" : "float64", options.rounds, options.seconds,
              seconds_of_clock() * 1e9);
  const Peaks peaks = measure_peaks<T>(options);
  std::printf("- measured peak of multiply-adds in registers, GFLOP/s:");
  for (const std::string& set : lenetpp::available_instruction_sets()) {
    std::printf(" %s %s", set.c_str(), three_digits(peaks.at(set) / 1e9).c_str());
  }
  std::printf("\n");
  const bool any_kernels = print_kernels<T>(options, peaks);
  const bool any_comparisons = print_sparse_against_dense<T>(options);
  const bool any_steps = print_steps<T>(options);
  return any_kernels || any_comparisons || any_steps;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const Options options = parse_options(count, arguments);
    if (options.help) {
      std::printf("%s", usage);
      return 0;
    }
    if (options.use_double ? print_tables<double>(options) : print_tables<float>(options)) return 0;
    std::fprintf(stderr, "lenetpp_kernel_benchmark: --filter: no row holds \"%s\"; --help says how rows are named\n",
                 options.filter.c_str());
  } catch (const std::invalid_argument& error) {
    std::fprintf(stderr, "lenetpp_kernel_benchmark: %s\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "lenetpp_kernel_benchmark: %s\n", error.what());
  }
  return 1;
}
