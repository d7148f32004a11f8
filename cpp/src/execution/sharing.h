// When work is worth sharing: what a stage costs against what it costs to hand a part of it to another thread. Work is
// counted in multiply-adds, or in what takes as long; who does what decides no bit.
#pragma once

#include <algorithm>
#include <cstddef>

#include "execution/thread_pool.h"

namespace lenetpp {

/// A constant of the numeric contract: another number gives other bits.
inline constexpr std::size_t samples_per_shard = 8;

constexpr std::size_t shards_of(std::size_t samples) { return (samples + samples_per_shard - 1) / samples_per_shard; }

struct Sharing {
  /// So much work takes about ten microseconds. To begin and end a round takes one, and what a thread reads of what
  /// another one wrote comes from that one's cache, which takes a few.
  std::size_t least_work = std::size_t{1} << 20;

  /// So many multiply-adds take as long as one number of a plane that is pooled or packed, or one pixel that is fetched
  /// from memory.
  static constexpr std::size_t work_of_a_number = 8, work_of_a_pixel = 32;

  /// Among how many of the threads to share so much work.
  [[nodiscard]] std::size_t shares(std::size_t work, int threads) const {
    return std::clamp<std::size_t>(work / std::max<std::size_t>(least_work, 1), 1, static_cast<std::size_t>(threads));
  }

  /// Whether the backward pass of a run of image stages goes stage by stage, whose parts threads share, and not shard
  /// by shard: where there are too few shards, or some threads would wait for the last one. Stage by stage, some of the
  /// work is done for each part anew, an eighth of it.
  [[nodiscard]] bool backward_by_stage(std::size_t work_of_an_image, std::size_t batch, int threads) const {
    if (shares(work_of_an_image * batch, threads) < 2) return false;
    const auto workers = static_cast<std::size_t>(threads);
    const std::size_t shards_of_the_busiest = (shards_of(batch) + workers - 1) / workers;
    return 9 * batch < 8 * workers * std::min(batch, shards_of_the_busiest * samples_per_shard);
  }
};

/// Calls task(index, worker) for every index below `tasks`, on this thread alone where there is one share.
template <class Task>
void run_shared(ThreadPool& pool, std::size_t shares, std::size_t tasks, const Task& task) {
  if (shares > 1) return pool.run(tasks, task);
  for (std::size_t index = 0; index < tasks; ++index) task(index, 0);
}

}  // namespace lenetpp
