// Plain C++: one lane a register. Runs everywhere and is the definition of the other files.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "fused_multiply_add.h"

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

inline constexpr int vector_registers = 16;

template <class T, int Lanes>
inline constexpr int register_width = 1;

template <class T, int Width>
struct Register;

template <class T>
struct Register<T, 1> {
  using Type = T;
  using Mask = bool;

  static Type splat(T x) { return x; }
  static Type load(const T* p) { return *p; }
  static void store(T* p, Type v) { *p = v; }
  static Type load_first(const T* p, int count) { return count > 0 ? *p : T(0); }
  static void store_first(T* p, Type v, int count) {
    if (count > 0) *p = v;
  }
  static Type load_bytes(const std::uint8_t* p) { return static_cast<T>(*p); }
  static void store_integers_first(std::int32_t* p, Type v, int count) {
    if (count > 0) *p = static_cast<std::int32_t>(v);
  }

  static Type add(Type a, Type b) { return a + b; }
  static Type subtract(Type a, Type b) { return a - b; }
  static Type multiply(Type a, Type b) { return a * b; }
  static Type divide(Type a, Type b) { return a / b; }
  static Type square_root(Type a) { return std::sqrt(a); }
  static Type muladd(Type a, Type b, Type c) { return fused_multiply_add(a, b, c); }

  static Type magnitude(Type v) { return v < 0 ? -v : v; }
  static Mask greater(Type a, Type b) { return a > b; }
  static unsigned bits(Mask mask) { return mask ? 1u : 0u; }
  static Type select(Mask mask, Type a, Type b) { return mask ? a : b; }

  static Type shift_bits_left(Type v, int count) {
    if constexpr (sizeof(T) == 4) {
      std::uint32_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      bits <<= count;
      std::memcpy(&v, &bits, sizeof bits);
    } else {
      std::uint64_t bits;
      std::memcpy(&bits, &v, sizeof bits);
      bits <<= count;
      std::memcpy(&v, &bits, sizeof bits);
    }
    return v;
  }

  static void keep(Type&) {}
};

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
