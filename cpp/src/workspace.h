// All memory that a walk through the layers needs besides the parameters, planned once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "aligned_array.h"
#include "kernels/kernels.h"
#include "plan.h"
#include "thread_pool.h"

namespace lenetpp {

/// A constant of the numeric contract: another number gives other bits.
inline constexpr std::size_t samples_per_shard = 8;

constexpr std::size_t shards_of(std::size_t samples) { return (samples + samples_per_shard - 1) / samples_per_shard; }

enum class WorkspacePurpose { inference, training };

/// Memory of one worker for one image at a time.
template <class T>
struct Scratch {
  AlignedArray<T> phases, convolution, deltas;
  AlignedArray<std::int32_t> positions;
  std::vector<Visits<T>> visits;                 // one a plane
  AlignedArray<T> columns;                       // of a convolution's windows: of its input, then of the gradient
  std::vector<AlignedArray<T>> input_gradients;  // one a plane stage
};

template <class T>
struct Workspace {
  /// `table` must outlive the workspace.
  Workspace(const Architecture& architecture, std::size_t samples, int threads, WorkspacePurpose purpose,
            const Kernels<T>& table = lenetpp::kernels<T>());

  Plan plan;
  std::size_t capacity;  // samples
  const Kernels<T>& kernels;
  ThreadPool pool;
  std::vector<AlignedArray<T>> values;              // [boundaries][capacity][stride]
  std::vector<AlignedArray<std::int32_t>> winners;  // [boundaries][capacity][winners], training only
  std::vector<AlignedArray<T>> deltas;              // gradients: of the outputs; in training, of the whole dense part
  std::vector<Scratch<T>> scratch;                  // one a worker
  AlignedArray<T> filter_blocks;                    // weights as blocks, training only
  AlignedArray<T> shard_gradients;                  // [shards][plane_parameters + filter_blocks], training only
  std::size_t batch = 0;                            // samples of the last forward
  bool output_gradient_is_complete = false;         // it holds the last activation's derivative already

  [[nodiscard]] T* value(std::size_t boundary, std::size_t b) {
    return values[boundary].data() + b * plan.boundaries[boundary].stride;
  }
  [[nodiscard]] const T* value(std::size_t boundary, std::size_t b) const {
    return values[boundary].data() + b * plan.boundaries[boundary].stride;
  }
  [[nodiscard]] T* delta(std::size_t boundary, std::size_t b) {
    return deltas[boundary].data() + b * plan.boundaries[boundary].stride;
  }
  /// Null where nothing was pooled, and at inference.
  [[nodiscard]] std::int32_t* winners_of(std::size_t boundary, std::size_t b) {
    return winners[boundary].size() ? winners[boundary].data() + b * plan.boundaries[boundary].winners : nullptr;
  }
  /// The network's output for sample `b`.
  [[nodiscard]] const T* output(std::size_t b) const { return value(plan.stages(), b); }
  /// The class of its largest output; the first wins a tie.
  [[nodiscard]] std::int32_t predicted_class(std::size_t b) const;

  [[nodiscard]] std::size_t memory_bytes() const;
};

/// A workspace for inference that calls leave to each other: to plan and allocate one takes longer than an image.
template <class T>
class IdleWorkspace {
 public:
  /// Null while another call has it, or before the first one.
  std::unique_ptr<Workspace<T>> take() {
    const std::lock_guard lock(mutex_);
    return std::move(workspace_);
  }
  void leave(std::unique_ptr<Workspace<T>> workspace) {
    const std::lock_guard lock(mutex_);
    workspace_ = std::move(workspace);
  }

 private:
  std::mutex mutex_;
  std::unique_ptr<Workspace<T>> workspace_;
};

extern template struct Workspace<float>;
extern template struct Workspace<double>;

}  // namespace lenetpp
