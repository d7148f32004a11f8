// The choice of an instruction set: once, at the first use, by what the processor can do or by the environment.
#include <lenetpp/runtime.h>

#include <cstdlib>
#include <stdexcept>

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
  Kernels<float> (*kernels_of_float)();
  Kernels<double> (*kernels_of_double)();
};

// Best last.
constexpr InstructionSet instruction_sets[] = {
#define LENETPP_ROW(name, runs_here) \
  {#name, [] { return runs_here; }, name::kernel_table<float>, name::kernel_table<double>},
    LENETPP_FOR_EACH_INSTRUCTION_SET(LENETPP_ROW)
#undef LENETPP_ROW
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
