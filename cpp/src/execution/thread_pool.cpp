#include "execution/thread_pool.h"

#include <exception>
#include <stdexcept>
#include <string>

#include "floating_point_mode.h"

#if defined(__linux__)
#include <sched.h>
#endif
#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace lenetpp {
namespace {

/// Where there are more threads than processors, one that looks only keeps another from working.
Patience first_patience(int threads) {
  const bool all_can_run = threads <= static_cast<int>(std::thread::hardware_concurrency());
  return Patience(all_can_run ? Patience::longest : Patience::Duration::zero());
}

/// The processor that this thread is on, or -1.
int current_processor() {
#if defined(__linux__)
  return sched_getcpu();
#else
  return -1;
#endif
}

/// Moves this thread to another processor, if it may run on any. Afterwards it may run where it might before.
void leave_processor([[maybe_unused]] int processor) {
#if defined(__linux__)
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
  cpu_set_t others = allowed;
  CPU_CLR(processor, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
  sched_setaffinity(0, sizeof allowed, &allowed);
#endif
}

}  // namespace

void pause() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__GNUC__) && defined(__aarch64__)
  asm volatile("yield");
#endif
}

ThreadPool::ThreadPool(int threads) : patience_(first_patience(threads)), shares_(static_cast<std::size_t>(threads)) {
  try {
    for (int worker = 1; worker < threads; ++worker) workers_.emplace_back([this, worker] { work(worker); });
  } catch (const std::exception& error) {
    const int started = this->threads();
    stop();
    throw std::runtime_error("threads: the system lets only " + std::to_string(started) + " of " +
                             std::to_string(threads) + " run (" + error.what() + "); use fewer");
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  stop_ = true;
  ++round_;
  for_work_.wake();
  for (std::thread& thread : workers_) thread.join();
}

bool ThreadPool::join() {
  unsigned members = members_;
  while ((members & closed) == 0) {
    if (members_.compare_exchange_weak(members, members + 1)) return true;
  }
  return false;
}

void ThreadPool::leave() {
  if (--members_ == closed) for_the_end_.wake();
}

void ThreadPool::take_tasks(int worker) {
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    Share& share = shares_[(static_cast<std::size_t>(worker) + i) % shares_.size()];
    while (share.next < share.end) {
      const std::size_t index = share.next++;
      if (index < share.end) call_(body_, index, worker);
    }
  }
}

void ThreadPool::work(int worker) {
  const DefaultFloatingPointMode mode;
  Patience patience = patience_;
  for (unsigned round = 0;;) {
    for_work_.wait(patience, [&] { return round_ != round; });
    if (stop_) return;
    round = round_;
    // Whoever comes when the others have done everything has missed nothing.
    if (!join()) continue;
    // Where all processors are busy, a thread wakes where it slept, be it on the caller's; and since both wait for each
    // other all the time, the system takes them for too recently run to part them.
    const int callers = processor_of_caller_.load(std::memory_order_relaxed);
    if (callers >= 0 && current_processor() == callers) leave_processor(callers);
    take_tasks(worker);
    leave();
  }
}

/// Never waits for a worker that has not begun: on a machine with other work that may take many turns of the others.
void ThreadPool::run_on_all(std::size_t tasks, const void* body, Call call) {
  for (std::size_t worker = 0; worker < shares_.size(); ++worker) {
    // What members_ makes visible need not be ordered by itself.
    shares_[worker].next.store(worker * tasks / shares_.size(), std::memory_order_relaxed);
    shares_[worker].end = (worker + 1) * tasks / shares_.size();
  }
  body_ = body;
  call_ = call;
  processor_of_caller_.store(current_processor(), std::memory_order_relaxed);
  members_ = 0;
  ++round_;
  for_work_.wake();
  take_tasks(0);
  members_ |= closed;
  for_the_end_.wait(patience_, [&] { return members_ == closed; });
}

}  // namespace lenetpp
