#include "execution/passes.h"

#include <algorithm>
#include <functional>
#include <type_traits>
#include <utility>

#include "execution/image_passes.h"

namespace lenetpp {
namespace {

template <class T>
StageCall<T> call_of(const Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass) {
  return {workspace.kernels, network.block(), network.state_block(), pass};
}

/// Among how many threads to share work on all numbers at a boundary.
template <class T>
std::size_t shares_at(const Workspace<T>& workspace, std::size_t boundary) {
  const std::size_t numbers = workspace.batch * workspace.plan.boundaries[boundary].stack.size();
  return workspace.sharing.shares(numbers * Sharing::work_of_a_number, workspace.pool.threads());
}

/// Zeros at a boundary, for a stage that adds to the gradient of its inputs.
template <class T>
void clear_gradients(Workspace<T>& workspace, std::size_t boundary) {
  const std::size_t size = workspace.plan.boundaries[boundary].stack.size(), batch = workspace.batch;
  run_shared(workspace.pool, shares_at(workspace, boundary), shards_of(batch), [&](std::size_t shard, int) {
    const std::size_t end = std::min(batch, (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) {
      std::fill_n(workspace.gradient(boundary, b), size, T(0));
    }
  });
}

template <class T, class Arrays>
auto batch_at(Arrays& arrays, const Workspace<T>& workspace, std::size_t boundary) {
  return Batch<std::remove_pointer_t<decltype(arrays[boundary].data())>>{
      arrays[boundary].size() ? arrays[boundary].data() : nullptr,
      static_cast<std::ptrdiff_t>(workspace.plan.boundaries[boundary].stride)};
}

/// What stage `s` keeps, shard by shard.
template <class T>
Batch<T> kept_at(Workspace<T>& workspace, std::size_t s) {
  return {workspace.kept_of(s), static_cast<std::ptrdiff_t>(workspace.plan.kept_size)};
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
  const auto through_images = [&](const StageRun& run, const std::function<void(std::size_t, T*)>& begin) {
    backward_images(workspace, call, run, begin, gradients);
    if (step) step_of_run(workspace, call, run, *step);
  };
  for (std::size_t r = plan.runs.size(); r-- > 0;) {
    const StageRun& run = plan.runs[r];
    if (run.last <= plan.bottom) return;
    if (run.by_image) {
      through_images(run, nullptr);
      continue;
    }
    const std::size_t s = run.first;
    const BatchStage<T>& stage = *plan.stages[s]->as_batch_stage();
    // The last stage that reads a boundary is the first to give it a gradient.
    const bool is_first = plan.boundaries[s].last_reader == s, adds = !is_first || !stage.can_write_input_gradient();
    if (stage.place.goes_below && is_first && adds) clear_gradients(workspace, s);
    const BatchBackward<T> of_batch{
        {call},
        workspace.pool,
        workspace.sharing,
        batch_at<T>(std::as_const(workspace.values), workspace, s),
        batch_at<T>(std::as_const(workspace.values), workspace, s + 1),
        workspace.prepared_for(s),
        kept_at(workspace, s),
        batch_at<T>(workspace.gradients, workspace, s + 1),
        s + 1 == plan.stages.size() && workspace.activation_is_done,
        batch_at<T>(workspace.gradients, workspace, s),
        adds,
        gradients,
        step,
    };
    stage.backward(of_batch);
    if (!stage.leaves_images() || !stage.place.goes_below) continue;
    const auto finish = [&](std::size_t b, T* input_gradient) { stage.finish_image(of_batch, b, input_gradient); };
    if (plan.runs[r - 1].by_image) {  // the images come through the first run
      through_images(plan.runs[--r], finish);
    } else {
      run_shared(workspace.pool, shares_at(workspace, s), workspace.batch,
                 [&](std::size_t b, int) { finish(b, workspace.gradient(s, b)); });
    }
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
  const Plan<T>& plan = workspace.plan;
  const std::function<void(std::size_t)> fetch = [&](std::size_t b) {
    const Sample& sample = pass.samples[b];
    images.fetch(call.kernels, sample.index, sample.distortion, plan.boundaries[0].stack, workspace.value(0, b));
  };
  for (std::size_t r = 0; r < plan.runs.size(); ++r) {
    const std::size_t s = plan.runs[r].first;
    if (plan.runs[r].by_image) {
      forward_images<T>(workspace, call, plan.runs[r], r == 0 ? fetch : nullptr);
      continue;
    }
    const BatchStage<T>& stage = *plan.stages[s]->as_batch_stage();
    const BatchForward<T> of_batch{
        {call},
        workspace.pool,
        workspace.sharing,
        batch_at<T>(std::as_const(workspace.values), workspace, s),
        batch_at<T>(workspace.values, workspace, s + 1),
        workspace.prepared_for(s),
        kept_at(workspace, s),
    };
    stage.forward(of_batch);
    if (!stage.leaves_images()) continue;
    const auto finish = [&](std::size_t b) { stage.finish_image(of_batch, b); };
    if (r + 1 < plan.runs.size() && plan.runs[r + 1].by_image) {
      forward_images<T>(workspace, call, plan.runs[++r], finish);
    } else {
      run_shared(workspace.pool, shares_at(workspace, s), workspace.batch, [&](std::size_t b, int) { finish(b); });
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
