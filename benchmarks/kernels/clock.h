// Time, and what it costs to look at it.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What two looks at the clock show when nothing happens between: it is in every measured call.
inline double seconds_of_clock() {
  static const double cost = [] {
    std::vector<double> looks(10001);
    for (double& look : looks) look = seconds_since(Clock::now());
    std::nth_element(looks.begin(), looks.begin() + 5000, looks.end());
    return looks[5000];
  }();
  return cost;
}
