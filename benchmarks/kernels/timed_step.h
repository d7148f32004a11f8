// A training step on one instruction set, measured in rounds kernel by kernel.
#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "kernel_timer.h"
#include "rounds.h"
#include "training_step.h"

template <class T>
class TimedStep {
 public:
  TimedStep(const MeasuredNetwork& network, std::size_t batch, std::string_view instruction_set)
      : kernels_(lenetpp::kernels_of<T>(instruction_set)),
        timer_(kernels_),
        step_(network, batch, KernelTimer<T>::table()) {
    run();
    seconds_.resize(rows().size());
  }
  TimedStep(const TimedStep&) = delete;
  TimedStep& operator=(const TimedStep&) = delete;

  /// One round: as many steps as fit, at least one.
  void measure(double seconds) {
    timer_.reset();
    int steps = 0;
    const Clock::time_point start = Clock::now();
    do {
      run();
      ++steps;
    } while (seconds_since(start) < seconds);
    for (std::size_t i = 0; i < rows().size(); ++i) {
      const double clock = static_cast<double>(rows()[i].calls) * seconds_of_clock();
      seconds_[i].push_back(std::max(0.0, rows()[i].seconds / steps - clock));
    }
  }

  [[nodiscard]] const std::vector<KernelRow>& rows() const { return timer_.rows(); }

  /// Of row `row` in one step, the clock's own cost taken off; median of the rounds.
  [[nodiscard]] double seconds(std::size_t row) const { return median(seconds_[row]); }
  [[nodiscard]] double microseconds_per_image(std::size_t row) const {
    return seconds(row) / static_cast<double>(step_.batch()) * 1e6;
  }

  [[nodiscard]] std::size_t row_of(Kernel kernel, const std::string& place) const {
    for (std::size_t i = 0; i < rows().size(); ++i) {
      if (rows()[i].kernel == kernel && rows()[i].place == place) return i;
    }
    throw std::logic_error("no " + std::string(name_of(kernel)) + " was called for " + place);
  }

 private:
  void run() {
    timer_.start_step(step_);
    step_.run();
    step_.average_weights();
    step_.compute_probabilities();
  }

  lenetpp::Kernels<T> kernels_;
  KernelTimer<T> timer_;
  TrainingStep<T> step_;
  std::vector<std::vector<double>> seconds_;  // [rows][rounds]
};
