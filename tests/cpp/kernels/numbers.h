// Repeatable numbers for the tests of the kernels: SplitMix64 (Steele, Lea and Flood 2014), nothing of the library's.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

enum class Numbers {
  ordinary,        ///< random digits, magnitudes from 1/16 to 16
  small_integers,  ///< -3 to 3: every sum and product is exact, many are equal, many are zero
  special,         ///< ordinary ones among infinities, NaN, zeros of both signs, subnormal and huge numbers
};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : state_(seed) {}

  /// 0 <= number < count.
  int below(int count) { return static_cast<int>((next() >> 32) * static_cast<std::uint64_t>(count) >> 32); }
  /// least <= number <= most.
  int between(int least, int most) { return least + below(most - least + 1); }

  template <class T>
  T number(Numbers numbers) {
    if (numbers == Numbers::small_integers) return static_cast<T>(between(-3, 3));
    if (numbers == Numbers::special && below(16) == 0) return special<T>();
    const double fraction = 1.0 + static_cast<double>(next() >> 12) * 0x1p-52;
    const double magnitude = std::ldexp(fraction, between(-4, 3));
    return static_cast<T>(below(2) == 0 ? magnitude : -magnitude);
  }

  template <class T>
  std::vector<T> numbers(std::size_t count, Numbers numbers) {
    std::vector<T> values(count);
    for (T& value : values) value = number<T>(numbers);
    return values;
  }

 private:
  template <class T>
  T special() {
    using Limits = std::numeric_limits<T>;
    // Infinities and NaN are rarer than the others: they swallow everything that they meet.
    const T values[] = {T(0),
                        T(0),
                        T(0),
                        Limits::denorm_min(),
                        Limits::min() - Limits::denorm_min(),
                        Limits::min(),
                        Limits::min() * 3,
                        Limits::epsilon(),
                        T(1),
                        T(1),
                        Limits::max() / 4,
                        Limits::max(),
                        below(4) == 0 ? Limits::infinity() : T(0),
                        below(4) == 0 ? Limits::quiet_NaN() : T(0)};
    const T value = values[below(static_cast<int>(std::size(values)))];
    return below(2) == 0 ? value : -value;
  }

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};
