// What is asked of the compiler in words of its own.
#pragma once

#if defined(LENETPP_ROLLED_LOOPS)  // without vector registers there is nothing to keep in them: it compiles in a fifth
#define LENETPP_UNROLL
#elif defined(__GNUC__)
#define LENETPP_UNROLL _Pragma("GCC unroll 64")
#elif defined(_MSC_VER)
#define LENETPP_UNROLL
#endif

#if defined(LENETPP_ROLLED_LOOPS)  // by the compiler's choice it is as fast, and a quarter smaller
#define LENETPP_INLINE inline
#define LENETPP_INLINE_LAMBDA
#elif defined(__GNUC__)
#define LENETPP_INLINE inline __attribute__((always_inline))
#define LENETPP_INLINE_LAMBDA __attribute__((always_inline))
#elif defined(_MSC_VER)
#define LENETPP_INLINE __forceinline
#define LENETPP_INLINE_LAMBDA
#endif

// A long function of vectors: inlined where they stay in registers, or else one copy, which many kernels call.
#if defined(LENETPP_ROLLED_LOOPS) && defined(__GNUC__)
#define LENETPP_INLINE_IN_REGISTERS inline __attribute__((noinline))
#else
#define LENETPP_INLINE_IN_REGISTERS LENETPP_INLINE
#endif
