// How long a thread looks for what it waits for before it sleeps: learnt from how long the last waits were.
#pragma once

#include <algorithm>
#include <chrono>

namespace lenetpp {

/// Waking a sleeping thread takes longer than most waits between two parts of a step, so looking pays while the others
/// run. Where they wait for a processor, looking only keeps it from them, and no wait is short.
class Patience {
 public:
  using Duration = std::chrono::nanoseconds;
  static constexpr Duration longest = std::chrono::microseconds(500);
  static constexpr Duration shortest = std::chrono::microseconds(4);

  explicit Patience(Duration first = longest) : looking_(first) {}

  /// How long to look in the next wait.
  [[nodiscard]] Duration looking() const { return looking_; }

  /// A wait has ended, whether the thread slept meanwhile or not: one that looking could have bridged lengthens the
  /// looking again, a longer one ends it.
  void note(Duration waited) {
    if (looking_ == Duration::zero()) return;  // a thread that must never look
    looking_ = waited < longest ? std::min(2 * looking_, longest) : std::max(looking_ / 4, shortest);
  }

 private:
  Duration looking_;
};

}  // namespace lenetpp
