# The instruction sets, the best last: the one place where they are listed. To add one: its entry here, its header beside
# this file. CMake compiles by it and makes instruction_set_list.h of it, from which all C++ takes it.
#
#   lenetpp_instruction_set(<name, also its namespace>
#     HEADER <file>        what a register is; <name>.h where nothing is said
#     MACHINE <condition>  of the preprocessor: for what the compiler must compile; for all where nothing is said
#     FLAGS <flag>...      of GCC and Clang
#     MSVC_FLAGS <flag>... of Visual C++
#     NEEDS <feature>...)  what the processor is asked for at run time, by GCC's names (see processor.h)

set(x86_64 "defined(__x86_64__) || defined(_M_X64)")
set(aarch64 "defined(__aarch64__) || defined(_M_ARM64)")
set(wasm "defined(__wasm__)")

# Without vectors there is nothing to keep in registers: rolled loops compile in a fifth of the time. Every browser has
# vectors.
lenetpp_instruction_set(scalar MACHINE "!(${wasm})" FLAGS -O2 -DLENETPP_ROLLED_LOOPS MSVC_FLAGS /DLENETPP_ROLLED_LOOPS)
lenetpp_instruction_set(neon MACHINE ${aarch64})
lenetpp_instruction_set(
  avx2
  MACHINE ${x86_64}
  FLAGS -mavx2 -mfma
  MSVC_FLAGS /arch:AVX2
  NEEDS avx2 fma)
lenetpp_instruction_set(
  avx512
  MACHINE ${x86_64}
  FLAGS -mavx512f -mavx512bw -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512
  MSVC_FLAGS /arch:AVX512
  NEEDS avx2 fma avx512f avx512bw avx512dq avx512vl)
# A browser refuses a whole module for one instruction that it does not know: web/core makes one of each of these two.
# Clang sees a loop over registers, takes it for a copy of memory, and calls memmove, unless it is told not to.
set(wasm_flags -msimd128 "SHELL:-mllvm -disable-loop-idiom-memcpy")
# An emulated multiply-add is forty instructions: unrolled, they would take five times as long to compile.
lenetpp_instruction_set(wasm128 MACHINE ${wasm} FLAGS -O2 -DLENETPP_ROLLED_LOOPS ${wasm_flags})
lenetpp_instruction_set(
  wasm128_relaxed
  HEADER wasm128.h
  MACHINE ${wasm}
  FLAGS ${wasm_flags} -mrelaxed-simd
  NEEDS fused_multiply_add)
