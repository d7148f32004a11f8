// What steps did to the parameters, in figures for the record of an epoch.
#pragma once

#include <lenetpp/trainer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "execution/thread_pool.h"
#include "kernels/kernels.h"
#include "network/parameter_block.h"
#include "training/norms.h"

namespace lenetpp {

/// Whether a step of an epoch is measured, which costs a pass over all parameters. A function of the step's number
/// alone, so that an epoch that was stopped has the figures of one that was not.
inline bool is_measured(std::size_t step, std::size_t steps, std::size_t batch_size) {
  constexpr std::size_t fewest_steps = 32, fewest_images = 500, most = 16;
  const std::size_t apart =
      std::max({fewest_steps, (fewest_images + batch_size - 1) / batch_size, (steps + most - 1) / most});
  return (steps - 1 - step) % apart == 0;
}

/// Of one array of a block.
template <class T>
double norm_of(const T* block, const ParameterRows& array) {
  SumOfSquares squares;
  squares.add(block + array.offset, array);
  return std::sqrt(squares.sum());
}

/// What a step of one array changed.
struct ArrayChange {
  double squares = 0;  // the sum of all changes' squares, one after the other
  std::size_t lost = 0;
};

/// Does the part of `step`, which is one of a whole block, that is an array's.
template <class T>
ArrayChange step_of_measured_array(const Kernels<T>& kernels, const Step<T>& step, const ParameterRows& array) {
  // The parameters as they were are kept piece by piece: a copy of all would need the memory of all.
  constexpr std::size_t most = std::size_t{64} * lanes;
  std::array<T, most> before, directions;
  ArrayChange change;
  // An array may fill its last vector only in part; padding is zero and counts nowhere.
  const std::size_t size = round_up(array.rows * array.row_stride, lanes);
  for (std::size_t first = 0; first < size; first += most) {
    Step<T> piece = part_of_step(step, array.offset + first, std::min(size - first, most));
    piece.directions = directions.data();
    std::copy_n(piece.parameters, piece.count, before.data());
    kernels.optimizer_step(piece);
    // The sum, which has an order, waits for each addition; all else is done meanwhile.
    for (std::size_t i = 0; i < piece.count; ++i) {
      const double difference = static_cast<double>(piece.parameters[i]) - static_cast<double>(before[i]);
      change.squares += difference * difference;
    }
    if (piece.learning_rate == T(0)) continue;
    std::int32_t lost = 0;
    for (std::size_t i = 0; i < piece.count; ++i) {
      const bool stays = piece.parameters[i] - before[i] == T(0), should_move = directions[i] != T(0);
      lost += static_cast<std::int32_t>(stays) & static_cast<std::int32_t>(should_move);
    }
    change.lost += static_cast<std::size_t>(lost);
  }
  return change;
}

/// Does `step`, which is one of a whole block, and returns a figure for each parameter array.
template <class T>
std::vector<ArrayStep> measured_step(const Kernels<T>& kernels, ThreadPool& pool, const BlockLayout& layout,
                                     const Step<T>& step) {
  const std::size_t arrays = layout.arrays.size();
  std::vector<ArrayChange> changes(arrays);
  std::vector<double> norms(arrays);
  std::vector<ArrayStep> figures(arrays);
  pool.run(2 * arrays, [&](std::size_t task, int) {
    if (task < arrays) {
      changes[task] = step_of_measured_array(kernels, step, layout.arrays[task]);
    } else {
      figures[task - arrays].gradient_norm = norm_of(step.gradients, layout.arrays[task - arrays]);
    }
  });
  pool.run(arrays, [&](std::size_t i, int) { norms[i] = norm_of<T>(step.parameters, layout.arrays[i]); });
  for (std::size_t i = 0; i < arrays; ++i) {
    const ParameterRows& array = layout.arrays[i];
    figures[i].update_ratio = norms[i] > 0 ? std::sqrt(changes[i].squares) / norms[i] : 0;
    figures[i].lost_updates = static_cast<double>(changes[i].lost) / static_cast<double>(array.rows * array.columns);
  }
  return figures;
}

inline void add_figures(EpochPart& done, const std::vector<ArrayStep>& figures) {
  done.sums.resize(figures.size());
  for (std::size_t i = 0; i < figures.size(); ++i) {
    done.sums[i].gradient_norm += figures[i].gradient_norm;
    done.sums[i].update_ratio += figures[i].update_ratio;
    done.sums[i].lost_updates += figures[i].lost_updates;
  }
  ++done.measured_steps;
}

/// One for each of `arrays`.
inline std::vector<ArrayStep> mean_figures(const EpochPart& done, std::size_t arrays) {
  std::vector<ArrayStep> means(arrays);
  if (done.measured_steps == 0) return means;
  const auto count = static_cast<double>(done.measured_steps);
  for (std::size_t i = 0; i < arrays; ++i) {
    const ArrayStep& sum = done.sums[i];
    means[i] = {sum.gradient_norm / count, sum.update_ratio / count, sum.lost_updates / count};
  }
  return means;
}

}  // namespace lenetpp
