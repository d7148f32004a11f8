// What this build and this machine are: version, numerics, instruction set.
#pragma once

#include <lenetpp/cplusplus20.h>
#include <lenetpp/export.h>

#include <string>
#include <string_view>
#include <vector>

namespace lenetpp {

/// "0.1.0".
LENETPP_API std::string_view version();

/// Raised by any change of bits; recorded with every run. Same numerics, settings and data: same bits.
LENETPP_API int numerics_version();

/// "fused" where muladd rounds once (every native build); a build without it is another numeric class.
LENETPP_API std::string_view numeric_class();

/// "scalar", "avx2", "avx512" or "neon": chosen once, at the first use. LENETPP_INSTRUCTION_SET forces one that is
/// available; throws std::runtime_error when it names anything else.
LENETPP_API std::string_view instruction_set();

/// The instruction sets of this build that this processor can run, best last.
LENETPP_API std::vector<std::string> available_instruction_sets();

/// Compiler and version that built the library.
LENETPP_API std::string_view compiler();

}  // namespace lenetpp
