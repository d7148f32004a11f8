// All memory that a pass through the network needs besides the parameters, planned once.
#pragma once

#include <cstdint>
#include <vector>

#include "aligned_array.h"
#include "execution/plan.h"
#include "execution/sharing.h"
#include "execution/thread_pool.h"

namespace lenetpp {

/// So many images are looked at by so many threads before the next ones, where nothing is trained.
constexpr std::size_t images_of_a_chunk(int threads) {
  return 4 * samples_per_shard * static_cast<std::size_t>(threads);
}

/// How many numbers the arrays of a workspace hold, known before one of them takes memory; see there what they are.
template <class T>
struct WorkspaceSizes {
  WorkspaceSizes(const Plan<T>& plan, std::size_t samples, int threads, WorkspacePurpose purpose, Sharing rules = {});
  /// Of a workspace that is not made.
  WorkspaceSizes(const Architecture& architecture, std::size_t samples, int threads, WorkspacePurpose purpose);

  std::size_t workers;
  bool keeps_all_gradients = false;
  std::vector<std::size_t> values, winners, gradients;  // by boundary
  std::vector<std::size_t> gradients_of_worker;         // likewise
  ScratchSize scratch;                                  // of a worker
  std::size_t prepared = 0, shard_gradients = 0, kept = 0;

  [[nodiscard]] std::size_t bytes() const;
};

/// Memory of one worker for one image at a time.
template <class T>
struct Worker {
  Scratch<T> scratch;
  /// Of the inputs of a run's stages, by boundary; empty where the gradient is the whole batch's, or never computed.
  std::vector<AlignedArray<T>> gradients;
};

template <class T>
struct Workspace {
  /// `table` must outlive the workspace.
  Workspace(const Architecture& architecture, std::size_t samples, int threads, WorkspacePurpose purpose,
            const Kernels<T>& table = lenetpp::kernels<T>(), Sharing rules = {});

  Plan<T> plan;
  std::size_t capacity;  // samples
  WorkspacePurpose purpose;
  const Kernels<T>& kernels;
  Sharing sharing;
  ThreadPool pool;
  std::vector<AlignedArray<T>> values;              // [boundaries][capacity][stride]
  std::vector<AlignedArray<std::int32_t>> winners;  // [boundaries][capacity][winners], training only
  /// Whether the gradients at all boundaries are kept for a batch, as a backward pass by stage needs (see sharing.h).
  bool keeps_all_gradients = false;
  /// [boundaries][capacity][stride]: of the outputs; in training, of batches, or of all.
  std::vector<AlignedArray<T>> gradients;
  std::vector<Worker<T>> workers;
  AlignedArray<T> prepared;         // see Stage::prepare_forward()
  std::uint64_t prepared_of[2]{};   // of which versions of parameters and state
  AlignedArray<T> shard_gradients;  // [shards][gradient_size of a run], training only
  AlignedArray<T> kept;             // [shards][kept_size of the plan], training only; of a batch in the first row
  std::size_t batch = 0;            // samples of the last forward
  bool activation_is_done = false;  // the gradient of the outputs holds the last activation's derivative already

  [[nodiscard]] T* value(std::size_t boundary, std::size_t b) { return of_sample(values, boundary, b); }
  [[nodiscard]] const T* value(std::size_t boundary, std::size_t b) const {
    return values[boundary].data() + b * plan.boundaries[boundary].stride;
  }
  /// Whether the gradient at a boundary is kept for the batch.
  [[nodiscard]] bool has_gradient_of_batch(std::size_t boundary) const { return gradients[boundary].size() > 0; }
  /// Of one sample at such a boundary.
  [[nodiscard]] T* gradient(std::size_t boundary, std::size_t b) { return of_sample(gradients, boundary, b); }
  /// Null where nothing was pooled, and at inference.
  [[nodiscard]] std::int32_t* winners_of(std::size_t boundary, std::size_t b) {
    return winners[boundary].size() ? winners[boundary].data() + b * plan.boundaries[boundary].winners : nullptr;
  }
  /// What stage `s` keeps of a shard, or of the batch; null at inference, and where no stage keeps anything.
  [[nodiscard]] T* kept_of(std::size_t s, std::size_t shard = 0) {
    return kept.size() ? kept.data() + shard * plan.kept_size + plan.kept_at[s] : nullptr;
  }
  /// Of a stage.
  [[nodiscard]] T* prepared_for(std::size_t stage) { return prepared.data() + plan.prepared_at[stage]; }
  /// The network's output for sample `b`.
  [[nodiscard]] const T* output(std::size_t b) const { return value(plan.stages.size(), b); }
  /// The class of its largest output; the first wins a tie.
  [[nodiscard]] std::int32_t predicted_class(std::size_t b) const;

 private:
  T* of_sample(std::vector<AlignedArray<T>>& arrays, std::size_t boundary, std::size_t b) {
    return arrays[boundary].data() + b * plan.boundaries[boundary].stride;
  }
};

extern template struct WorkspaceSizes<float>;
extern template struct WorkspaceSizes<double>;
extern template struct Workspace<float>;
extern template struct Workspace<double>;

}  // namespace lenetpp
