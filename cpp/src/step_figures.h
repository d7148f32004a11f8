// What a step did to the parameters, in figures for the record of an epoch.
#pragma once

#include <lenetpp/trainer.h>

#include <cmath>
#include <vector>

#include "kernels/kernels.h"
#include "norms.h"
#include "parameter_block.h"

namespace lenetpp {

/// Whether `update` would have changed parameter `i` in exact arithmetic.
template <class T>
bool should_change(const T* before, const SgdUpdate<T>& update, std::size_t i) {
  const T gradient = update.gradients[i] * update.gradient_scale + update.weight_decay * before[i];
  T direction = gradient;
  if (update.velocities) {
    const T velocity = update.velocities[i];
    direction = update.nesterov ? update.momentum * velocity + gradient : velocity;
  }
  return update.learning_rate != 0 && direction != 0;
}

/// One for each parameter array. `before` are the parameters as they were; `update` is the step after it was done, so
/// that its parameters and velocities are the new ones.
template <class T>
std::vector<ArrayStep> figures_of_step(const BlockLayout& layout, const T* before, const SgdUpdate<T>& update) {
  std::vector<ArrayStep> figures;
  for (const ParameterRows& array : layout.arrays) {
    const std::size_t size = array.rows * array.row_stride;  // with padding, which is zero and counts nowhere
    double change = 0;
    std::size_t lost = 0;
    for (std::size_t i = array.offset; i < array.offset + size; ++i) {
      const double difference = static_cast<double>(update.parameters[i]) - static_cast<double>(before[i]);
      change += difference * difference;
      lost += difference == 0 && should_change(before, update, i);
    }
    // An array may fill its last vector only in part; what is behind it is zero too.
    const std::size_t vectors = round_up(size, lanes);
    const double norm = std::sqrt(sum_of_squares(update.parameters + array.offset, vectors));
    figures.push_back({
        .gradient_norm = std::sqrt(sum_of_squares(update.gradients + array.offset, vectors)),
        .update_ratio = norm > 0 ? std::sqrt(change) / norm : 0,
        .lost_updates = static_cast<double>(lost) / static_cast<double>(array.rows * array.columns),
    });
  }
  return figures;
}

}  // namespace lenetpp
