// Included wherever numbers are computed whose bits are promised: refuses to compile them by other rules than IEEE
// 754's. cmake/CompilerFlags.cmake sets the right flags, and a parent project's come before ours; this is for whoever
// compiles these files without it.
#pragma once

#include <cfloat>

#if defined(__FAST_MATH__) || defined(_M_FP_FAST) || (defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__) || \
    defined(__ASSOCIATIVE_MATH__) || defined(__RECIPROCAL_MATH__) || defined(__NO_SIGNED_ZEROS__)
#error "lenetpp: -ffast-math, -Ofast, /fp:fast or a part of them would change results; compile lenetpp without them"
#endif

// x87: intermediate results with more bits, rounded whenever the compiler stores one. (16 only speaks of float16.)
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "lenetpp: float and double must be computed as such; for 32-bit x86 compile with -msse2 -mfpmath=sse"
#endif

// The kernels say muladd where they mean a fused operation; no other one may be. GCC and clang have it as a flag.
#if defined(_MSC_VER) && !defined(__clang__)
#pragma fp_contract(off)
#endif
