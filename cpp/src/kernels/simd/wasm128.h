// WebAssembly's 128 bits: 4 floats or 2 doubles a register. How many registers there are is the browser's business; x86
// machines without AVX-512 have 16.
//
// Two instruction sets share this file. The fused operation is one of "relaxed SIMD", which not every browser has and
// which may round once or twice, as the machine below can; where it rounds twice, or is missing, it is emulated.
#pragma once

#include <wasm_simd128.h>

#include <cstdint>
#include <cstring>

#include "fused_multiply_add.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

inline constexpr int vector_registers = 16;

template <class T, int Lanes>
inline constexpr int register_width = 16 / static_cast<int>(sizeof(T));

template <class T, int Width>
struct Register;

#if !defined(__wasm_relaxed_simd__)
/// As emulated_fused_multiply_add of float numbers, two at a time: sums rounded to odd, of numbers that double holds
/// exactly.
inline v128_t fused_before_rounding(v128_t a, v128_t b, v128_t c) {
  const v128_t product = wasm_f64x2_mul(a, b);
  const v128_t sum = wasm_f64x2_add(product, c);
  const v128_t part = wasm_f64x2_sub(sum, product);
  const v128_t error = wasm_f64x2_add(wasm_f64x2_sub(product, wasm_f64x2_sub(sum, part)), wasm_f64x2_sub(c, part));
  const v128_t zero = wasm_f64x2_const_splat(0), one = wasm_i64x2_const_splat(1);
  const v128_t is_inexact = wasm_v128_or(wasm_f64x2_lt(error, zero), wasm_f64x2_gt(error, zero));  // false for NaN
  const v128_t is_even = wasm_i64x2_eq(wasm_v128_and(sum, one), zero);
  // Toward the error: one up in magnitude where the signs are the same, else one down.
  const v128_t step = wasm_v128_or(wasm_i64x2_shr(wasm_v128_xor(sum, error), 63), one);
  return wasm_i64x2_add(sum, wasm_v128_and(step, wasm_v128_and(is_inexact, is_even)));
}
#endif

template <>
struct Register<float, 4> {
  using Type = v128_t;
  using Mask = v128_t;

  static Type splat(float x) { return wasm_f32x4_splat(x); }
  static Type load(const float* p) { return wasm_v128_load(p); }
  static void store(float* p, Type v) { wasm_v128_store(p, v); }
  static Type load_first(const float* p, int count) {
    float lanes_of_p[4] = {};
    for (int i = 0; i < 4 && i < count; ++i) lanes_of_p[i] = p[i];
    return load(lanes_of_p);
  }
  static void store_first(float* p, Type v, int count) {
    if (count >= 4) return store(p, v);
    float lanes_of_v[4];
    store(lanes_of_v, v);
    for (int i = 0; i < count; ++i) p[i] = lanes_of_v[i];
  }
  static Type load_bytes(const std::uint8_t* p) {
    const v128_t wide = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p));
    return wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(wide));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    const v128_t integers = wasm_i32x4_trunc_sat_f32x4(v);
    if (count >= 4) return wasm_v128_store(p, integers);
    std::int32_t lanes_of_v[4];
    wasm_v128_store(lanes_of_v, integers);
    for (int i = 0; i < count; ++i) p[i] = lanes_of_v[i];
  }

  static Type add(Type a, Type b) { return wasm_f32x4_add(a, b); }
  static Type subtract(Type a, Type b) { return wasm_f32x4_sub(a, b); }
  static Type multiply(Type a, Type b) { return wasm_f32x4_mul(a, b); }
  static Type divide(Type a, Type b) { return wasm_f32x4_div(a, b); }
  static Type square_root(Type a) { return wasm_f32x4_sqrt(a); }
  static Type muladd(Type a, Type b, Type c) {
#if defined(__wasm_relaxed_simd__)
    return wasm_f32x4_relaxed_madd(a, b, c);
#else
    const auto low = [](Type v) { return wasm_f64x2_promote_low_f32x4(v); };
    const auto high = [](Type v) { return wasm_f64x2_promote_low_f32x4(wasm_i32x4_shuffle(v, v, 2, 3, 2, 3)); };
    const v128_t first = wasm_f32x4_demote_f64x2_zero(fused_before_rounding(low(a), low(b), low(c)));
    const v128_t second = wasm_f32x4_demote_f64x2_zero(fused_before_rounding(high(a), high(b), high(c)));
    return wasm_i32x4_shuffle(first, second, 0, 1, 4, 5);
#endif
  }

  static Type magnitude(Type v) { return wasm_f32x4_abs(v); }
  static Mask greater(Type a, Type b) { return wasm_f32x4_gt(a, b); }
  static unsigned bits(Mask mask) { return static_cast<unsigned>(wasm_i32x4_bitmask(mask)); }
  static Type select(Mask mask, Type a, Type b) { return wasm_v128_bitselect(a, b, mask); }
  /// What the pseudo-maximum is defined as.
  static Type greater_of(Type value, Type best) { return wasm_f32x4_pmax(best, value); }

  static Type shift_bits_left(Type v, int count) { return wasm_i32x4_shl(v, static_cast<std::uint32_t>(count)); }
  /// Of the 8 neighbours a, b: those at even and at odd places.
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    even = wasm_i32x4_shuffle(a, b, 0, 2, 4, 6);
    odd = wasm_i32x4_shuffle(a, b, 1, 3, 5, 7);
  }
  /// Lane i + 2 onto lane i, then i + 1.
  static float sum(Type v) {
    const v128_t pairs = wasm_f32x4_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 2, 3));
    return wasm_f32x4_extract_lane(pairs, 0) + wasm_f32x4_extract_lane(pairs, 1);
  }
  static void keep(Type&) {}
};

template <>
struct Register<double, 2> {
  using Type = v128_t;
  using Mask = v128_t;

  static Type splat(double x) { return wasm_f64x2_splat(x); }
  static Type load(const double* p) { return wasm_v128_load(p); }
  static void store(double* p, Type v) { wasm_v128_store(p, v); }
  static Type load_first(const double* p, int count) {
    double lanes_of_p[2] = {};
    for (int i = 0; i < 2 && i < count; ++i) lanes_of_p[i] = p[i];
    return load(lanes_of_p);
  }
  static void store_first(double* p, Type v, int count) {
    if (count >= 2) return store(p, v);
    if (count == 1) *p = wasm_f64x2_extract_lane(v, 0);
  }
  static Type load_bytes(const std::uint8_t* p) {
    return wasm_f64x2_make(static_cast<double>(p[0]), static_cast<double>(p[1]));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    if (count >= 1) p[0] = static_cast<std::int32_t>(wasm_f64x2_extract_lane(v, 0));
    if (count >= 2) p[1] = static_cast<std::int32_t>(wasm_f64x2_extract_lane(v, 1));
  }

  static Type add(Type a, Type b) { return wasm_f64x2_add(a, b); }
  static Type subtract(Type a, Type b) { return wasm_f64x2_sub(a, b); }
  static Type multiply(Type a, Type b) { return wasm_f64x2_mul(a, b); }
  static Type divide(Type a, Type b) { return wasm_f64x2_div(a, b); }
  static Type square_root(Type a) { return wasm_f64x2_sqrt(a); }
  static Type muladd(Type a, Type b, Type c) {
#if defined(__wasm_relaxed_simd__)
    return wasm_f64x2_relaxed_madd(a, b, c);
#else
    const auto lane = [](double x, double y, double z) { return emulated_fused_multiply_add(x, y, z); };
    return wasm_f64x2_make(
        lane(wasm_f64x2_extract_lane(a, 0), wasm_f64x2_extract_lane(b, 0), wasm_f64x2_extract_lane(c, 0)),
        lane(wasm_f64x2_extract_lane(a, 1), wasm_f64x2_extract_lane(b, 1), wasm_f64x2_extract_lane(c, 1)));
#endif
  }

  static Type magnitude(Type v) { return wasm_f64x2_abs(v); }
  static Mask greater(Type a, Type b) { return wasm_f64x2_gt(a, b); }
  static unsigned bits(Mask mask) { return static_cast<unsigned>(wasm_i64x2_bitmask(mask)); }
  static Type select(Mask mask, Type a, Type b) { return wasm_v128_bitselect(a, b, mask); }
  static Type greater_of(Type value, Type best) { return wasm_f64x2_pmax(best, value); }

  static Type shift_bits_left(Type v, int count) { return wasm_i64x2_shl(v, static_cast<std::uint32_t>(count)); }
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    even = wasm_i64x2_shuffle(a, b, 0, 2);
    odd = wasm_i64x2_shuffle(a, b, 1, 3);
  }
  static double sum(Type v) { return wasm_f64x2_extract_lane(v, 0) + wasm_f64x2_extract_lane(v, 1); }
  static void keep(Type&) {}
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
