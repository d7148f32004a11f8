#include "execution/image_passes.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace lenetpp {
namespace {

/// Calls use(first, count) for parts of 0..count-1, vectors of numbers each of which is worth `work`.
template <class T, class Use>
void for_each_part_of_numbers(Workspace<T>& workspace, std::size_t count, std::size_t work, const Use& use) {
  const std::size_t shares = workspace.sharing.shares(count * work, workspace.pool.threads());
  const std::size_t vectors = count / lanes;
  run_shared(workspace.pool, shares, shares, [&](std::size_t share, int) {
    const std::size_t first = vectors * share / shares, last = vectors * (share + 1) / shares;
    use(first * lanes, (last - first) * lanes);
  });
}

/// Calls use(stage, its number) for the stages of a run; threads share them where they prepare much.
template <class T, class Use>
void for_each_stage(Workspace<T>& workspace, const StageRun& run, const Use& use) {
  const std::size_t work = workspace.plan.prepared_size * Sharing::work_of_a_number;
  const std::size_t shares = workspace.sharing.shares(work, workspace.pool.threads());
  run_shared(workspace.pool, shares, run.last - run.first,
             [&](std::size_t i, int) { use(*workspace.plan.stages[run.first + i], run.first + i); });
}

/// The forward pass of one batch through the stages of a run.
template <class T>
struct ForwardImages {
  Workspace<T>& workspace;
  const StageCall<T>& call;
  const StageRun& run;
  const ImageTask& begin;

  void through_stage(std::size_t s, std::size_t b, int worker, const Part& part = {}) const {
    const ImageStage<T>& stage = *workspace.plan.stages[s]->as_image_stage();
    stage.forward({
        {call},
        b,
        workspace.value(s, b),
        stage.place.second ? workspace.value(stage.place.second->boundary, b) : nullptr,
        workspace.value(s + 1, b),
        workspace.winners_of(s + 1, b),
        workspace.prepared_for(s),
        workspace.kept_of(s, b / samples_per_shard),
        workspace.workers[static_cast<std::size_t>(worker)].scratch,
        part,
    });
  }

  void by_image(std::size_t shares, std::size_t images_of_a_task, const ImageTask& end_of_image) const {
    const std::size_t tasks = (workspace.batch + images_of_a_task - 1) / images_of_a_task;
    run_shared(workspace.pool, shares, tasks, [&](std::size_t task, int worker) {
      const std::size_t end = std::min(workspace.batch, (task + 1) * images_of_a_task);
      for (std::size_t b = task * images_of_a_task; b < end; ++b) {
        if (begin) begin(b);
        for (std::size_t s = run.first; s < run.last; ++s) through_stage(s, b, worker);
        if (end_of_image) end_of_image(b);
      }
    });
  }

  void by_stage() const {
    const std::size_t batch = workspace.batch;
    if (begin) run_shared(workspace.pool, batch, batch, [&](std::size_t b, int) { begin(b); });
    for (std::size_t s = run.first; s < run.last; ++s) {
      const ImageStage<T>& stage = *workspace.plan.stages[s]->as_image_stage();
      const std::size_t shares = workspace.sharing.shares(stage.place.work * batch, workspace.pool.threads());
      const std::size_t parts = std::clamp<std::size_t>(shares / batch, 1, stage.forward_parts());
      run_shared(workspace.pool, shares, batch * parts,
                 [&](std::size_t task, int worker) { through_stage(s, task / parts, worker, {task % parts, parts}); });
    }
  }
};

/// The backward pass of one batch through the stages of a run.
template <class T>
struct BackwardImages {
  Workspace<T>& workspace;
  const StageCall<T>& call;
  const StageRun& run;
  const GradientTask<T>& begin;

  [[nodiscard]] std::size_t bottom() const { return std::max(run.first, workspace.plan.bottom); }
  [[nodiscard]] T* sums_of(std::size_t shard) const {
    return workspace.shard_gradients.data() + shard * run.gradient_size;
  }

  [[nodiscard]] T* gradient_at(std::size_t boundary, std::size_t b, int worker) const {
    return workspace.has_gradient_of_batch(boundary)
               ? workspace.gradient(boundary, b)
               : workspace.workers[static_cast<std::size_t>(worker)].gradients[boundary].data();
  }

  /// Whether stage `s` is the first one in the backward pass to add to the gradient at a boundary.
  [[nodiscard]] bool begins_gradient(std::size_t s, std::size_t boundary) const {
    return workspace.plan.boundaries[boundary].last_reader == s;
  }

  void clear_gradient(T* gradient, std::size_t s, std::size_t boundary) const {
    if (!gradient || !begins_gradient(s, boundary)) return;
    std::fill_n(gradient, workspace.plan.boundaries[boundary].stack.size(), T(0));
  }

  [[nodiscard]] ImageBackward<T> call_for(std::size_t s, std::size_t b, int worker, const Part& part = {}) const {
    const StagePlace& place = workspace.plan.stages[s]->place;
    const SecondInput second = place.second.value_or(SecondInput{});
    return {
        {call},
        b,
        workspace.value(s, b),
        place.second ? workspace.value(second.boundary, b) : nullptr,
        workspace.value(s + 1, b),
        workspace.winners_of(s + 1, b),
        gradient_at(s + 1, b, worker),
        place.is_last && workspace.activation_is_done,
        place.goes_below ? gradient_at(s, b, worker) : nullptr,
        !begins_gradient(s, s),
        second.goes_below ? gradient_at(second.boundary, b, worker) : nullptr,
        workspace.prepared_for(s),
        sums_of(b / samples_per_shard) + workspace.plan.gradient_at[s],
        workspace.workers[static_cast<std::size_t>(worker)].scratch,
        part,
    };
  }

  /// The whole of a stage's backward pass for one image.
  void through_stage(std::size_t s, std::size_t b, int worker) const {
    const ImageBackward<T> whole = call_for(s, b, worker);
    const ImageStage<T>& stage = *workspace.plan.stages[s]->as_image_stage();
    clear_gradient(whole.input_gradient, s, s);
    if (stage.place.second) clear_gradient(whole.second_gradient, s, stage.place.second->boundary);
    stage.backward(whole);
  }

  template <class Use>
  void for_each_image(std::size_t shard, const Use& use) const {
    const std::size_t end = std::min(workspace.batch, (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) use(b);
  }

  void by_shard(const ImageTask& end_of_image) const {
    const std::size_t shares = workspace.sharing.shares(run.work * workspace.batch, workspace.pool.threads());
    run_shared(workspace.pool, shares, shards_of(workspace.batch), [&](std::size_t shard, int worker) {
      std::fill_n(sums_of(shard), run.gradient_size, T(0));
      for_each_image(shard, [&](std::size_t b) {
        if (begin) begin(b, gradient_at(run.last, b, worker));
        for (std::size_t s = run.last; s-- > bottom();) through_stage(s, b, worker);
        if (end_of_image) end_of_image(b);
      });
    });
  }

  void by_stage() const {
    for_each_part_of_numbers(
        workspace, shards_of(workspace.batch) * run.gradient_size, 1,
        [&](std::size_t first, std::size_t count) { std::fill_n(sums_of(0) + first, count, T(0)); });
    if (begin) {
      const std::size_t shares = workspace.sharing.shares(run.work * workspace.batch, workspace.pool.threads());
      run_shared(workspace.pool, shares, workspace.batch,
                 [&](std::size_t b, int worker) { begin(b, gradient_at(run.last, b, worker)); });
    }
    for (std::size_t s = run.last; s-- > bottom();) share_stage(s);
  }

  /// Part of the gradients of a shard's parameters, or of the gradient of an image's input.
  struct Task {
    bool of_input;
    std::size_t index;  // of the shard or the image
    Part part;
  };

  void share_stage(std::size_t s) const {
    const ImageStage<T>& stage = *workspace.plan.stages[s]->as_image_stage();
    const std::size_t shares = workspace.sharing.shares(stage.place.work * workspace.batch, workspace.pool.threads());
    if (shares > 1 && stage.backward_parts().parameters > 0) {
      const std::vector<Task> tasks = tasks_of(stage, shares);
      return workspace.pool.run(tasks.size(), [&](std::size_t i, int worker) { do_task(s, tasks[i], worker); });
    }
    // Nothing is summed over the images of a stage without parameters.
    const bool by_image = stage.gradient_size() == 0;
    run_shared(workspace.pool, shares, by_image ? workspace.batch : shards_of(workspace.batch),
               [&](std::size_t index, int worker) {
                 if (by_image) return through_stage(s, index, worker);
                 for_each_image(index, [&](std::size_t b) { through_stage(s, b, worker); });
               });
  }

  /// Both sorts of tasks take about as long in all; a worker's share of the list has its share of both.
  std::vector<Task> tasks_of(const ImageStage<T>& stage, std::size_t shares) const {
    const std::size_t batch = workspace.batch, shards = shards_of(batch);
    const BackwardParts most = stage.backward_parts();
    const std::size_t parts = std::clamp<std::size_t>(shares / shards, 1, most.parameters);
    const std::size_t input_parts =
        stage.place.goes_below ? std::clamp<std::size_t>(shares / (2 * batch), 1, most.input) : 0;
    const std::size_t sums = shards * parts, inputs = batch * input_parts;
    std::vector<Task> tasks;
    tasks.reserve(sums + inputs);
    for (std::size_t i = 0, input = 0; i < sums; ++i) {
      tasks.push_back({false, i / parts, {i % parts, parts}});
      for (; input < inputs * (i + 1) / sums; ++input) {
        tasks.push_back({true, input / input_parts, {input % input_parts, input_parts}});
      }
    }
    return tasks;
  }

  void do_task(std::size_t s, const Task& task, int worker) const {
    const ImageStage<T>& stage = *workspace.plan.stages[s]->as_image_stage();
    if (task.of_input) return stage.backward_input(call_for(s, task.index, worker, task.part));
    for_each_image(task.index, [&](std::size_t b) { stage.backward_parameters(call_for(s, b, worker, task.part)); });
  }
};

}  // namespace

template <class T>
void prepare_forward(Workspace<T>& workspace, const StageCall<T>& call) {
  const std::uint64_t versions[] = {call.parameters.version(), call.state.version()};
  const bool is_prepared = std::equal(std::begin(versions), std::end(versions), workspace.prepared_of);
  if (is_prepared && workspace.purpose == WorkspacePurpose::inference) return;
  for (const StageRun& run : workspace.plan.runs) {
    for_each_stage(workspace, run, [&](const Stage<T>& stage, std::size_t s) {
      stage.prepare_forward(call, workspace.prepared_for(s));
    });
  }
  std::copy(std::begin(versions), std::end(versions), workspace.prepared_of);
}

template <class T>
bool forward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run, const ImageTask& begin,
                    const ImageTask& end) {
  const ForwardImages<T> forward{workspace, call, run, begin};
  const std::size_t batch = workspace.batch;
  const std::size_t shares = workspace.sharing.shares(run.work * batch, workspace.pool.threads());
  const bool keeps = run.kept_size > 0 && workspace.kept.size() > 0;
  // Two tasks for each thread, so that one which comes late keeps nobody waiting for long.
  const std::size_t images_of_a_task =
      keeps ? samples_per_shard : std::clamp<std::size_t>(batch / (2 * shares), 1, samples_per_shard);
  const bool by_shard = shares == 1 || images_of_a_task == samples_per_shard;
  if (batch < shares && !keeps) {
    forward.by_stage();
    return false;
  }
  forward.by_image(shares, images_of_a_task, by_shard ? end : nullptr);
  for (std::size_t shard = 1; keeps && shard < shards_of(batch); ++shard) {
    call.kernels.add(workspace.kept_of(run.first), workspace.kept_of(run.first, shard), run.kept_size);
  }
  return by_shard;
}

template <class T>
bool backward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run,
                     const GradientTask<T>& begin, const ImageTask& end, T* gradients) {
  const BackwardImages<T> backward{workspace, call, run, begin};
  for_each_stage(workspace, run, [&](const Stage<T>& stage, std::size_t s) {
    stage.as_image_stage()->prepare_backward(call, workspace.prepared_for(s));
  });
  const bool by_stage = workspace.keeps_all_gradients &&
                        workspace.sharing.backward_by_stage(run.work, workspace.batch, workspace.pool.threads());
  if (by_stage) {
    backward.by_stage();
  } else {
    backward.by_shard(end);
  }
  const std::size_t shards = shards_of(workspace.batch);
  for_each_part_of_numbers(workspace, run.gradient_size, shards, [&](std::size_t first, std::size_t count) {
    T* sums = backward.sums_of(0) + first;
    for (std::size_t shard = 1; shard < shards; ++shard) call.kernels.add(sums, backward.sums_of(shard) + first, count);
  });
  for_each_stage(workspace, run, [&](const Stage<T>& stage, std::size_t s) {
    stage.as_image_stage()->finish_gradients(call, backward.sums_of(0) + workspace.plan.gradient_at[s], gradients);
  });
  return !by_stage;
}

#define LENETPP_INSTANTIATE(T)                                                                               \
  template void prepare_forward(Workspace<T>&, const StageCall<T>&);                                         \
  template bool forward_images(Workspace<T>&, const StageCall<T>&, const StageRun&, const ImageTask&,        \
                               const ImageTask&);                                                            \
  template bool backward_images(Workspace<T>&, const StageCall<T>&, const StageRun&, const GradientTask<T>&, \
                                const ImageTask&, T*);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
