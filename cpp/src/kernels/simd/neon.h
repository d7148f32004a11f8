// NEON of 64-bit ARM: 4 floats or 2 doubles a register, 32 registers.
#pragma once

#include <arm_neon.h>

#include <cstdint>
#include <cstring>

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

inline constexpr int vector_registers = 32;

template <class T, int Lanes>
inline constexpr int register_width = 16 / static_cast<int>(sizeof(T));

template <class T, int Width>
struct Register;

template <>
struct Register<float, 4> {
  using Type = float32x4_t;
  using Mask = uint32x4_t;

  static Type splat(float x) { return vdupq_n_f32(x); }
  static Type load(const float* p) { return vld1q_f32(p); }
  static void store(float* p, Type v) { vst1q_f32(p, v); }
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
    std::uint32_t four;
    std::memcpy(&four, p, sizeof four);
    const uint16x8_t wide = vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)));
    return vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide)));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    if (count >= 4) return vst1q_s32(p, vcvtq_s32_f32(v));
    std::int32_t lanes_of_v[4];
    vst1q_s32(lanes_of_v, vcvtq_s32_f32(v));
    for (int i = 0; i < count; ++i) p[i] = lanes_of_v[i];
  }

  static Type add(Type a, Type b) { return vaddq_f32(a, b); }
  static Type subtract(Type a, Type b) { return vsubq_f32(a, b); }
  static Type multiply(Type a, Type b) { return vmulq_f32(a, b); }
  static Type divide(Type a, Type b) { return vdivq_f32(a, b); }
  static Type square_root(Type a) { return vsqrtq_f32(a); }
  static Type muladd(Type a, Type b, Type c) { return vfmaq_f32(c, a, b); }

  static Type magnitude(Type v) { return vabsq_f32(v); }
  static Mask greater(Type a, Type b) { return vcgtq_f32(a, b); }
  static unsigned bits(Mask mask) {
    const uint32x4_t powers = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(mask, powers));
  }
  static Type select(Mask mask, Type a, Type b) { return vbslq_f32(mask, a, b); }

  static Type shift_bits_left(Type v, int count) {
    return vreinterpretq_f32_s32(vshlq_s32(vreinterpretq_s32_f32(v), vdupq_n_s32(count)));
  }
  /// Of the 8 neighbours a, b: those at even and at odd places.
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    even = vuzp1q_f32(a, b);
    odd = vuzp2q_f32(a, b);
  }
  /// Lane i + 2 onto lane i, then i + 1.
  static float sum(Type v) {
    const float32x2_t s = vadd_f32(vget_low_f32(v), vget_high_f32(v));
    return vget_lane_f32(s, 0) + vget_lane_f32(s, 1);
  }
  static void keep(Type& v) { asm("" : "+w"(v)); }
};

template <>
struct Register<double, 2> {
  using Type = float64x2_t;
  using Mask = uint64x2_t;

  static Type splat(double x) { return vdupq_n_f64(x); }
  static Type load(const double* p) { return vld1q_f64(p); }
  static void store(double* p, Type v) { vst1q_f64(p, v); }
  static Type load_first(const double* p, int count) {
    double lanes_of_p[2] = {};
    for (int i = 0; i < 2 && i < count; ++i) lanes_of_p[i] = p[i];
    return load(lanes_of_p);
  }
  static void store_first(double* p, Type v, int count) {
    if (count >= 2) return store(p, v);
    double lanes_of_v[2];
    store(lanes_of_v, v);
    for (int i = 0; i < count; ++i) p[i] = lanes_of_v[i];
  }
  static Type load_bytes(const std::uint8_t* p) {
    const double two[2] = {static_cast<double>(p[0]), static_cast<double>(p[1])};
    return vld1q_f64(two);
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    if (count >= 2) return vst1_s32(p, vmovn_s64(vcvtq_s64_f64(v)));
    if (count == 1) *p = static_cast<std::int32_t>(vgetq_lane_f64(v, 0));
  }

  static Type add(Type a, Type b) { return vaddq_f64(a, b); }
  static Type subtract(Type a, Type b) { return vsubq_f64(a, b); }
  static Type multiply(Type a, Type b) { return vmulq_f64(a, b); }
  static Type divide(Type a, Type b) { return vdivq_f64(a, b); }
  static Type square_root(Type a) { return vsqrtq_f64(a); }
  static Type muladd(Type a, Type b, Type c) { return vfmaq_f64(c, a, b); }

  static Type magnitude(Type v) { return vabsq_f64(v); }
  static Mask greater(Type a, Type b) { return vcgtq_f64(a, b); }
  static unsigned bits(Mask mask) {
    const uint64x2_t powers = {1, 2};
    return static_cast<unsigned>(vaddvq_u64(vandq_u64(mask, powers)));
  }
  static Type select(Mask mask, Type a, Type b) { return vbslq_f64(mask, a, b); }

  static Type shift_bits_left(Type v, int count) {
    return vreinterpretq_f64_s64(vshlq_s64(vreinterpretq_s64_f64(v), vdupq_n_s64(count)));
  }
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    even = vuzp1q_f64(a, b);
    odd = vuzp2q_f64(a, b);
  }
  static double sum(Type v) { return vgetq_lane_f64(v, 0) + vgetq_lane_f64(v, 1); }
  static void keep(Type& v) { asm("" : "+w"(v)); }
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
