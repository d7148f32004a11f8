#include "execution/workspace.h"

#include <algorithm>
#include <utility>

namespace lenetpp {

void ScratchSize::make_room_for(const ScratchSize& other) {
  numbers = std::max(numbers, other.numbers);
  positions = std::max(positions, other.positions);
  visits = std::max(visits, other.visits);
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
  const bool training = purpose == WorkspacePurpose::training;
  std::vector<std::size_t> gradients_of_worker;
  for (const StageRun& run : plan.runs) {
    keeps_all_gradients |= training && run.by_image && sharing.backward_by_stage(run.work, capacity, threads);
  }
  for (std::size_t i = 0; i < plan.boundaries.size(); ++i) {
    const Boundary& boundary = plan.boundaries[i];
    values.emplace_back(capacity * boundary.stride + slack);
    winners.emplace_back(training && boundary.winners ? capacity * boundary.winners + slack : 0);
    const bool is_output = i == plan.stages.size();  // the loss writes there, also where nothing is trained
    const bool is_wanted = is_output || (training && plan.stages[i]->place.goes_below);
    const bool is_of_batch = boundary.gradient_of_batch || keeps_all_gradients;
    gradients.emplace_back(is_wanted && is_of_batch ? capacity * boundary.stride + slack : 0);
    gradients_of_worker.push_back(is_wanted && !is_of_batch ? boundary.stack.size() + slack : 0);
  }
  ScratchSize scratch;
  std::size_t gradient_size = 0;
  for (const auto& stage : plan.stages) {
    if (const ImageStage<T>* of_images = stage->as_image_stage()) scratch.make_room_for(of_images->scratch(training));
  }
  for (const StageRun& run : plan.runs) gradient_size = std::max(gradient_size, run.gradient_size);
  for (int worker = 0; worker < threads; ++worker) {
    Worker<T>& own = workers.emplace_back(Worker<T>{Scratch<T>(scratch), {}});
    for (const std::size_t size : gradients_of_worker) own.gradients.emplace_back(size);
  }
  prepared = AlignedArray<T>(plan.prepared_size + slack);
  if (training) {
    shard_gradients = AlignedArray<T>(shards_of(capacity) * gradient_size + slack);
    kept = AlignedArray<T>(shards_of(capacity) * plan.kept_size);
  }
}

template <class T>
std::int32_t Workspace<T>::predicted_class(std::size_t b) const {
  const T* outputs = output(b);
  std::size_t best = 0;
  for (std::size_t i = 1; i < plan.outputs; ++i) best = outputs[i] > outputs[best] ? i : best;
  return static_cast<std::int32_t>(best);
}

template <class T>
std::size_t Workspace<T>::memory_bytes() const {
  std::size_t bytes = 0;
  const auto add = [&bytes](const auto& array) { bytes += array.size() * sizeof(*array.data()); };
  for (const auto& array : values) add(array);
  for (const auto& array : winners) add(array);
  for (const auto& array : gradients) add(array);
  for (const Worker<T>& worker : workers) {
    add(worker.scratch.numbers);
    add(worker.scratch.positions);
    for (const auto& array : worker.gradients) add(array);
  }
  add(prepared);
  add(shard_gradients);
  add(kept);
  return bytes;
}

template struct Workspace<float>;
template struct Workspace<double>;

}  // namespace lenetpp
