#include "thread_pool.h"

#include <exception>
#include <stdexcept>
#include <string>

namespace lenetpp {

ThreadPool::ThreadPool(int threads) {
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
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  start_.notify_all();
  for (std::thread& thread : workers_) thread.join();
}

void ThreadPool::take_tasks(int worker) {
  for (std::size_t index = next_.fetch_add(1); index < tasks_; index = next_.fetch_add(1)) call_(body_, index, worker);
}

void ThreadPool::work(int worker) {
  std::size_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    start_.wait(lock, [&] { return stop_ || round_ != seen; });
    if (stop_) return;
    seen = round_;
    lock.unlock();
    take_tasks(worker);
    lock.lock();
    if (--busy_ == 0) finish_.notify_one();
  }
}

void ThreadPool::run_on_all(std::size_t tasks, const void* body, Call call) {
  {
    const std::lock_guard lock(mutex_);
    tasks_ = tasks;
    body_ = body;
    call_ = call;
    next_ = 0;
    busy_ = workers_.size();
    ++round_;
  }
  start_.notify_all();
  take_tasks(0);
  std::unique_lock lock(mutex_);
  finish_.wait(lock, [&] { return busy_ == 0; });
}

}  // namespace lenetpp
