// The largest error of every elementary function of the core, as docs/numerics.md quotes it: in float32 over all 2^32
// numbers, in float64 over random ones of every exponent. Takes the step between the float32 numbers looked at (1) and
// how many float64 numbers (50,000,000).
#include <lenetpp/runtime.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "instruction_set_list.h"
#include "mathematics.h"
#include "measure.h"

#define LENETPP_DECLARE_FUNCTIONS(name, runs_here) \
  namespace lenetpp::name {                        \
  template <class T>                               \
  Functions<T> functions();                        \
  }
LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_DECLARE_FUNCTIONS)
#undef LENETPP_DECLARE_FUNCTIONS

namespace {

template <class T>
Functions<T> functions_of(std::string_view instruction_set) {
#define LENETPP_FUNCTIONS_OF(name, runs_here) \
  if (instruction_set == #name) return lenetpp::name::functions<T>();
  LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_FUNCTIONS_OF)
#undef LENETPP_FUNCTIONS_OF
  std::abort();  // never: the library has no other sets than those of the list
}

template <double (*function)(double)>
void each(const double* arguments, double* results, std::size_t count) {
  std::transform(arguments, arguments + count, results, function);
}

template <class T>
std::vector<Function<T>> functions_to_measure() {
  using W = Wider<T>;
  const Functions<T> f = functions_of<T>(lenetpp::instruction_set());
  const T most = sizeof(T) == 4 ? T(87) : T(708), all = std::numeric_limits<T>::max();
  std::vector<Function<T>> functions{
      {"exponential", f.exponential, [](W x) -> W { return std::exp(x); }, -most, most},
      {"exponential_minus_one", f.exponential_minus_one, [](W x) -> W { return std::expm1(x); }, 0, 40},
      {"sigmoid", f.sigmoid, [](W x) -> W { return 1 / (1 + std::exp(-x)); }, -most, all},
      {"tanh", f.tanh, [](W x) -> W { return std::tanh(x); }, -all, all},
      {"scaled_tanh", f.scaled_tanh, [](W x) -> W { return W(1.7159L) * std::tanh(x * 2 / 3); }, -all, all},
      {"leaky_relu(0.1)", f.leaky_relu, [](W x) -> W { return x < 0 ? x * W(0.1L) : x; }, -all, all},
  };
  if constexpr (sizeof(T) == 8) {
    const T least = std::numeric_limits<T>::min();
    functions.push_back(
        {"natural_logarithm", each<lenetpp::natural_logarithm>, [](W x) -> W { return std::log(x); }, least, all});
    functions.push_back(
        {"logarithm_of_one_plus", each<lenetpp::logarithm_of_one_plus>, [](W x) -> W { return std::log1p(x); }, 0, 1});
  }
  return functions;
}

constexpr std::size_t block = 4096;

LargestErrors<float> over_floats(const Function<float>& function, std::uint64_t first, std::uint64_t step) {
  constexpr std::uint64_t end = std::uint64_t{1} << 32;
  LargestErrors<float> errors;
  std::vector<float> x(block), y(block);
  for (std::uint64_t bits = first; bits < end;) {
    std::size_t count = 0;
    for (; count < block && bits < end; bits += step)
      x[count++] = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    function.computed(x.data(), y.data(), block);
    for (std::size_t i = 0; i < count; ++i) observe(function, x[i], y[i], errors);
  }
  return errors;
}

/// Half of the arguments between first and last, or -1000 and 1000 if those are further; half with random bits.
LargestErrors<double> over_doubles(const Function<double>& function, std::uint64_t thread, std::uint64_t count) {
  const double first = std::max(function.first, -1000.0), last = std::min(function.last, 1000.0);
  LargestErrors<double> errors;
  std::vector<double> x(block), y(block);
  std::uint64_t state = thread;
  for (std::uint64_t done = 0; done < count; done += block) {
    for (std::size_t i = 0; i < block; ++i) {
      // SplitMix64.
      std::uint64_t z = state += 0x9e3779b97f4a7c15;
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
      z = (z ^ z >> 27) * 0x94d049bb133111eb;
      z ^= z >> 31;
      x[i] = i % 2 == 0 ? first + (last - first) * std::ldexp(static_cast<double>(z >> 11), -53)
                        : std::bit_cast<double>(z);
    }
    function.computed(x.data(), y.data(), block);
    for (std::size_t i = 0; i < block; ++i) observe(function, x[i], y[i], errors);
  }
  return errors;
}

/// part(thread, threads) on every processor, joined.
template <class T, class Part>
LargestErrors<T> on_all_processors(const Part& part) {
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<LargestErrors<T>> errors(threads);
  std::vector<std::thread> workers;
  workers.reserve(threads);
  for (unsigned t = 0; t < threads; ++t) workers.emplace_back([&, t] { errors[t] = part(t, threads); });
  for (std::thread& worker : workers) worker.join();
  LargestErrors<T> all;
  for (const LargestErrors<T>& own : errors) all = joined(all, own);
  return all;
}

template <class T>
void print(const Function<T>& function, const LargestErrors<T>& e) {
  std::printf("| %s | %s | %llu | %.3f | %.9g | %llu | ", sizeof(T) == 4 ? "float32" : "float64", function.name,
              static_cast<unsigned long long>(e.inside), e.ulps, static_cast<double>(e.ulps_at),
              static_cast<unsigned long long>(e.outside));
  if (e.outside == 0) {
    std::printf("| |\n");
  } else {
    std::printf("%.3g | %.9g |\n", e.difference, static_cast<double>(e.difference_at));
  }
  if (e.lost_nans) std::printf("%llu NaN became numbers\n", static_cast<unsigned long long>(e.lost_nans));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t step = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  const std::uint64_t doubles = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 50'000'000;
  if (step == 0) return std::fprintf(stderr, "expected a step of at least 1, got %s\n", argv[1]), 2;
  std::printf(
      "| type | function | arguments | largest error, ulp | at | arguments beyond | largest difference | at |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const Function<float>& function : functions_to_measure<float>()) {
    print(function, on_all_processors<float>([&](unsigned thread, unsigned threads) {
            return over_floats(function, thread * step, threads * step);
          }));
  }
  if (std::numeric_limits<long double>::digits < 64) return std::puts("float64: no wider type here"), 0;
  for (const Function<double>& function : functions_to_measure<double>()) {
    print(function, on_all_processors<double>([&](unsigned thread, unsigned threads) {
            return over_doubles(function, thread, doubles / threads);
          }));
  }
}
