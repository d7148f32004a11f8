// What the processor can do, and the system lets it: LENETPP_PROCESSOR_HAS(avx2), by the names of GCC's
// __builtin_cpu_supports. A name that nobody knows does not compile.
#pragma once

#if defined(__wasm__)

#include <wasm_simd128.h>

namespace lenetpp {

/// Whether f32x4.relaxed_madd and f64x2.relaxed_madd round once; WebAssembly leaves it to the machine below. Rounded
/// twice, the first two results are 0 and the third is infinite.
__attribute__((target("relaxed-simd"))) inline bool processor_has_fused_multiply_add() {
  // Read at run time, or the compiler would answer.
  const volatile float small = 0x1p-23f;
  const volatile double tiny = 0x1p-52;
  const v128_t x = wasm_f32x4_splat(1 + small), y = wasm_f32x4_splat(1 - small), one = wasm_f32x4_splat(-1);
  const v128_t wide_x = wasm_f64x2_splat(1 + tiny), wide_y = wasm_f64x2_splat(1 - tiny);
  const v128_t product = wasm_f32x4_relaxed_madd(x, y, one);
  const v128_t wide = wasm_f64x2_relaxed_madd(wide_x, wide_y, wasm_f64x2_splat(-1));
  // A sum that would overflow after the first rounding.
  const v128_t largest = wasm_f32x4_splat(0x1.fffffep127f), negative = wasm_f32x4_splat(-0x1.fffffep127f);
  const v128_t difference = wasm_f32x4_relaxed_madd(largest, wasm_f32x4_splat(2 * (small / small)), negative);
  return wasm_f32x4_extract_lane(product, 0) == -0x1p-46f && wasm_f64x2_extract_lane(wide, 0) == -0x1p-104 &&
         wasm_f32x4_extract_lane(difference, 0) == 0x1.fffffep127f;
}

}  // namespace lenetpp

#define LENETPP_PROCESSOR_HAS(feature) lenetpp::processor_has_##feature()

#elif !defined(_MSC_VER)

#define LENETPP_PROCESSOR_HAS(feature) (__builtin_cpu_supports(#feature) != 0)

#else

#include <intrin.h>

#include <stdexcept>
#include <string_view>

namespace lenetpp {

/// Bits of CPUID and of XCR0 as in Intel's manual, volume 2A, CPUID, and volume 1, 13.3.
struct ProcessorFeature {
  std::string_view name;
  int leaf, word, bit;
  unsigned long long saved_state;  // registers that the system must save
};

consteval ProcessorFeature processor_feature(std::string_view name) {
  constexpr unsigned long long avx = 0x6, avx512 = 0xe6;
  constexpr ProcessorFeature features[] = {
      {"fma", 1, 2, 12, avx},         {"avx2", 7, 1, 5, avx},         {"avx512f", 7, 1, 16, avx512},
      {"avx512dq", 7, 1, 17, avx512}, {"avx512bw", 7, 1, 30, avx512}, {"avx512vl", 7, 1, 31, avx512},
  };
  for (const ProcessorFeature& feature : features) {
    if (feature.name == name) return feature;
  }
  throw std::invalid_argument("processor.h does not know this feature");
}

inline bool processor_has(const ProcessorFeature& feature) {
  int words[4];
  __cpuid(words, 1);
  constexpr int osxsave = 1 << 27;
  if ((words[2] & osxsave) == 0 || (_xgetbv(0) & feature.saved_state) != feature.saved_state) return false;
  __cpuidex(words, feature.leaf, 0);
  return (static_cast<unsigned>(words[feature.word]) >> feature.bit & 1u) != 0;
}

}  // namespace lenetpp

#define LENETPP_PROCESSOR_HAS(feature) lenetpp::processor_has(lenetpp::processor_feature(#feature))

#endif
