#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <thread>
#include <vector>

#include "execution/patience.h"
#include "execution/thread_pool.h"
#include "execution/waiting_room.h"

// The sanitizers themselves need more memory than the test leaves.
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LENETPP_TEST_TOO_MANY_THREADS 1
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using lenetpp::Patience;
using lenetpp::ThreadPool;
using lenetpp::WaitingRoom;

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

TEST_CASE("threads that never look pass a word to each other without losing it") {
  WaitingRoom to_other, to_this;
  std::atomic<int> sent = 0, answered = 0;
  std::thread other([&] {
    Patience none(Patience::Duration::zero());
    for (int round = 1; round <= 2000; ++round) {
      to_other.wait(none, [&] { return sent == round; });
      answered = round;
      to_this.wake();
    }
  });
  Patience none(Patience::Duration::zero());
  for (int round = 1; round <= 2000; ++round) {
    sent = round;
    to_other.wake();
    to_this.wait(none, [&] { return answered == round; });
  }
  other.join();
  CHECK(answered == 2000);
}

TEST_CASE("long waits end the looking, and short ones bring it back") {
  using std::chrono::microseconds;
  using std::chrono::milliseconds;
  Patience patience;
  CHECK(patience.looking() == Patience::longest);
  patience.note(microseconds(100));
  CHECK(patience.looking() == Patience::longest);
  for (int wait = 0; wait < 4; ++wait) patience.note(milliseconds(40));
  CHECK(patience.looking() == Patience::shortest);
  // A sleep that looking would have spared counts as a short wait: it is how looking begins again.
  patience.note(microseconds(100));
  CHECK(patience.looking() == 2 * Patience::shortest);
  for (int wait = 0; wait < 10; ++wait) patience.note(microseconds(100));
  CHECK(patience.looking() == Patience::longest);
}

TEST_CASE("who has no processor to look with never begins to look") {
  Patience patience(Patience::Duration::zero());
  patience.note(Patience::shortest);
  CHECK(patience.looking() == Patience::Duration::zero());
}

TEST_CASE("a pool without work ends") {
  for (int threads = 1; threads <= 8; ++threads) ThreadPool(threads).run(0, [](std::size_t, int) {});
}

#if LENETPP_TEST_TOO_MANY_THREADS
TEST_CASE("more threads than the system lets run are refused, and those that started end") {
  const pid_t child = fork();
  if (child == 0) {
    alarm(20);  // a hang is a failure
    const rlimit half_a_gigabyte{1 << 29, 1 << 29};
    setrlimit(RLIMIT_AS, &half_a_gigabyte);
    try {
      ThreadPool(1000).run(1, [](std::size_t, int) {});
    } catch (const std::runtime_error&) {
      _exit(42);
    }
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 42);
}
#endif
