// The processor's modes of floating point are a thread's, and whoever comes first sets them: a library that was linked
// with -ffast-math turns subnormal numbers off for the whole process as it is loaded, and Python loads many.
#pragma once

#include <cfenv>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace lenetpp {

/// While it lives, this thread rounds to nearest and knows subnormal numbers; afterwards it has its own modes again.
/// Every function that computes bits has one, and every worker thread.
class DefaultFloatingPointMode {
 public:
#if defined(__x86_64__) || defined(_M_X64)
  // One register has the modes of all arithmetic that is used; <cfenv> also changes those of the older x87 unit, which
  // takes a fiftieth of the time that a small network takes for an image.
  DefaultFloatingPointMode() : before_(_mm_getcsr()) { _mm_setcsr(default_modes); }
  ~DefaultFloatingPointMode() { _mm_setcsr(before_); }
#else
  DefaultFloatingPointMode() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatingPointMode() { std::fesetenv(&before_); }
#endif
  DefaultFloatingPointMode(const DefaultFloatingPointMode&) = delete;
  DefaultFloatingPointMode& operator=(const DefaultFloatingPointMode&) = delete;

 private:
#if defined(__x86_64__) || defined(_M_X64)
  static constexpr unsigned default_modes = 0x1f80;  // no exception is trapped
  unsigned before_;
#else
  std::fenv_t before_{};
#endif
};

}  // namespace lenetpp
