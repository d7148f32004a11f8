// AVX2 with FMA: 8 floats or 4 doubles a register, 16 registers.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

inline constexpr int vector_registers = 16;

template <class T, int Lanes>
inline constexpr int register_width = 32 / static_cast<int>(sizeof(T));

template <class T, int Width>
struct Register;

/// Eight ones and eight zeros: a window of 8 into it is the mask of the first `count` lanes.
alignas(64) inline constexpr std::int32_t ones_then_zeros[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

inline __m256i first_of_8(int count) {
  count = count < 0 ? 0 : count > 8 ? 8 : count;
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ones_then_zeros + 8 - count));
}
inline __m256i first_of_4(int count) {
  count = count < 0 ? 0 : count > 4 ? 4 : count;
  return _mm256_cvtepi32_epi64(_mm_loadu_si128(reinterpret_cast<const __m128i*>(ones_then_zeros + 8 - count)));
}

/// Fewer than 8 lanes of 4 bytes, in pieces: some processors take dozens of cycles for a store under a mask.
inline void store_first_of_8(void* p, __m256i v, int count) {
  auto* to = static_cast<std::int32_t*>(p);
  __m128i part = _mm256_castsi256_si128(v);
  if (count >= 4) {
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), part);
    part = _mm256_extracti128_si256(v, 1);
    to += 4;
    count -= 4;
  }
  if (count >= 2) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to), part);
    part = _mm_unpackhi_epi64(part, part);
    to += 2;
    count -= 2;
  }
  if (count >= 1) _mm_storeu_si32(to, part);
}

/// For every set of 8 lanes, a byte each: where to take the lanes from to have those of the set side by side.
struct PackedPlaces {
  std::uint8_t of[256][8];
};
constexpr PackedPlaces packed_places() {
  PackedPlaces places{};
  for (int set = 0; set < 256; ++set) {
    int count = 0;
    for (int lane = 0; lane < 8; ++lane) {
      if (set >> lane & 1) places.of[set][count++] = static_cast<std::uint8_t>(lane);
    }
  }
  return places;
}
inline constexpr PackedPlaces packed_places_of_8 = packed_places();

template <>
struct Register<float, 8> {
  using Type = __m256;
  using Mask = __m256;

  static Type splat(float x) { return _mm256_set1_ps(x); }
  static Type load(const float* p) { return _mm256_loadu_ps(p); }
  static void store(float* p, Type v) { _mm256_storeu_ps(p, v); }
  static Type load_first(const float* p, int count) { return _mm256_maskload_ps(p, first_of_8(count)); }
  static void store_first(float* p, Type v, int count) {
    if (count >= 8) return store(p, v);
    store_first_of_8(p, _mm256_castps_si256(v), count);
  }
  static Type load_bytes(const std::uint8_t* p) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p))));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    const __m256i integers = _mm256_cvttps_epi32(v);
    if (count >= 8) return _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), integers);
    store_first_of_8(p, integers, count);
  }

  static Type add(Type a, Type b) { return _mm256_add_ps(a, b); }
  static Type subtract(Type a, Type b) { return _mm256_sub_ps(a, b); }
  static Type multiply(Type a, Type b) { return _mm256_mul_ps(a, b); }
  static Type divide(Type a, Type b) { return _mm256_div_ps(a, b); }
  static Type square_root(Type a) { return _mm256_sqrt_ps(a); }
  static Type muladd(Type a, Type b, Type c) { return _mm256_fmadd_ps(a, b, c); }

  static Type greater_of(Type a, Type b) { return _mm256_max_ps(a, b); }
  static Type magnitude(Type v) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), v); }
  static Mask greater(Type a, Type b) { return _mm256_cmp_ps(a, b, _CMP_GT_OQ); }
  static unsigned bits(Mask mask) { return static_cast<unsigned>(_mm256_movemask_ps(mask)); }
  static Type select(Mask mask, Type a, Type b) { return _mm256_blendv_ps(b, a, mask); }

  static int pack(Type v, const std::int32_t* integers, unsigned bits, float* to, std::int32_t* integers_to) {
    const __m256i places =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed_places_of_8.of[bits])));
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(integers));
    _mm256_storeu_ps(to, _mm256_permutevar8x32_ps(v, places));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(integers_to), _mm256_permutevar8x32_epi32(eight, places));
    return _mm_popcnt_u32(bits);
  }

  static Type shift_bits_left(Type v, int count) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_castps_si256(v), count));
  }
  /// Of the 16 neighbours a, b: those at even and at odd places.
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    const auto in_order = [](Type v) {
      return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), _MM_SHUFFLE(3, 1, 2, 0)));
    };
    even = in_order(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(2, 0, 2, 0)));
    odd = in_order(_mm256_shuffle_ps(a, b, _MM_SHUFFLE(3, 1, 3, 1)));
  }
  /// Lane i + 4 onto lane i, then i + 2, i + 1.
  static float sum(Type v) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    s = _mm_add_ss(s, _mm_movehdup_ps(s));
    return _mm_cvtss_f32(s);
  }

  // Without it GCC repeats one shared load as a memory operand of every use.
  static void keep(Type& v) {
#if defined(__GNUC__)
    asm("" : "+x"(v));
#else
    (void)v;
#endif
  }
};

template <>
struct Register<double, 4> {
  using Type = __m256d;
  using Mask = __m256d;

  static Type splat(double x) { return _mm256_set1_pd(x); }
  static Type load(const double* p) { return _mm256_loadu_pd(p); }
  static void store(double* p, Type v) { _mm256_storeu_pd(p, v); }
  static Type load_first(const double* p, int count) { return _mm256_maskload_pd(p, first_of_4(count)); }
  static void store_first(double* p, Type v, int count) { _mm256_maskstore_pd(p, first_of_4(count), v); }
  static Type load_bytes(const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, sizeof four);
    return _mm256_cvtepi32_pd(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(four)));
  }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    _mm_maskstore_epi32(p, _mm256_castsi256_si128(first_of_8(count < 4 ? count : 4)), _mm256_cvttpd_epi32(v));
  }

  static Type add(Type a, Type b) { return _mm256_add_pd(a, b); }
  static Type subtract(Type a, Type b) { return _mm256_sub_pd(a, b); }
  static Type multiply(Type a, Type b) { return _mm256_mul_pd(a, b); }
  static Type divide(Type a, Type b) { return _mm256_div_pd(a, b); }
  static Type square_root(Type a) { return _mm256_sqrt_pd(a); }
  static Type muladd(Type a, Type b, Type c) { return _mm256_fmadd_pd(a, b, c); }

  static Type greater_of(Type a, Type b) { return _mm256_max_pd(a, b); }
  static Type magnitude(Type v) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), v); }
  static Mask greater(Type a, Type b) { return _mm256_cmp_pd(a, b, _CMP_GT_OQ); }
  static unsigned bits(Mask mask) { return static_cast<unsigned>(_mm256_movemask_pd(mask)); }
  static Type select(Mask mask, Type a, Type b) { return _mm256_blendv_pd(b, a, mask); }

  static Type shift_bits_left(Type v, int count) {
    return _mm256_castsi256_pd(_mm256_slli_epi64(_mm256_castpd_si256(v), count));
  }
  static void deinterleave(Type a, Type b, Type& even, Type& odd) {
    const auto in_order = [](Type v) { return _mm256_permute4x64_pd(v, _MM_SHUFFLE(3, 1, 2, 0)); };
    even = in_order(_mm256_unpacklo_pd(a, b));
    odd = in_order(_mm256_unpackhi_pd(a, b));
  }
  static double sum(Type v) {
    __m128d s = _mm_add_pd(_mm256_castpd256_pd128(v), _mm256_extractf128_pd(v, 1));
    s = _mm_add_sd(s, _mm_unpackhi_pd(s, s));
    return _mm_cvtsd_f64(s);
  }
  static void keep(Type& v) {
#if defined(__GNUC__)
    asm("" : "+x"(v));
#else
    (void)v;
#endif
  }
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
