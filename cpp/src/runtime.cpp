// The choice of an instruction set: once, at the first use, by what the processor can do or by the environment.
#include <lenetpp/runtime.h>

#include <cstdlib>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string>

#include "instruction_set_list.h"
#include "kernels/kernels.h"
#include "processor.h"

namespace lenetpp {

#define LENETPP_DECLARE_TABLE(name, runs_here) \
  namespace name {                             \
  template <class T>                           \
  Kernels<T> kernel_table();                   \
  }
LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_DECLARE_TABLE)
#undef LENETPP_DECLARE_TABLE

namespace {

struct InstructionSet {
  const char* name;
  bool (*runs_here)();
};

// Best last.
constexpr InstructionSet instruction_sets[] = {
#define LENETPP_ROW(name, runs_here) {#name, [] { return runs_here; }},
    LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_ROW)
#undef LENETPP_ROW
};

/// In the same order. One array for each type: a program without double numbers is then linked without their kernels.
template <class T>
constexpr Kernels<T> (*kernel_tables[])() = {
#define LENETPP_TABLE(name, runs_here) name::kernel_table<T>,
    LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_TABLE)
#undef LENETPP_TABLE
};

/// Where it stands in the lists; the best one when `name` is empty.
std::size_t available(std::string_view name) {
  std::optional<std::size_t> best;
  std::string names;
  for (std::size_t i = 0; i < std::size(instruction_sets); ++i) {
    const InstructionSet& candidate = instruction_sets[i];
    if (!candidate.runs_here()) continue;
    names += (names.empty() ? "" : ", ") + std::string(candidate.name);
    if (name.empty() || name == candidate.name) best = i;
  }
  if (best) return *best;
  throw std::runtime_error("instruction set: expected one of " + names + " on this machine, got \"" +
                           std::string(name) + "\"; set LENETPP_INSTRUCTION_SET to one of these or unset it");
}

}  // namespace

template <>
Kernels<float> kernels_of(std::string_view instruction_set) {
  return kernel_tables<float>[available(instruction_set)]();
}

template <>
Kernels<double> kernels_of(std::string_view instruction_set) {
  return kernel_tables<double>[available(instruction_set)]();
}

template <class T>
const Kernels<T>& kernels() {
  static const Kernels<T> table = kernels_of<T>(instruction_set());
  return table;
}
template const Kernels<float>& kernels();
template const Kernels<double>& kernels();

std::string_view instruction_set() {
  static const std::size_t chosen = [] {
    const char* forced = std::getenv("LENETPP_INSTRUCTION_SET");
    return available(forced ? forced : "");
  }();
  return instruction_sets[chosen].name;
}

std::vector<std::string> available_instruction_sets() {
  std::vector<std::string> names;
  for (const InstructionSet& candidate : instruction_sets) {
    if (candidate.runs_here()) names.emplace_back(candidate.name);
  }
  return names;
}

std::string_view version() { return LENETPP_VERSION; }

int numerics_version() { return 4; }

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
