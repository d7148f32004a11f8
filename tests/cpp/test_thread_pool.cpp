#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <vector>

#include "thread_pool.h"

using lenetpp::ThreadPool;

TEST_CASE("every task is done once, by workers that nobody shares") {
  for (int threads = 1; threads <= 8; ++threads) {
    CAPTURE(threads);
    ThreadPool pool(threads);
    CHECK(pool.threads() == threads);
    for (std::size_t round = 0; round < 200; ++round) {
      const std::size_t tasks = round * 7 % 41;
      std::vector<std::atomic<int>> times_done(tasks);
      std::vector<std::atomic<bool>> at_work(static_cast<std::size_t>(threads));
      std::atomic<int> strangers = 0, shared = 0;
      pool.run(tasks, [&](std::size_t task, int worker) {
        if (worker < 0 || worker >= threads || task >= tasks) {
          ++strangers;
          return;
        }
        std::atomic<bool>& mine = at_work[static_cast<std::size_t>(worker)];
        if (mine.exchange(true)) ++shared;
        ++times_done[task];
        mine = false;
      });
      CHECK(strangers == 0);
      CHECK(shared == 0);
      int done_once = 0;
      for (const std::atomic<int>& times : times_done) done_once += times == 1;
      CHECK(done_once == static_cast<int>(tasks));
    }
  }
}

TEST_CASE("what tasks wrote is seen when run() returns") {
  ThreadPool pool(4);
  std::vector<std::size_t> squares(1000);  // no atomics: run() itself is the barrier
  for (std::size_t round = 1; round <= 50; ++round) {
    pool.run(squares.size(), [&](std::size_t task, int) { squares[task] += round; });
  }
  for (const std::size_t sum : squares) CHECK(sum == 50 * 51 / 2);
}

TEST_CASE("tasks run at the same time") {
  ThreadPool pool(2);
  std::atomic<int> arrived = 0;
  // Each of the two tasks waits for the other: one thread alone would never return.
  pool.run(2, [&](std::size_t, int) {
    ++arrived;
    while (arrived < 2) {
    }
  });
  CHECK(arrived == 2);
}

TEST_CASE("a pool without work ends") {
  for (int threads = 1; threads <= 8; ++threads) ThreadPool(threads).run(0, [](std::size_t, int) {});
}
