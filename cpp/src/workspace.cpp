#include "workspace.h"

#include <utility>

namespace lenetpp {

template <class T>
Workspace<T>::Workspace(const Architecture& architecture, std::size_t samples, int threads, WorkspacePurpose purpose,
                        const Kernels<T>& table)
    : plan(make_plan(architecture)), capacity(samples), kernels(table), pool(threads) {
  const bool training = purpose == WorkspacePurpose::training;
  const std::size_t first_of_dense = plan.plane_stages.size();
  for (std::size_t i = 0; i < plan.boundaries.size(); ++i) {
    const Boundary& boundary = plan.boundaries[i];
    values.emplace_back(capacity * boundary.stride + slack);
    winners.emplace_back(training && boundary.winners ? capacity * boundary.winners + slack : 0);
    const bool is_output = i == plan.stages();  // the loss writes there, also where nothing is trained
    deltas.emplace_back(is_output || (training && i >= first_of_dense) ? capacity * boundary.stride + slack : 0);
  }
  for (int worker = 0; worker < threads; ++worker) {
    Scratch<T> own;
    own.phases = AlignedArray<T>(plan.scratch.phases + slack);
    own.convolution = AlignedArray<T>(plan.scratch.convolution + slack);
    if (training) {
      own.deltas = AlignedArray<T>(plan.scratch.visits + slack);
      own.positions = AlignedArray<std::int32_t>(plan.scratch.visits + slack);
      own.visits.resize(plan.scratch.planes);
      own.columns = AlignedArray<T>(plan.scratch.columns + slack);
      for (const std::size_t size : plan.scratch.gradients) own.input_gradients.emplace_back(size + slack);
    }
    scratch.push_back(std::move(own));
  }
  if (training) {
    filter_blocks = AlignedArray<T>(plan.filter_blocks + slack);
    shard_gradients = AlignedArray<T>(shards_of(capacity) * (plan.plane_parameters + plan.filter_blocks));
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
  for (const auto& array : deltas) add(array);
  for (const Scratch<T>& own : scratch) {
    add(own.phases);
    add(own.convolution);
    add(own.deltas);
    add(own.positions);
    add(own.columns);
    for (const auto& array : own.input_gradients) add(array);
  }
  add(filter_blocks);
  add(shard_gradients);
  return bytes;
}

template struct Workspace<float>;
template struct Workspace<double>;

}  // namespace lenetpp
