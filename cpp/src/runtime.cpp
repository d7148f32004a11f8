// The choice of an instruction set: once, at the first use, by what the processor can do or by the environment.
#include <lenetpp/runtime.h>

#include <cstdlib>
#include <stdexcept>

#include "kernels/kernels.h"

#if defined(_MSC_VER)
#include <intrin.h>
#endif

namespace lenetpp {

#define LENETPP_DECLARE_INSTRUCTION_SET(name) \
  namespace name {                            \
  template <class T>                          \
  Kernels<T> kernel_table();                  \
  }
LENETPP_DECLARE_INSTRUCTION_SET(scalar)
#if LENETPP_HAVE_AVX2
LENETPP_DECLARE_INSTRUCTION_SET(avx2)
#endif
#if LENETPP_HAVE_AVX512
LENETPP_DECLARE_INSTRUCTION_SET(avx512)
#endif
#if LENETPP_HAVE_NEON
LENETPP_DECLARE_INSTRUCTION_SET(neon)
#endif
#undef LENETPP_DECLARE_INSTRUCTION_SET

namespace {

struct InstructionSet {
  const char* name;
  bool (*runs_here)();
  Kernels<float> (*kernels_of_float)();
  Kernels<double> (*kernels_of_double)();
};

bool always() { return true; }

#if LENETPP_HAVE_AVX2
#if defined(_MSC_VER)
// Bits of CPUID and of XCR0 as in Intel's manual, volume 2A, CPUID, and volume 1, 13.3.
bool cpu_supports(unsigned leaf_7_ebx, unsigned long long saved_state) {
  int leaf[4];
  __cpuid(leaf, 1);
  constexpr int fma_osxsave_avx = 1 << 12 | 1 << 27 | 1 << 28;
  if ((leaf[2] & fma_osxsave_avx) != fma_osxsave_avx || (_xgetbv(0) & saved_state) != saved_state) return false;
  __cpuidex(leaf, 7, 0);
  return (static_cast<unsigned>(leaf[1]) & leaf_7_ebx) == leaf_7_ebx;
}
bool has_avx2() { return cpu_supports(1u << 5, 0x6); }
bool has_avx512() { return cpu_supports(1u << 5 | 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31, 0xe6); }
#else
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
bool has_avx512() {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
}
#endif
#endif

// Best last.
constexpr InstructionSet instruction_sets[] = {
    {"scalar", always, scalar::kernel_table<float>, scalar::kernel_table<double>},
#if LENETPP_HAVE_NEON
    {"neon", always, neon::kernel_table<float>, neon::kernel_table<double>},
#endif
#if LENETPP_HAVE_AVX2
    {"avx2", has_avx2, avx2::kernel_table<float>, avx2::kernel_table<double>},
#endif
#if LENETPP_HAVE_AVX512
    {"avx512", has_avx512, avx512::kernel_table<float>, avx512::kernel_table<double>},
#endif
};

/// The best one when `name` is empty.
const InstructionSet& available(std::string_view name) {
  const InstructionSet* best = nullptr;
  std::string names;
  for (const InstructionSet& candidate : instruction_sets) {
    if (!candidate.runs_here()) continue;
    names += (names.empty() ? "" : ", ") + std::string(candidate.name);
    if (name.empty() || name == candidate.name) best = &candidate;
  }
  if (best) return *best;
  throw std::runtime_error("instruction set: expected one of " + names + " on this machine, got \"" +
                           std::string(name) + "\"; set LENETPP_INSTRUCTION_SET to one of these or unset it");
}

}  // namespace

template <>
Kernels<float> kernels_of(std::string_view instruction_set) {
  return available(instruction_set).kernels_of_float();
}

template <>
Kernels<double> kernels_of(std::string_view instruction_set) {
  return available(instruction_set).kernels_of_double();
}

template <class T>
const Kernels<T>& kernels() {
  static const Kernels<T> table = kernels_of<T>(instruction_set());
  return table;
}
template const Kernels<float>& kernels();
template const Kernels<double>& kernels();

std::string_view instruction_set() {
  static const InstructionSet& chosen = [&]() -> const InstructionSet& {
    const char* forced = std::getenv("LENETPP_INSTRUCTION_SET");
    return available(forced ? forced : "");
  }();
  return chosen.name;
}

std::vector<std::string> available_instruction_sets() {
  std::vector<std::string> names;
  for (const InstructionSet& candidate : instruction_sets) {
    if (candidate.runs_here()) names.emplace_back(candidate.name);
  }
  return names;
}

std::string_view version() { return LENETPP_VERSION; }

int numerics_version() { return 3; }

std::string_view numeric_class() { return "fused"; }

std::string_view compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#elif defined(_MSC_VER)
  return "MSVC";
#else
  return "unknown";
#endif
}

}  // namespace lenetpp
