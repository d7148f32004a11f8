// What steps did to the parameters, in figures for the record of an epoch.
#pragma once

#include <lenetpp/trainer.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "kernels/kernels.h"
#include "network/parameter_block.h"
#include "training/norms.h"

namespace lenetpp {

/// Whether a step of an epoch is measured, which costs a pass over all parameters. A function of the step's number
/// alone, so that an epoch that was stopped has the figures of one that was not.
inline bool is_measured(std::size_t step, std::size_t steps) {
  constexpr std::size_t closest = 32, most = 16;
  return (steps - 1 - step) % std::max(closest, (steps + most - 1) / most) == 0;
}

/// Of one array of a block.
template <class T>
double norm_of(const T* block, const ParameterRows& array) {
  SumOfSquares squares;
  squares.add(block + array.offset, array);
  return std::sqrt(squares.sum());
}

/// Does `step`, which is one of a whole block, and returns a figure for each parameter array.
template <class T>
std::vector<ArrayStep> measured_step(const Kernels<T>& kernels, const BlockLayout& layout, const Step<T>& step) {
  // The parameters as they were are kept piece by piece: a copy of all would need the memory of all.
  std::array<T, std::size_t{64} * lanes> before, directions;
  std::vector<ArrayStep> figures;
  for (const ParameterRows& array : layout.arrays) {
    // An array may fill its last vector only in part; padding is zero and counts nowhere.
    const std::size_t size = round_up(array.rows * array.row_stride, lanes);
    double change = 0;
    std::size_t lost = 0;
    for (std::size_t first = 0; first < size; first += before.size()) {
      Step<T> piece = part_of_step(step, array.offset + first, std::min(size - first, before.size()));
      piece.directions = directions.data();
      std::copy_n(piece.parameters, piece.count, before.data());
      kernels.optimizer_step(piece);
      for (std::size_t i = 0; i < piece.count; ++i) {
        const double difference = static_cast<double>(piece.parameters[i]) - static_cast<double>(before[i]);
        change += difference * difference;
        lost += difference == 0 && directions[i] != 0 && piece.learning_rate != 0;
      }
    }
    const double norm = norm_of(step.parameters, array);
    figures.push_back({
        .gradient_norm = norm_of(step.gradients, array),
        .update_ratio = norm > 0 ? std::sqrt(change) / norm : 0,
        .lost_updates = static_cast<double>(lost) / static_cast<double>(array.rows * array.columns),
    });
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
