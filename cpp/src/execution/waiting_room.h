// Where threads wait for each other: awake while that is likely to be short, then asleep.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "execution/patience.h"

namespace lenetpp {

/// Tells the processor that this is a loop that waits.
void pause();

class WaitingRoom {
 public:
  /// Returns when `arrived()` holds. It reads atomic variables; whoever changes them calls wake() afterwards.
  template <class Arrived>
  void wait(Patience& patience, const Arrived& arrived) {
    if (arrived()) return;
    using Clock = std::chrono::steady_clock;
    const auto start = Clock::now();
    while (Clock::now() - start < patience.looking()) {
      for (int look = 0; look < looks_between_times; ++look) {
        if (arrived()) return patience.note(Clock::now() - start);
        pause();
      }
    }
    // Not std::atomic::wait: that of GCC's library yields the processor before it sleeps, which hands a whole turn to
    // every other thread that wants one.
    {
      std::unique_lock lock(mutex_);
      ++sleepers_;
      wake_.wait(lock, arrived);
      --sleepers_;
    }
    patience.note(Clock::now() - start);
  }

  void wake() {
    // The sleeper counts itself before it looks for the last time, and the change was made before this: one of the
    // two sees the other.
    if (sleepers_ == 0) return;
    {
      const std::lock_guard lock(mutex_);
    }
    wake_.notify_all();
  }

 private:
  static constexpr int looks_between_times = 16;

  std::atomic<int> sleepers_{0};
  std::mutex mutex_;
  std::condition_variable wake_;
};

}  // namespace lenetpp
