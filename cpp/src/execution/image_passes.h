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

/// `begin(b)`, where there is one, brings image b to the run's input.
template <class T>
void forward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run,
                    const std::function<void(std::size_t)>& begin);

/// From the last stage of the run down to the bottom. Writes the gradients of their parameters. `begin(b, gradient)`,
/// where there is one, brings the gradient of image b to the run's output.
template <class T>
void backward_images(Workspace<T>& workspace, const StageCall<T>& call, const StageRun& run,
                     const std::function<void(std::size_t, T*)>& begin, T* gradients);

}  // namespace lenetpp
