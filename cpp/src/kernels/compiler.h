// What is asked of the compiler in words of its own.
#pragma once

#if defined(LENETPP_ROLLED_LOOPS)  // without vector registers there is nothing to keep in them: it compiles in a fifth
#define LENETPP_UNROLL
#elif defined(__GNUC__)
#define LENETPP_UNROLL _Pragma("GCC unroll 64")
#elif defined(_MSC_VER)
#define LENETPP_UNROLL
#endif

#if defined(__GNUC__)
#define LENETPP_INLINE inline __attribute__((always_inline))
#define LENETPP_INLINE_LAMBDA __attribute__((always_inline))
#elif defined(_MSC_VER)
#define LENETPP_INLINE __forceinline
#define LENETPP_INLINE_LAMBDA
#endif
