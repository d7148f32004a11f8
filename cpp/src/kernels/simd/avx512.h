// AVX-512 (F, DQ, BW, VL): 16 floats or 8 doubles a register, 32 registers; 8 floats are one half register.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

inline constexpr int vector_registers = 32;

template <class T, int Lanes>
inline constexpr int register_width = 8;
template <>
inline constexpr int register_width<float, 16> = 16;

template <class T, int Width>
struct Register;

/// The mask of the first `count` of `width` lanes.
inline unsigned first_lanes(int count, int width) {
  return count >= width ? (1u << width) - 1 : count > 0 ? (1u << count) - 1 : 0u;
}

template <>
struct Register<float, 16> {
  using Type = __m512;
  using Mask = __mmask16;

  static Type splat(float x) { return _mm512_set1_ps(x); }
  static Type load(const float* p) { return _mm512_loadu_ps(p); }
  static void store(float* p, Type v) { _mm512_storeu_ps(p, v); }
  static Type load_first(const float* p, int count) {
    return _mm512_maskz_loadu_ps(static_cast<Mask>(first_lanes(count, 16)), p);
  }
  static void store_first(float* p, Type v, int count) {
    _mm512_mask_storeu_ps(p, static_cast<Mask>(first_lanes(count, 16)), v);
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    _mm512_mask_storeu_epi32(p, static_cast<Mask>(first_lanes(count, 16)), _mm512_cvttps_epi32(v));
  }
  static Type join(__m256 low, __m256 high) { return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1); }
  static __m256 low(Type v) { return _mm512_castps512_ps256(v); }
  static __m256 high(Type v) { return _mm512_extractf32x8_ps(v, 1); }
  static Type load_bytes(const std::uint8_t* p) {
    return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))));
  }

  static Type add(Type a, Type b) { return _mm512_add_ps(a, b); }
  static Type subtract(Type a, Type b) { return _mm512_sub_ps(a, b); }
  static Type multiply(Type a, Type b) { return _mm512_mul_ps(a, b); }
  static Type divide(Type a, Type b) { return _mm512_div_ps(a, b); }
  static Type square_root(Type a) { return _mm512_sqrt_ps(a); }
  static Type muladd(Type a, Type b, Type c) { return _mm512_fmadd_ps(a, b, c); }

  static Type greater_of(Type a, Type b) { return _mm512_max_ps(a, b); }
  static Type magnitude(Type v) { return _mm512_abs_ps(v); }
  static Mask greater(Type a, Type b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
  static unsigned bits(Mask mask) { return mask; }
  static Type select(Mask mask, Type a, Type b) { return _mm512_mask_blend_ps(mask, b, a); }

  static int pack(Type v, const std::int32_t* integers, unsigned bits, float* to, std::int32_t* integers_to) {
    const auto mask = static_cast<Mask>(bits);
    _mm512_storeu_ps(to, _mm512_maskz_compress_ps(mask, v));
    _mm512_storeu_si512(integers_to, _mm512_maskz_compress_epi32(mask, _mm512_loadu_si512(integers)));
    return _mm_popcnt_u32(bits);
  }

  static Type shift_bits_left(Type v, int count) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_castps_si512(v), static_cast<unsigned>(count)));
  }
  /// Of the 32 neighbours a, b: those at even and at odd places.
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    const __m512i even_places = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    even = _mm512_permutex2var_ps(a, even_places, b);
    odd = _mm512_permutex2var_ps(a, _mm512_add_epi32(even_places, _mm512_set1_epi32(1)), b);
  }
  /// Lane i + 8 onto lane i, then i + 4, i + 2, i + 1.
  static float sum(Type v) {
    const __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    s = _mm_add_ss(s, _mm_movehdup_ps(s));
    return _mm_cvtss_f32(s);
  }
  /// sum() of eight, with half of the shuffles: each step keeps the halves of two in one register. The comments say
  /// which of the eight have their lanes in each quarter.
  static LENETPP_INLINE void store_eight_sums(const Type* v, float* to) {
    const auto fold_halves = [](Type a, Type b) {  // a a b b
      return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
    };
    const auto fold_quarters = [](Type a, Type b) {  // of a: its two, of b: its two
      return _mm512_add_ps(_mm512_shuffle_f32x4(a, b, 0x88), _mm512_shuffle_f32x4(a, b, 0xdd));
    };
    const Type even = fold_quarters(fold_halves(v[0], v[4]), fold_halves(v[2], v[6]));  // 0 4 2 6
    const Type odd = fold_quarters(fold_halves(v[1], v[5]), fold_halves(v[3], v[7]));   // 1 5 3 7
    const Type pairs = _mm512_add_ps(_mm512_shuffle_ps(even, odd, 0x44), _mm512_shuffle_ps(even, odd, 0xee));
    const Type sums = _mm512_add_ps(pairs, _mm512_permute_ps(pairs, 0xb1));  // 0 0 1 1, 4 4 5 5, 2 2 3 3, 6 6 7 7
    const __m512i places = _mm512_setr_epi32(0, 2, 8, 10, 4, 6, 12, 14, 0, 0, 0, 0, 0, 0, 0, 0);
    _mm256_storeu_ps(to, _mm512_castps512_ps256(_mm512_permutexvar_ps(places, sums)));
  }

  // Without it GCC repeats one shared load as a memory operand of every use.
  static void keep(Type& v) {
#if defined(__GNUC__)
    asm("" : "+v"(v));
#else
    (void)v;
#endif
  }
};

template <>
struct Register<float, 8> {
  using Type = __m256;
  using Mask = __mmask8;

  static Type splat(float x) { return _mm256_set1_ps(x); }
  /// Four numbers, of which each can fill a register without another load.
  using Four = __m128;
  static Four load_four(const float* p) {
    Four v = _mm_loadu_ps(p);
#if defined(__GNUC__)
    asm("" : "+v"(v));  // each would be loaded by itself else
#endif
    return v;
  }
  template <int Number>
  static Type splat_of(Four v) {
    return _mm256_broadcastss_ps(Number == 0 ? v : _mm_permute_ps(v, Number));
  }
  static Type load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Type v) { _mm256_storeu_ps(p, v); }
  static Type load_first(const float* p, int count) {
    return _mm256_maskz_loadu_ps(static_cast<Mask>(first_lanes(count, 8)), p);
  }
  static void store_first(float* p, Type v, int count) {
    _mm256_mask_storeu_ps(p, static_cast<Mask>(first_lanes(count, 8)), v);
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    _mm256_mask_storeu_epi32(p, static_cast<Mask>(first_lanes(count, 8)), _mm256_cvttps_epi32(v));
  }

  static Type add(Type a, Type b) { return _mm256_add_ps(a, b); }
  static Type multiply(Type a, Type b) { return _mm256_mul_ps(a, b); }
  static Type muladd(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }

  static void keep(Type& v) {
#if defined(__GNUC__)
    asm("" : "+v"(v));
#else
    (void)v;
#endif
  }
};

template <>
struct Register<double, 8> {
  using Type = __m512d;
  using Mask = __mmask8;

  static Type splat(double x) { return _mm512_set1_pd(x); }
  static Type load(const double* p) { return _mm512_loadu_pd(p); }
  static void store(double* p, Type v) { _mm512_storeu_pd(p, v); }
  static Type load_first(const double* p, int count) {
    return _mm512_maskz_loadu_pd(static_cast<Mask>(first_lanes(count, 8)), p);
  }
  static void store_first(double* p, Type v, int count) {
    _mm512_mask_storeu_pd(p, static_cast<Mask>(first_lanes(count, 8)), v);
  }
  static Type load_bytes(const std::uint8_t* p) {
    return _mm512_cvtepi32_pd(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    _mm256_mask_storeu_epi32(p, static_cast<Mask>(first_lanes(count, 8)), _mm512_cvttpd_epi32(v));
  }

  static Type add(Type a, Type b) { return _mm512_add_pd(a, b); }
  static Type subtract(Type a, Type b) { return _mm512_sub_pd(a, b); }
  static Type multiply(Type a, Type b) { return _mm512_mul_pd(a, b); }
  static Type divide(Type a, Type b) { return _mm512_div_pd(a, b); }
  static Type square_root(Type a) { return _mm512_sqrt_pd(a); }
  static Type muladd(Type a, Type b, Type c) { return _mm512_fmadd_pd(a, b, c); }

  static Type greater_of(Type a, Type b) { return _mm512_max_pd(a, b); }
  static Type magnitude(Type v) { return _mm512_abs_pd(v); }
  static Mask greater(Type a, Type b) { return _mm512_cmp_pd_mask(a, b, _CMP_GT_OQ); }
  static unsigned bits(Mask mask) { return mask; }
  static Type select(Mask mask, Type a, Type b) { return _mm512_mask_blend_pd(mask, b, a); }

  static int pack(Type v, const std::int32_t* integers, unsigned bits, double* to, std::int32_t* integers_to) {
    const auto mask = static_cast<Mask>(bits);
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(integers));
    _mm512_storeu_pd(to, _mm512_maskz_compress_pd(mask, v));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(integers_to), _mm256_maskz_compress_epi32(mask, eight));
    return _mm_popcnt_u32(bits);
  }

  static Type shift_bits_left(Type v, int count) {
    return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(v), static_cast<unsigned>(count)));
  }
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    const __m512i even_places = _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14);
    even = _mm512_permutex2var_pd(a, even_places, b);
    odd = _mm512_permutex2var_pd(a, _mm512_add_epi64(even_places, _mm512_set1_epi64(1)), b);
  }
  static double sum(Type v) {
    const __m256d four = _mm256_add_pd(_mm512_castpd512_pd256(v), _mm512_extractf64x4_pd(v, 1));
    __m128d s = _mm_add_pd(_mm256_castpd256_pd128(four), _mm256_extractf128_pd(four, 1));
    s = _mm_add_sd(s, _mm_unpackhi_pd(s, s));
    return _mm_cvtsd_f64(s);
  }
  static void keep(Type& v) {
#if defined(__GNUC__)
    asm("" : "+v"(v));
#else
    (void)v;
#endif
  }
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
