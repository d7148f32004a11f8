// The plan: what one loop over the layers says about shapes, memory layout and kernel arguments, before any image is
// seen. Each layer becomes a stage, or the part of one: a kind may take the layer behind it into its stage.
#pragma once

#include <lenetpp/network.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "execution/stage.h"

namespace lenetpp {

enum class WorkspacePurpose { inference, training };

/// What lies between two stages, for each image of a batch: values, and the winners that led to them. The stage behind
/// it reads it, and where it is the start of a residual, the residual's end does too.
struct Boundary {
  PlaneStack stack;
  std::size_t stride = 0;   // values of one image, a multiple of 16
  std::size_t winners = 0;  // of one image; 0 where nothing was pooled
  /// Whether its gradient is kept for a whole batch: beside a BatchStage, but for the input of one that goes by image
  /// behind one of images, and at the end. Else a worker has one at a time.
  bool gradient_of_batch = false;
  /// Of the stages that read it, the one that comes last: in the backward pass the first one, which clears the
  /// gradient.
  std::size_t last_reader = 0;
};

/// Neighbouring stages of one sort: [first, last) of the plan's, or a single BatchStage.
struct StageRun {
  std::size_t first = 0, last = 0;
  bool by_image = true;
  std::size_t gradient_size = 0;  // numbers of all its stages' gradients, in their own layouts
  std::size_t kept_size = 0;      // numbers that all its stages keep of a batch
  std::size_t work = 0;           // forward, of an image (see sharing.h)
};

template <class T>
struct Plan {
  std::vector<std::unique_ptr<const Stage<T>>> stages;
  std::vector<Boundary> boundaries;      // [stages + 1]: the input, then every stage's output
  std::vector<StageRun> runs;            // the first one is by image, if need be without a stage: it fetches the images
  std::vector<std::size_t> gradient_at;  // [stages] where an ImageStage's gradients begin among those of its run
  std::vector<std::size_t> prepared_at;  // [stages] likewise among what all stages have prepared
  std::vector<std::size_t> kept_at;      // [stages] likewise among what all stages keep of a batch
  std::size_t prepared_size = 0;
  std::size_t kept_size = 0;
  std::size_t bottom = 0;  // the stage where backward ends: the first one with parameters; none: stages.size()
  std::size_t outputs = 0;

  /// The layer that made what lies at `boundary` (> 0).
  [[nodiscard]] std::size_t layer_before(std::size_t boundary) const { return stages[boundary - 1]->place.layer; }
  /// Of the last stage's output.
  [[nodiscard]] Activation last_activation() const { return stages.back()->watched().value_or(Activation{}); }
};

/// What a forward pass of an image costs, its fetching included (see sharing.h).
std::size_t forward_work(const Architecture& architecture);

/// Throws std::invalid_argument for a plane too large for exact positions (2^24).
template <class T>
Plan<T> make_plan(const Architecture& architecture, WorkspacePurpose purpose);

}  // namespace lenetpp
