// A table of kernels that measures every call: each of its functions asks the running timer which real kernel to call,
// and adds the time to the row of that kernel and layer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "call_work.h"
#include "clock.h"
#include "kernel_list.h"
#include "training_step.h"

/// All calls of one kernel for one layer in a step.
struct KernelRow {
  Kernel kernel;
  std::string place;
  bool is_of_step = true;  // not one that is measured beside the step's calls, to compare
  double operations = 0;   // of one step
  std::size_t calls = 0;   // of one step
  double seconds = 0;      // of all steps since the last reset
};

template <class T>
class KernelTimer {
 public:
  explicit KernelTimer(const lenetpp::Kernels<T>& kernels) : kernels_(kernels) {}

  /// The timed table. It is one for all timers, since functions without state cannot tell apart who calls them.
  static const lenetpp::Kernels<T>& table();

  /// Until another timer starts, the calls of the timed table are this one's. Every step must make the same calls: the
  /// first one is where they are described.
  void start_step(const TrainingStep<T>& step) {
    running = this;
    step_ = &step;
    next_call_ = 0;
  }

  void reset() {
    for (KernelRow& row : rows_) row.seconds = 0;
  }

  [[nodiscard]] const std::vector<KernelRow>& rows() const { return rows_; }

 private:
  template <Kernel kernel, auto member, class Result, class... Arguments>
  static Result timed(Arguments... arguments) {
    KernelTimer& timer = *running;
    if constexpr (kernel == Kernel::dense_weight_gradient) timer.call_without_step(arguments...);
    const AddElapsed elapsed(timer.row_of_next_call(kernel, arguments...).seconds);
    return (timer.kernels_.*member)(arguments...);
  }

  /// A weight gradient that makes the step of its weights is measured without it, too: right before, and its result,
  /// for which there is room, is not used.
  void call_without_step(lenetpp::DenseWeightGradient<T> a) {
    if (!a.step) return;
    a.step = nullptr;
    KernelRow& row = row_of_next_call(Kernel::dense_weight_gradient, a);
    row.is_of_step = false;
    const AddElapsed elapsed(row.seconds);
    kernels_.dense_weight_gradient(a);
  }

  template <Kernel kernel, auto member, class Result, class... Arguments>
  static void put(Result (*&place)(Arguments...)) {
    place = timed<kernel, member, Result, Arguments...>;
  }

  class AddElapsed {
   public:
    explicit AddElapsed(double& seconds) : seconds_(seconds), start_(Clock::now()) {}
    ~AddElapsed() { seconds_ += seconds_since(start_); }
    AddElapsed(const AddElapsed&) = delete;
    AddElapsed& operator=(const AddElapsed&) = delete;

   private:
    double& seconds_;
    Clock::time_point start_;
  };

  template <class... Arguments>
  KernelRow& row_of_next_call(Kernel kernel, const Arguments&... arguments) {
    if (next_call_ == row_of_call_.size()) {
      const CallWork work = WorkOf<T>(*step_)(arguments...);
      row_of_call_.push_back(row_index(kernel, work.place));
      KernelRow& row = rows_[row_of_call_.back()];
      row.operations += work.operations;
      ++row.calls;
    }
    return rows_[row_of_call_[next_call_++]];
  }

  std::size_t row_index(Kernel kernel, const std::string& place) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].kernel == kernel && rows_[i].place == place) return i;
    }
    rows_.push_back({kernel, place});
    return rows_.size() - 1;
  }

  static inline KernelTimer* running = nullptr;
  const lenetpp::Kernels<T>& kernels_;
  const TrainingStep<T>* step_ = nullptr;
  std::vector<KernelRow> rows_;
  std::vector<std::size_t> row_of_call_;  // [calls of a step]
  std::size_t next_call_ = 0;
};

template <class T>
const lenetpp::Kernels<T>& KernelTimer<T>::table() {
  static const lenetpp::Kernels<T> timed = [] {
    lenetpp::Kernels<T> kernels{};
#define LENETPP_TIME(name) put<Kernel::name, &lenetpp::Kernels<T>::name>(kernels.name);
    LENETPP_FOR_EACH_KERNEL(LENETPP_TIME)
#undef LENETPP_TIME
    return kernels;
  }();
  return timed;
}
