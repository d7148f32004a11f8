// The processor's modes of floating point are a thread's, and whoever comes first sets them: a library that was linked
// with -ffast-math turns subnormal numbers off for the whole process as it is loaded, and Python loads many.
#pragma once

#include <cfenv>

namespace lenetpp {

/// While it lives, this thread rounds to nearest and knows subnormal numbers; afterwards it has its own modes again.
/// Every function that computes bits has one, and every worker thread.
class DefaultFloatingPointMode {
 public:
  DefaultFloatingPointMode() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatingPointMode() { std::fesetenv(&before_); }
  DefaultFloatingPointMode(const DefaultFloatingPointMode&) = delete;
  DefaultFloatingPointMode& operator=(const DefaultFloatingPointMode&) = delete;

 private:
  std::fenv_t before_{};
};

}  // namespace lenetpp
