// The passes of a batch through a run of stages that work on single images. Threads share images and shards where there
// are enough of them; with few, they share the work of each stage (see sharing.h).
#pragma once

#include <functional>

#include "execution/workspace.h"

namespace lenetpp {

/// What prepare_forward() of the stages makes: where nothing is trained, once for a version of the parameters, whatever
/// number of passes.
template <class T>
void prepare_forward(Workspace<T>& workspace, const StageCall<T>& call);

/// What is done to image b before and behind a run, in the cache that it lies in; null where nothing is.
using ImageTask = std::function<void(std::size_t b)>;

/// `begin` brings an image to the run's input. `end` comes to the images of each shard in their order; returns whether
/// it did, or threads shared out the images in a way that has no such order.
template <class T>
bool forward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run, const ImageTask& begin,
                    const ImageTask& end);

/// Brings the gradient of image b to a run's output.
template <class T>
using GradientTask = std::function<void(std::size_t b, T* gradient)>;

/// From the last stage of the run down to the bottom. Writes the gradients of their parameters. `end` and what is
/// returned as above.
template <class T>
bool backward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run,
                     const GradientTask<T>& begin, const ImageTask& end, T* gradients);

}  // namespace lenetpp
