// The part of the walk that works on whole batches: dense layers as matrix products.
#include <algorithm>
#include <optional>

#include "walk.h"

namespace lenetpp {
namespace {

/// The part of 0..count-1 that task `index` of `tasks` does, cut at multiples of 16.
struct Range {
  int first, last;
};

Range part_of(int count, std::size_t index, std::size_t tasks) {
  const std::size_t blocks = round_up(static_cast<std::size_t>(count), lanes) / lanes;
  const auto place = [&](std::size_t task) { return std::min(count, static_cast<int>(blocks * task / tasks) * lanes); };
  return {place(index), place(index + 1)};
}

/// The layer below which no gradient is wanted.
bool is_bottom(const Plan& plan, std::size_t d) {
  return d == 0 && (plan.plane_stages.empty() || plan.plane_parameters == 0);
}

/// Into how many tasks to cut the work of dense layer `d`: too little is not worth sharing. Units share the forward
/// pass and the step, inputs the gradient of the inputs, so that above the bottom each processor needs weights that
/// another one has just changed; with few samples their way takes longer than what is saved.
template <class T>
std::size_t tasks_for(std::size_t d, const Workspace<T>& workspace) {
  constexpr std::size_t least_multiply_adds = 1 << 18, least_samples = 16;
  const DenseStage& stage = workspace.plan.dense_stages[d];
  const std::size_t multiply_adds =
      workspace.batch * static_cast<std::size_t>(stage.inputs) * static_cast<std::size_t>(stage.units);
  if (multiply_adds < least_multiply_adds) return 1;
  if (workspace.batch < least_samples && !is_bottom(workspace.plan, d)) return 1;
  return static_cast<std::size_t>(workspace.pool.threads());
}

/// The step of one parameter array.
template <class T>
SgdUpdate<T> step_of_array(const SgdUpdate<T>& step, const ParameterRows& array) {
  return part_of_step(step, array.offset, round_up(array.rows * array.row_stride, lanes));
}

}  // namespace

template <class T>
void forward_dense(Workspace<T>& workspace, const ParameterBlock<T>& parameters) {
  const Plan& plan = workspace.plan;
  for (std::size_t d = 0; d < plan.dense_stages.size(); ++d) {
    const DenseStage& stage = plan.dense_stages[d];
    const std::size_t input = plan.plane_stages.size() + d;
    const std::size_t tasks = tasks_for(d, workspace);
    workspace.pool.run(tasks, [&](std::size_t task, int) {
      const Range units = part_of(stage.units, task, tasks);
      workspace.kernels.dense_forward({
          .inputs = workspace.value(input, 0),
          .input_stride = static_cast<std::ptrdiff_t>(plan.boundaries[input].stride),
          .weights = parameters.array(stage.weight),
          .weight_stride = stage.inputs_padded,
          .bias = stage.bias ? parameters.array(*stage.bias) : nullptr,
          .activation = input + 1 == plan.stages() ? Activation{} : stage.activation,
          .outputs = workspace.value(input + 1, 0),
          .output_stride = static_cast<std::ptrdiff_t>(plan.boundaries[input + 1].stride),
          .batch = workspace.batch,
          .inputs_padded = stage.inputs_padded,
          .first_unit = units.first,
          .last_unit = units.last,
      });
    });
  }
}

template <class T>
void backward_dense(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients,
                    const SgdUpdate<T>* step) {
  const Plan& plan = workspace.plan;
  const auto& arrays = parameters.layout().arrays;
  for (std::size_t d = plan.dense_stages.size(); d-- > 0;) {
    const DenseStage& stage = plan.dense_stages[d];
    const std::size_t input = plan.plane_stages.size() + d, output = input + 1;
    const auto delta_stride = static_cast<std::ptrdiff_t>(plan.boundaries[output].stride);
    const auto input_stride = static_cast<std::ptrdiff_t>(plan.boundaries[input].stride);
    const bool derivative_is_done = d + 1 == plan.dense_stages.size() && workspace.output_gradient_is_complete;
    if (!derivative_is_done) {
      for (std::size_t b = 0; b < workspace.batch; ++b) {
        workspace.kernels.activation_backward({.activation = stage.activation,
                                               .outputs = workspace.value(output, b),
                                               .deltas = workspace.delta(output, b),
                                               .count = static_cast<std::size_t>(stage.units)});
      }
    }
    const std::size_t tasks = tasks_for(d, workspace);
    const bool has_gradient_below = !is_bottom(plan, d);
    std::optional<SgdUpdate<T>> weight_step;
    if (step) weight_step = step_of_array(*step, arrays[stage.weight]);
    const bool in_one_pass = step && has_gradient_below && workspace.batch <= std::size_t{most_samples_of_one_pass};
    if (has_gradient_below) {
      workspace.pool.run(tasks, [&](std::size_t task, int) {
        const Range inputs = part_of(stage.inputs_padded, task, tasks);
        const DenseInputGradient<T> input_gradient{
            .deltas = workspace.delta(output, 0),
            .delta_stride = delta_stride,
            .weights = parameters.array(stage.weight),
            .weight_stride = stage.inputs_padded,
            .input_gradients = workspace.delta(input, 0),
            .input_stride = input_stride,
            .batch = workspace.batch,
            .units = stage.units,
            .first_input = inputs.first,
            .last_input = inputs.last,
        };
        if (in_one_pass) {
          workspace.kernels.dense_backward_and_step(
              {.input_gradient = input_gradient, .inputs = workspace.value(input, 0), .step = *weight_step});
        } else {
          workspace.kernels.dense_input_gradient(input_gradient);
        }
      });
    }
    // Only now may the weights change.
    workspace.pool.run(tasks, [&](std::size_t task, int) {
      const Range units = part_of(stage.units, task, tasks);
      workspace.kernels.dense_weight_gradient({
          .deltas = workspace.delta(output, 0),
          .delta_stride = delta_stride,
          .inputs = workspace.value(input, 0),
          .input_stride = input_stride,
          .weight_gradients = gradients + arrays[stage.weight].offset,
          .weight_stride = stage.inputs_padded,
          .bias_gradients = stage.bias ? gradients + arrays[*stage.bias].offset : nullptr,
          .batch = workspace.batch,
          .inputs_padded = in_one_pass ? 0 : stage.inputs_padded,  // 0: the biases only
          .first_unit = units.first,
          .last_unit = units.last,
          .step = weight_step ? &*weight_step : nullptr,
      });
    });
    if (step && stage.bias) workspace.kernels.sgd_update(step_of_array(*step, arrays[*stage.bias]));
  }
}

#define LENETPP_INSTANTIATE(T)                                          \
  template void forward_dense(Workspace<T>&, const ParameterBlock<T>&); \
  template void backward_dense(Workspace<T>&, const ParameterBlock<T>&, T*, const SgdUpdate<T>*);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
