#include "execution/workspace.h"

#include <algorithm>
#include <numeric>

namespace lenetpp {

void ScratchSize::make_room_for(const ScratchSize& other) {
  numbers = std::max(numbers, other.numbers);
  positions = std::max(positions, other.positions);
  visits = std::max(visits, other.visits);
}

template <class T>
WorkspaceSizes<T>::WorkspaceSizes(const Plan<T>& plan, std::size_t samples, int threads, WorkspacePurpose purpose,
                                  Sharing rules)
    : workers(static_cast<std::size_t>(threads)) {
  const bool training = purpose == WorkspacePurpose::training;
  for (const StageRun& run : plan.runs) {
    keeps_all_gradients |= training && run.by_image && rules.backward_by_stage(run.work, samples, threads);
  }
  for (std::size_t i = 0; i < plan.boundaries.size(); ++i) {
    const Boundary& boundary = plan.boundaries[i];
    values.push_back(samples * boundary.stride + slack);
    winners.push_back(training && boundary.winners ? samples * boundary.winners + slack : 0);
    const bool is_output = i == plan.stages.size();  // the loss writes there, also where nothing is trained
    const bool is_wanted = is_output || (training && plan.stages[i]->place.goes_below);
    const bool is_of_batch = boundary.gradient_of_batch || keeps_all_gradients;
    gradients.push_back(is_wanted && is_of_batch ? samples * boundary.stride + slack : 0);
    gradients_of_worker.push_back(is_wanted && !is_of_batch ? boundary.stack.size() + slack : 0);
  }
  for (const auto& stage : plan.stages) {
    if (const ImageStage<T>* of_images = stage->as_image_stage()) scratch.make_room_for(of_images->scratch(training));
  }
  prepared = plan.prepared_size + slack;
  if (training) {
    std::size_t gradient_size = 0;
    for (const StageRun& run : plan.runs) gradient_size = std::max(gradient_size, run.gradient_size);
    shard_gradients = shards_of(samples) * gradient_size + slack;
    kept = shards_of(samples) * plan.kept_size;
  }
}

template <class T>
WorkspaceSizes<T>::WorkspaceSizes(const Architecture& architecture, std::size_t samples, int threads,
                                  WorkspacePurpose purpose)
    : WorkspaceSizes(make_plan<T>(architecture, purpose), samples, threads, purpose) {}

template <class T>
std::size_t WorkspaceSizes<T>::bytes() const {
  const auto sum = [](const std::vector<std::size_t>& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), std::size_t{0});
  };
  const std::size_t of_worker = scratch.numbers + slack + sum(gradients_of_worker);
  const std::size_t numbers = sum(values) + sum(gradients) + workers * of_worker + prepared + shard_gradients + kept;
  const std::size_t integers = sum(winners) + workers * (scratch.positions + slack);
  return numbers * sizeof(T) + integers * sizeof(std::int32_t);
}

template <class T>
Workspace<T>::Workspace(const Architecture& architecture, std::size_t samples, int threads, WorkspacePurpose reason,
                        const Kernels<T>& table, Sharing rules)
    : plan(make_plan<T>(architecture, reason)),
      capacity(samples),
      purpose(reason),
      kernels(table),
      sharing(rules),
      pool(threads) {
  const WorkspaceSizes<T> sizes(plan, samples, threads, reason, rules);
  keeps_all_gradients = sizes.keeps_all_gradients;
  for (const std::size_t size : sizes.values) values.emplace_back(size);
  for (const std::size_t size : sizes.winners) winners.emplace_back(size);
  for (const std::size_t size : sizes.gradients) gradients.emplace_back(size);
  for (std::size_t worker = 0; worker < sizes.workers; ++worker) {
    Worker<T>& own = workers.emplace_back(Worker<T>{Scratch<T>(sizes.scratch), {}});
    for (const std::size_t size : sizes.gradients_of_worker) own.gradients.emplace_back(size);
  }
  prepared = AlignedArray<T>(sizes.prepared);
  shard_gradients = AlignedArray<T>(sizes.shard_gradients);
  kept = AlignedArray<T>(sizes.kept);
}

template <class T>
std::int32_t Workspace<T>::predicted_class(std::size_t b) const {
  const T* outputs = output(b);
  std::size_t best = 0;
  for (std::size_t i = 1; i < plan.outputs; ++i) best = outputs[i] > outputs[best] ? i : best;
  return static_cast<std::int32_t>(best);
}

template struct WorkspaceSizes<float>;
template struct WorkspaceSizes<double>;
template struct Workspace<float>;
template struct Workspace<double>;

}  // namespace lenetpp
