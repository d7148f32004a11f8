// The passes of one batch through the list of stages: forward, loss, backward, and in training what changes the state.
// Who does what cannot decide a bit: the gradient of an ImageStage's parameters, and what it keeps, is summed within
// each shard and then shard by shard, a BatchStage shares its work by outputs.
#pragma once

#include <lenetpp/losses.h>
#include <lenetpp/network.h>

#include <cstdint>
#include <span>

#include "execution/image_source.h"
#include "execution/workspace.h"

namespace lenetpp {

/// Values of all stages for the samples of the pass, at most `capacity`. The last activation's arguments stay where the
/// outputs' gradients will be, until the loss puts them there.
template <class T>
void forward(Workspace<T>& workspace, const BasicNetwork<T>& network, const ImageSource<T>& images, const Pass& pass);

/// Adds the losses of the samples of the last forward, one after the other, to `sum`, and returns it. Keeps the
/// gradients of the outputs, times `scale`. A sample's loss and gradient are multiplied by its weight, where there are
/// `weights`. `smoothing` is the share of the targets that is spread over all classes.
template <class T>
double loss_of_outputs(Workspace<T>& workspace, Loss loss, std::span<const std::int32_t> labels, T scale,
                       double sum = 0, std::span<const double> weights = {}, double smoothing = 0);

/// Writes the gradients of all parameters, summed over the samples that loss_of_outputs() saw, in the block's layout.
template <class T>
void backward(Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass, T* gradients);

/// backward() and then `step`, which is one of the whole block of parameters, with the same bits. Faster, since a
/// BatchStage's parameters step as their gradients appear; `gradients` holds those of all others afterwards.
template <class T>
void backward_and_step(Workspace<T>& workspace, const BasicNetwork<T>& network, const Pass& pass, T* gradients,
                       const Step<T>& step);

/// Writes the network's state, by what the stages kept of the batch of the last forward pass: the end of a step of
/// training, and nobody else's.
template <class T>
void update_state(Workspace<T>& workspace, BasicNetwork<T>& network, const Pass& pass);

}  // namespace lenetpp
