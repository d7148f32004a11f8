// Where a training stopped being numbers.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/trainer.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "execution/plan.h"
#include "execution/workspace.h"
#include "network/parameter_block.h"

namespace lenetpp {

template <class T>
bool all_finite(const T* values, std::size_t count) {
  bool finite = true;  // to the end: whoever may stop at any number looks at them one by one
  for (std::size_t i = 0; i < count; ++i) finite &= std::abs(values[i]) <= std::numeric_limits<T>::max();
  return finite;
}

/// The highest layer with a parameter that is not finite: gradients come from above. Else one with such state.
template <class T>
std::optional<std::size_t> layer_not_finite(const BasicNetwork<T>& network) {
  const auto last_in = [](const ParameterBlock<T>& block, const auto& shapes) -> std::optional<std::size_t> {
    for (std::size_t index = shapes.size(); index-- > 0;) {
      const ParameterRows& rows = block.layout().arrays[index];
      if (!all_finite(block.array(index), rows.rows * rows.row_stride)) return shapes[index].layer;
    }
    return std::nullopt;
  };
  const auto layer = last_in(network.block(), network.parameter_shapes());
  return layer ? layer : last_in(network.state_block(), network.state_shapes());
}

/// Where numbers ended, for a step whose loss is not finite: in the update before it, or in a layer's output.
template <class T>
Divergence diagnose(const Workspace<T>& workspace, const BasicNetwork<T>& network, std::size_t step) {
  if (const auto layer = layer_not_finite(network)) return {step > 0 ? step - 1 : 0, *layer, "update"};
  const Plan<T>& plan = workspace.plan;
  std::size_t boundary = 1;
  while (boundary < plan.stages.size() &&
         all_finite(workspace.value(boundary, 0), workspace.batch * plan.boundaries[boundary].stride)) {
    ++boundary;
  }
  return {step, plan.layer_before(boundary), "output"};
}

}  // namespace lenetpp
