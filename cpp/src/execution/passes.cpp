#include "execution/passes.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "execution/image_passes.h"

namespace lenetpp {
namespace {

template <class T>
StageCall<T> call_of(const Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass) {
  return {workspace.kernels, network.block(), network.state_block(), pass};
}

/// Calls use(sample, worker) for every sample, shard by shard, where threads share the shards.
template <class T, class Use>
void for_each_sample(Workspace<T>& workspace, const Use& use) {
  workspace.pool.run(shards_of(workspace.batch), [&](std::size_t shard, int worker) {
    const std::size_t end = std::min(workspace.batch, (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) use(b, worker);
  });
}

template <class T, class Arrays>
auto batch_at(Arrays& arrays, const Workspace<T>& workspace, std::size_t boundary) {
  return Batch<std::remove_pointer_t<decltype(arrays[boundary].data())>>{
      arrays[boundary].size() ? arrays[boundary].data() : nullptr,
      static_cast<std::ptrdiff_t>(workspace.plan.boundaries[boundary].stride)};
}

/// The part of a block that belongs to a run of stages: its arrays follow each other.
struct BlockRange {
  std::size_t first = 0, count = 0;
};

template <class T>
BlockRange range_of(const Plan<T>& plan, const StageRun& run, const BlockLayout& layout) {
  BlockRange range;
  for (std::size_t s = run.first; s < run.last; ++s) {
    for (const std::size_t index : plan.stages[s]->parameters()) {
      const ParameterRows& array = layout.arrays[index];
      if (range.count == 0) range.first = array.offset;
      range.count = array.offset + round_up(array.rows * array.row_stride, lanes) - range.first;
    }
  }
  return range;
}

/// The step of the parameters of a run of image stages.
template <class T>
void step_of_run(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run, const Step<T>& step) {
  constexpr std::size_t work_of_a_parameter = 2 * Sharing::work_of_a_number;
  const BlockRange range = range_of(workspace.plan, run, call.parameters.layout());
  const std::size_t vectors = range.count / lanes;
  const std::size_t shares = workspace.sharing.shares(range.count * work_of_a_parameter, workspace.pool.threads());
  run_shared(workspace.pool, shares, shares, [&](std::size_t share, int) {
    const std::size_t first = vectors * share / shares, last = vectors * (share + 1) / shares;
    call.kernels.optimizer_step(part_of_step(step, range.first + first * lanes, (last - first) * lanes));
  });
}

/// backward(), and a step where there is one.
template <class T>
void backward_through(Workspace<T>& workspace, const StageCall<T>& call, T* gradients, const Step<T>* step) {
  Plan<T>& plan = workspace.plan;
  for (std::size_t r = plan.runs.size(); r-- > 0;) {
    const StageRun& run = plan.runs[r];
    if (run.last <= plan.bottom) return;
    if (run.by_image) {
      backward_images(workspace, call, run, gradients);
      if (step) step_of_run(workspace, call, run, *step);
      continue;
    }
    const std::size_t s = run.first;
    if (plan.stages[s]->place.goes_below) {
      for_each_sample(workspace, [&](std::size_t b, int) {
        std::fill_n(workspace.gradient(s, b), plan.boundaries[s].stack.size(), T(0));
      });
    }
    plan.stages[s]->as_batch_stage()->backward({
        {call},
        workspace.pool,
        batch_at<T>(std::as_const(workspace.values), workspace, s),
        batch_at<T>(std::as_const(workspace.values), workspace, s + 1),
        workspace.kept_of(s),
        batch_at<T>(workspace.gradients, workspace, s + 1),
        s + 1 == plan.stages.size() && workspace.activation_is_done,
        batch_at<T>(workspace.gradients, workspace, s),
        gradients,
        step,
    });
  }
}

/// In place, and keeps the arguments in the memory of the outputs' gradients.
template <class T>
void activate_outputs(Workspace<T>& workspace) {
  const Plan<T>& plan = workspace.plan;
  const Activation activation = plan.last_activation();
  if (activation.kind == ActivationKind::identity) return;
  for (std::size_t b = 0; b < workspace.batch; ++b) {
    workspace.kernels.activation_forward({.activation = activation,
                                          .values = workspace.value(plan.stages.size(), b),
                                          .arguments = workspace.gradient(plan.stages.size(), b),
                                          .count = plan.outputs});
  }
}

}  // namespace

template <class T>
void forward(Workspace<T>& workspace, const BasicNetwork<T>& network, const ImageSource<T>& images, const Pass& pass) {
  workspace.batch = pass.samples.size();
  const StageCall<T> call = call_of(workspace, network, pass);
  std::fill_n(workspace.kept.data(), workspace.kept.size(), T(0));
  prepare_forward(workspace, call);
  for (const StageRun& run : workspace.plan.runs) {
    const std::size_t s = run.first;
    if (run.by_image) {
      forward_images(workspace, call, run, &run == &workspace.plan.runs.front() ? &images : nullptr);
    } else {
      workspace.plan.stages[s]->as_batch_stage()->forward({
          {call},
          workspace.pool,
          batch_at<T>(std::as_const(workspace.values), workspace, s),
          batch_at<T>(workspace.values, workspace, s + 1),
          workspace.kept_of(s),
      });
    }
  }
  activate_outputs(workspace);
}

template <class T>
double loss_of_outputs(Workspace<T>& workspace, Loss loss, std::span<const std::int32_t> labels, T scale, double sum,
                       std::span<const double> weights, double smoothing) {
  const Plan<T>& plan = workspace.plan;
  workspace.activation_is_done = row_of(loss).holds_last_derivative;
  for (std::size_t b = 0; b < workspace.batch; ++b) {
    const double weight = weights.empty() ? 1.0 : weights[b];
    sum += weight * workspace.kernels.sample_loss({.loss = loss,
                                                   .sigmoid_slope = plan.last_activation().slope,
                                                   .outputs = workspace.output(b),
                                                   .arguments = workspace.gradient(plan.stages.size(), b),
                                                   .count = plan.outputs,
                                                   .label = static_cast<std::size_t>(labels[b]),
                                                   .smoothing = smoothing,
                                                   .scale = scale * static_cast<T>(weight),
                                                   .gradients = workspace.gradient(plan.stages.size(), b)});
  }
  return sum;
}

template <class T>
void backward(Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass, T* gradients) {
  backward_through<T>(workspace, call_of(workspace, network, pass), gradients, nullptr);
}

template <class T>
void backward_and_step(Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass, T* gradients,
                       const Step<T>& step) {
  backward_through<T>(workspace, call_of(workspace, network, pass), gradients, &step);
}

template <class T>
void update_state(Workspace<T>& workspace, BasicNetwork<T>& network, const Pass& pass) {
  const StageCall<T> call = call_of(workspace, network, pass);
  for (std::size_t s = 0; s < workspace.plan.stages.size(); ++s) {
    workspace.plan.stages[s]->update_state(call, workspace.kept_of(s), network.state_block());
  }
}

#define LENETPP_INSTANTIATE(T)                                                                             \
  template void forward(Workspace<T>&, const BasicNetwork<T>&, const ImageSource<T>&, const Pass&);        \
  template double loss_of_outputs(Workspace<T>&, Loss, std::span<const std::int32_t>, T, double,           \
                                  std::span<const double>, double);                                        \
  template void backward(Workspace<T>&, const BasicNetwork<T>&, const Pass&, T*);                          \
  template void backward_and_step(Workspace<T>&, const BasicNetwork<T>&, const Pass&, T*, const Step<T>&); \
  template void update_state(Workspace<T>&, BasicNetwork<T>&, const Pass&);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
