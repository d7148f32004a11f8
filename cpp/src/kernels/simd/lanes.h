// Lanes<T, N>: N independent numbers, whatever registers the machine has. See README.md beside this file.
#pragma once

#include <cstdint>

#include "../compiler.h"
#include LENETPP_SIMD_HEADER

namespace lenetpp::LENETPP_SIMD_NAMESPACE {

/// body(0) .. body(count - 1): unrolled where the compiler knows the count, a loop where Known is 0.
template <int Known, class Body>
LENETPP_INLINE void repeat(int count, const Body& body) {
  if constexpr (Known > 0) {
    LENETPP_UNROLL for (int i = 0; i < Known; ++i) body(i);
  } else {
    for (int i = 0; i < count; ++i) body(i);
  }
}

template <class T, int N>
struct Lanes {
  static constexpr int lanes = N;
  static constexpr int width = register_width<T, N>;
  static constexpr int registers = N / width;
  using Number = T;
  using R = Register<T, width>;

  typename R::Type r[registers];

  struct Mask {
    typename R::Mask r[registers];
  };

  static LENETPP_INLINE Lanes splat(T x) {
    Lanes v;
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) v.r[i] = R::splat(x);
    return v;
  }
  static LENETPP_INLINE Lanes load(const T* p) {
    Lanes v;
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) v.r[i] = R::load(p + i * width);
    return v;
  }
  static LENETPP_INLINE Lanes load_bytes(const std::uint8_t* p) {
    Lanes v;
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) v.r[i] = R::load_bytes(p + i * width);
    return v;
  }
  LENETPP_INLINE void store(T* p) const {
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) R::store(p + i * width, r[i]);
  }
  /// The first `count` lanes only; the others are zero, and nothing behind is read.
  static LENETPP_INLINE Lanes load_first(const T* p, int count) {
    Lanes v;
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) v.r[i] = R::load_first(p + i * width, count - i * width);
    return v;
  }
  /// Writes the first `count` lanes and nothing else.
  LENETPP_INLINE void store_first(T* p, int count) const {
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) R::store_first(p + i * width, r[i], count - i * width);
  }
  /// The same as integers; exact for lanes that hold whole numbers within int32.
  LENETPP_INLINE void store_integers_first(std::int32_t* p, int count) const {
    LENETPP_UNROLL for (int i = 0; i < registers; ++i) R::store_integers_first(p + i * width, r[i], count - i * width);
  }
  /// Stops the compiler from splitting one load into several.
  LENETPP_INLINE void keep() { LENETPP_UNROLL for (int i = 0; i < registers; ++i) R::keep(r[i]); }
};

/// Four numbers that are loaded at once and fill all lanes one by one, because loops over visits wait for loads; only
/// of lanes that `load_fours`, where registers are many.
template <class L>
inline constexpr bool load_fours = requires { typename L::R::Four; };

template <class L>
struct FourNumbers {
  typename L::R::Four numbers;

  static LENETPP_INLINE FourNumbers load(const typename L::Number* p) { return {L::R::load_four(p)}; }
  template <int Number>
  LENETPP_INLINE L splat() const {
    L v;
    LENETPP_UNROLL for (int i = 0; i < L::registers; ++i) v.r[i] = L::R::template splat_of<Number>(numbers);
    return v;
  }
};

template <class T, int N>
LENETPP_INLINE Lanes<T, N> operator+(Lanes<T, N> a, const Lanes<T, N>& b) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::add(a.r[i], b.r[i]);
  return a;
}
template <class T, int N>
LENETPP_INLINE Lanes<T, N> operator-(Lanes<T, N> a, const Lanes<T, N>& b) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::subtract(a.r[i], b.r[i]);
  return a;
}
template <class T, int N>
LENETPP_INLINE Lanes<T, N> operator*(Lanes<T, N> a, const Lanes<T, N>& b) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::multiply(a.r[i], b.r[i]);
  return a;
}
template <class T, int N>
LENETPP_INLINE Lanes<T, N> operator/(Lanes<T, N> a, const Lanes<T, N>& b) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::divide(a.r[i], b.r[i]);
  return a;
}

/// Rounded to the nearest, as IEEE 754 asks of every machine.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> square_root(Lanes<T, N> a) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::square_root(a.r[i]);
  return a;
}

/// a * b + c with one rounding.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> muladd(const Lanes<T, N>& a, const Lanes<T, N>& b, Lanes<T, N> c) {
  LENETPP_UNROLL for (int i = 0; i < c.registers; ++i) c.r[i] = Lanes<T, N>::R::muladd(a.r[i], b.r[i], c.r[i]);
  return c;
}

/// False where either side is NaN.
template <class T, int N>
LENETPP_INLINE typename Lanes<T, N>::Mask greater(const Lanes<T, N>& a, const Lanes<T, N>& b) {
  typename Lanes<T, N>::Mask mask;
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) mask.r[i] = Lanes<T, N>::R::greater(a.r[i], b.r[i]);
  return mask;
}

/// Bit i is set where lane i of the mask is.
template <class T, int N>
LENETPP_INLINE unsigned bits(const typename Lanes<T, N>::Mask& mask) {
  using L = Lanes<T, N>;
  unsigned all = 0;
  LENETPP_UNROLL for (int i = 0; i < L::registers; ++i) all |= L::R::bits(mask.r[i]) << (i * L::width);
  return all;
}

/// Writes the lanes whose bit is set side by side, and those of the N integers as well; returns how many. What follows
/// them, up to N elements in all, is overwritten.
template <class T, int N>
LENETPP_INLINE int pack(const Lanes<T, N>& v, const std::int32_t* integers, unsigned bits, T* to,
                        std::int32_t* integers_to) {
  using L = Lanes<T, N>;
  using R = typename L::R;
  int count = 0;
  if constexpr (requires { R::pack(v.r[0], integers, bits, to, integers_to); }) {
    LENETPP_UNROLL for (int i = 0; i < L::registers; ++i) {
      const unsigned own = bits >> (i * L::width) & ((1u << L::width) - 1);
      count += R::pack(v.r[i], integers + i * L::width, own, to + count, integers_to + count);
    }
  } else {
    T values[N];
    v.store(values);
    for (int i = 0; i < N; ++i) {
      to[count] = values[i];
      integers_to[count] = integers[i];
      count += static_cast<int>(bits >> i & 1u);  // without a branch: the next one overwrites it
    }
  }
  return count;
}

template <class T, int N>
LENETPP_INLINE Lanes<T, N> select(const typename Lanes<T, N>::Mask& mask, Lanes<T, N> a, const Lanes<T, N>& b) {
  LENETPP_UNROLL for (int i = 0; i < a.registers; ++i) a.r[i] = Lanes<T, N>::R::select(mask.r[i], a.r[i], b.r[i]);
  return a;
}

/// value > best ? value : best, NaN and signed zeros included: on x86 that is what the instruction for a maximum does.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> greater_of(Lanes<T, N> value, const Lanes<T, N>& best) {
  using R = typename Lanes<T, N>::R;
  LENETPP_UNROLL for (int i = 0; i < value.registers; ++i) {
    if constexpr (requires { R::greater_of(value.r[i], best.r[i]); }) {
      value.r[i] = R::greater_of(value.r[i], best.r[i]);
    } else {
      value.r[i] = R::select(R::greater(value.r[i], best.r[i]), value.r[i], best.r[i]);
    }
  }
  return value;
}

/// The bits of each lane, shifted: an integer in the low bits becomes an exponent.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> shift_bits_left(Lanes<T, N> v, int count) {
  LENETPP_UNROLL for (int i = 0; i < v.registers; ++i) v.r[i] = Lanes<T, N>::R::shift_bits_left(v.r[i], count);
  return v;
}

/// Two halves side by side, and their inverse.
template <class T>
LENETPP_INLINE Lanes<T, 16> join(const Lanes<T, 8>& low, const Lanes<T, 8>& high) {
  using L = Lanes<T, 16>;
  L v;
  if constexpr (L::registers == 1) {
    v.r[0] = L::R::join(low.r[0], high.r[0]);
  } else {
    constexpr int half = L::registers / 2;
    LENETPP_UNROLL for (int i = 0; i < half; ++i) {
      v.r[i] = low.r[i];
      v.r[half + i] = high.r[i];
    }
  }
  return v;
}
template <class T>
LENETPP_INLINE void split(const Lanes<T, 16>& v, Lanes<T, 8>& low, Lanes<T, 8>& high) {
  using L = Lanes<T, 16>;
  if constexpr (L::registers == 1) {
    low.r[0] = L::R::low(v.r[0]);
    high.r[0] = L::R::high(v.r[0]);
  } else {
    constexpr int half = L::registers / 2;
    LENETPP_UNROLL for (int i = 0; i < half; ++i) {
      low.r[i] = v.r[i];
      high.r[i] = v.r[half + i];
    }
  }
}

/// Of the 2 N neighbours a, b: those at even and those at odd places.
template <class T, int N>
LENETPP_INLINE void deinterleave(const Lanes<T, N>& a, const Lanes<T, N>& b, Lanes<T, N>& even, Lanes<T, N>& odd) {
  using L = Lanes<T, N>;
  if constexpr (L::registers == 1) {
    L::R::deinterleave(a.r[0], b.r[0], even.r[0], odd.r[0]);
  } else if constexpr (L::width == 1) {
    LENETPP_UNROLL for (int i = 0; i < N; ++i) {
      even.r[i] = 2 * i < N ? a.r[2 * i % N] : b.r[2 * i % N];
      odd.r[i] = 2 * i < N ? a.r[(2 * i + 1) % N] : b.r[(2 * i + 1) % N];
    }
  } else {
    constexpr int half = L::registers / 2;
    LENETPP_UNROLL for (int i = 0; i < half; ++i) {
      L::R::deinterleave(a.r[2 * i], a.r[2 * i + 1], even.r[i], odd.r[i]);
      L::R::deinterleave(b.r[2 * i], b.r[2 * i + 1], even.r[half + i], odd.r[half + i]);
    }
  }
}

/// The one fixed tree: lane i + 8 onto lane i, then i + 4, i + 2, i + 1.
template <class T, int N>
LENETPP_INLINE T sum(Lanes<T, N> v) {
  using L = Lanes<T, N>;
  LENETPP_UNROLL for (int half = L::registers / 2; half > 0; half /= 2) {
    LENETPP_UNROLL for (int i = 0; i < half; ++i) v.r[i] = L::R::add(v.r[i], v.r[i + half]);
  }
  if constexpr (L::width == 1) {
    return v.r[0];
  } else {
    return L::R::sum(v.r[0]);
  }
}

/// Writes sum() of each; up to `room_behind_sums` elements behind them are overwritten.
template <int Count, class T, int N>
LENETPP_INLINE void store_sums(const Lanes<T, N>* v, T* sums) {
  using R = typename Lanes<T, N>::R;
  if constexpr (requires { R::store_eight_sums(&v->r[0], sums); }) {
    LENETPP_UNROLL for (int first = 0; first < Count; first += 8) {
      typename R::Type eight[8];
      LENETPP_UNROLL for (int i = 0; i < 8; ++i) eight[i] = v[first + i < Count ? first + i : Count - 1].r[0];
      R::store_eight_sums(eight, sums + first);
    }
  } else {
    LENETPP_UNROLL for (int i = 0; i < Count; ++i) sums[i] = sum(v[i]);
  }
}
inline constexpr int room_behind_sums = 7;

template <class T>
inline constexpr T smallest_normal =
    sizeof(T) == 4 ? static_cast<T>(1.17549435082228750797e-38) : static_cast<T>(2.2250738585072013831e-308);

/// Also true of zeros.
template <class T, int N>
LENETPP_INLINE typename Lanes<T, N>::Mask is_subnormal(const Lanes<T, N>& v) {
  using L = Lanes<T, N>;
  typename L::Mask mask;
  LENETPP_UNROLL for (int i = 0; i < L::registers; ++i) {
    mask.r[i] = L::R::greater(L::R::splat(smallest_normal<T>), L::R::magnitude(v.r[i]));
  }
  return mask;
}

/// Subnormal numbers become +0, and so does -0 (subnormals are 95 times slower on some machines, and the processors'
/// own flush modes differ). NaN stays.
template <class T, int N>
LENETPP_INLINE Lanes<T, N> flush_subnormals(const Lanes<T, N>& v) {
  using L = Lanes<T, N>;
  return select(is_subnormal(v), L::splat(T(0)), v);
}

}  // namespace lenetpp::LENETPP_SIMD_NAMESPACE
