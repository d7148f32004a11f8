#include "thread_pool.h"

#include <exception>
#include <stdexcept>
#include <string>

#include "floating_point_mode.h"

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

namespace lenetpp {
namespace {

/// Tells the processor that this is a loop that waits.
void pause() {
#if defined(__x86_64__) || defined(_M_X64)
  _mm_pause();
#elif defined(__GNUC__) && defined(__aarch64__)
  asm volatile("yield");
#endif
}

/// Between two parts of a step a thread waits for less time than it takes to wake one up. Where there are more threads
/// than processors, one that looks only keeps another from working.
int looks_before_sleep(int threads) {
  return threads <= static_cast<int>(std::thread::hardware_concurrency()) ? 20000 : 0;
}

}  // namespace

ThreadPool::ThreadPool(int threads) : looks_(looks_before_sleep(threads)) {
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
  round_.notify_all();
  for (std::thread& thread : workers_) thread.join();
}

void ThreadPool::wait_for_change(const std::atomic<unsigned>& value, unsigned old) const {
  for (int look = 0; look < looks_; ++look) {
    if (value != old) return;
    pause();
  }
  value.wait(old);
}

void ThreadPool::take_tasks(int worker) {
  for (std::size_t index = next_.fetch_add(1); index < tasks_; index = next_.fetch_add(1)) call_(body_, index, worker);
}

void ThreadPool::work(int worker) {
  const DefaultFloatingPointMode mode;
  // A round cannot begin before all workers have finished the one before, so none is missed.
  for (unsigned round = 0;; ++round) {
    wait_for_change(round_, round);
    if (stop_) return;
    take_tasks(worker);
    if (--busy_ == 0) busy_.notify_one();
  }
}

void ThreadPool::run_on_all(std::size_t tasks, const void* body, Call call) {
  tasks_ = tasks;
  body_ = body;
  call_ = call;
  next_ = 0;
  busy_ = static_cast<unsigned>(workers_.size());
  ++round_;
  round_.notify_all();
  take_tasks(0);
  for (unsigned busy = busy_; busy != 0; busy = busy_) wait_for_change(busy_, busy);
}

}  // namespace lenetpp
