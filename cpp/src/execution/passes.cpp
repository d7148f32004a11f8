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

template <class T>
BatchForward<T> forward_of(Workspace<T>& workspace, const StageCall<T>& call, std::size_t s) {
  return {
      {call},
      workspace.pool,
      workspace.sharing,
      batch_at<T>(std::as_const(workspace.values), workspace, s),
      batch_at<T>(workspace.values, workspace, s + 1),
      workspace.prepared_for(s),
      kept_at(workspace, s),
      false,
  };
}

template <class T>
BatchBackward<T> backward_of(Workspace<T>& workspace, const StageCall<T>& call, std::size_t s, T* gradients,
                             const Step<T>* step) {
  const bool is_first = workspace.plan.boundaries[s].last_reader == s;
  return {
      {call},
      workspace.pool,
      workspace.sharing,
      batch_at<T>(std::as_const(workspace.values), workspace, s),
      batch_at<T>(std::as_const(workspace.values), workspace, s + 1),
      workspace.prepared_for(s),
      kept_at(workspace, s),
      false,
      batch_at<T>(workspace.gradients, workspace, s + 1),
      s + 1 == workspace.plan.stages.size() && workspace.activation_is_done,
      batch_at<T>(workspace.gradients, workspace, s),
      !is_first || !workspace.plan.stages[s]->as_batch_stage()->can_write_input_gradient(),
      gradients,
      step,
  };
}

/// The stage of run `r` if it is a BatchStage that goes by image.
template <class T>
const BatchStage<T>* stage_by_image(const Plan<T>& plan, std::size_t r) {
  if (r >= plan.runs.size() || plan.runs[r].by_image) return nullptr;
  const BatchStage<T>* stage = plan.stages[plan.runs[r].first]->as_batch_stage();
  return stage->goes_by_image() ? stage : nullptr;
}

/// The forward pass, run by run. Beside a stage that goes by image, the runs of images do its work on each.
template <class T>
class ForwardRuns {
 public:
  ForwardRuns(Workspace<T>& workspace, const StageCall<T>& call) : workspace_(workspace), call_(call) {}

  void through(const ImageTask& fetch) {
    through_images(0, fetch);
    for (std::size_t r = 1; r < plan_.runs.size(); ++r) {
      if (plan_.runs[r].by_image) {
        through_images(r, nullptr);
        continue;
      }
      const std::size_t s = plan_.runs[r].first;
      const BatchStage<T>& stage = *plan_.stages[s]->as_batch_stage();
      BatchForward<T> batch = forward_of(workspace_, call_, s);
      batch.gathered = std::exchange(gathered_, false);
      stage.forward(batch);
      if (!stage.goes_by_image()) continue;
      const auto finish = [&](std::size_t b) { stage.finish_image(batch, b); };
      if (r + 1 < plan_.runs.size() && plan_.runs[r + 1].by_image) {
        through_images(++r, finish);
      } else {
        run_shared(workspace_.pool, shares_at(workspace_, s), workspace_.batch, [&](std::size_t b, int) { finish(b); });
      }
    }
  }

 private:
  void through_images(std::size_t r, const ImageTask& begin) {
    const BatchStage<T>* next = stage_by_image(plan_, r + 1);
    if (!next) {
      forward_images(workspace_, call_, plan_.runs[r], begin, nullptr);
      return;
    }
    const BatchForward<T> batch = forward_of(workspace_, call_, next->place.input);
    gathered_ =
        forward_images(workspace_, call_, plan_.runs[r], begin, [&](std::size_t b) { next->gather_image(batch, b); });
  }

  Workspace<T>& workspace_;
  const StageCall<T>& call_;
  const Plan<T>& plan_ = workspace_.plan;
  bool gathered_ = false;  // of the next stage
};

/// backward(), and a step where there is one.
template <class T>
class BackwardRuns {
 public:
  BackwardRuns(Workspace<T>& workspace, const StageCall<T>& call, T* gradients, const Step<T>* step)
      : workspace_(workspace), call_(call), gradients_(gradients), step_(step) {}

  void through() {
    for (std::size_t r = plan_.runs.size(); r-- > 0;) {
      if (plan_.runs[r].last <= plan_.bottom) return;
      if (plan_.runs[r].by_image) {
        through_images(r, nullptr);
        continue;
      }
      const std::size_t s = plan_.runs[r].first;
      const BatchStage<T>& stage = *plan_.stages[s]->as_batch_stage();
      BatchBackward<T> batch = backward_of(workspace_, call_, s, gradients_, step_);
      batch.gathered = std::exchange(gathered_, false);
      // The last stage that reads a boundary is the first to give it a gradient.
      const bool is_first = plan_.boundaries[s].last_reader == s;
      if (stage.place.goes_below && is_first && batch.adds_to_input_gradient) clear_gradients(workspace_, s);
      stage.backward(batch);
      if (!stage.goes_by_image() || !stage.place.goes_below) continue;
      const auto finish = [&](std::size_t b, T* input_gradient) { stage.finish_image(batch, b, input_gradient); };
      if (plan_.runs[r - 1].by_image) {  // there is one: the images come through the first
        through_images(--r, finish);
      } else {
        run_shared(workspace_.pool, shares_at(workspace_, s), workspace_.batch,
                   [&](std::size_t b, int) { finish(b, workspace_.gradient(s, b)); });
      }
    }
  }

 private:
  void through_images(std::size_t r, const GradientTask<T>& begin) {
    const StageRun& run = plan_.runs[r];
    const BatchStage<T>* next = r > 0 && run.first > plan_.bottom ? stage_by_image(plan_, r - 1) : nullptr;
    if (next) {
      const BatchBackward<T> batch = backward_of(workspace_, call_, next->place.input, gradients_, step_);
      gathered_ = backward_images(
          workspace_, call_, run, begin, [&](std::size_t b) { next->gather_image(batch, b); }, gradients_);
    } else {
      backward_images(workspace_, call_, run, begin, nullptr, gradients_);
    }
    if (step_) step_of_run(workspace_, call_, run, *step_);
  }

  Workspace<T>& workspace_;
  const StageCall<T>& call_;
  const Plan<T>& plan_ = workspace_.plan;
  T* gradients_;
  const Step<T>* step_;
  bool gathered_ = false;  // of the next stage
};

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
  ForwardRuns<T>(workspace, call).through([&](std::size_t b) {
    const Sample& sample = pass.samples[b];
    images.fetch(call.kernels, sample.index, sample.distortion, workspace.plan.boundaries[0].stack,
                 workspace.value(0, b));
  });
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
  const StageCall<T> call = call_of(workspace, network, pass);
  BackwardRuns<T>(workspace, call, gradients, nullptr).through();
}

template <class T>
void backward_and_step(Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass, T* gradients,
                       const Step<T>& step) {
  const StageCall<T> call = call_of(workspace, network, pass);
  BackwardRuns<T>(workspace, call, gradients, &step).through();
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
