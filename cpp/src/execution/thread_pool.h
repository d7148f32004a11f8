// Threads, and nowhere else. Who does which task never decides a bit: tasks write to places of their own.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "execution/patience.h"
#include "execution/waiting_room.h"

namespace lenetpp {

class ThreadPool {
 public:
  /// The calling thread is one of `threads`; the others sleep while there is nothing to run(). Throws
  /// std::runtime_error when the system does not let so many run.
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const { return static_cast<int>(workers_.size()) + 1; }

  /// Calls task(index, worker) once for every index below `tasks` and returns when all are done. `worker` is below
  /// threads() and no two calls at the same time have the same. A task must not throw. As long as no thread is late, a
  /// worker gets the same share of as many tasks every time, so that what it wrote before lies in its caches.
  template <class Task>
  void run(std::size_t tasks, const Task& task) {
    if (workers_.empty() || tasks <= 1) {
      for (std::size_t index = 0; index < tasks; ++index) task(index, 0);
      return;
    }
    run_on_all(tasks, &task, [](const void* body, std::size_t index, int worker) {
      (*static_cast<const Task*>(body))(index, worker);
    });
  }

 private:
  using Call = void (*)(const void* body, std::size_t index, int worker);

  void stop();
  void run_on_all(std::size_t tasks, const void* body, Call call);
  void work(int worker);
  [[nodiscard]] bool join();
  void leave();
  void take_tasks(int worker);

  /// The tasks that a worker begins with. Who has done its own takes some of the others'.
  struct alignas(64) Share {
    std::atomic<std::size_t> next{0};
    std::size_t end = 0;
  };

  std::vector<std::thread> workers_;
  Patience patience_;  // of the calling thread
  WaitingRoom for_work_, for_the_end_;
  // Of a type that may wrap around: days of small batches have more rounds than an int can count.
  std::atomic<unsigned> round_{0};         // another number: there is work, or the end
  std::atomic<unsigned> members_{closed};  // workers that have joined the round and not left it, and `closed`
  std::atomic<bool> stop_{false};
  std::atomic<int> processor_of_caller_{-1};  // -1 where that is not known
  const void* body_ = nullptr;
  Call call_ = nullptr;
  std::vector<Share> shares_;  // [threads]

  static constexpr unsigned closed = 1U << 31;  // nobody can join the round any more
};

}  // namespace lenetpp
