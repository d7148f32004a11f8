// The walk through the layers: forward, loss, backward, for one batch. The only dispatch over kinds of layers.
//
// Per-image work (convolutions, pools; walk_planes_*.cpp) is split by shards, dense work (walk_dense.cpp) by units and
// inputs, with a barrier between, so that who does what cannot decide a bit: the gradient of a convolution is summed
// within each shard and then shard by shard; the gradient of a dense weight is one chain over the samples.
#pragma once

#include <lenetpp/trainer.h>

#include <cstdint>
#include <span>

#include "image_source.h"
#include "parameter_block.h"
#include "workspace.h"

namespace lenetpp {

/// An image of a batch.
struct Sample {
  std::size_t index = 0;
  Distortion distortion;
};

/// Values of all layers for at most `capacity` samples. The last activation's arguments stay in the outputs' deltas,
/// until the loss puts its gradients there.
template <class T>
void forward(Workspace<T>& workspace, const ParameterBlock<T>& parameters, const ImageSource<T>& images,
             std::span<const Sample> samples);

/// Adds the losses of the samples of the last forward, one after the other, to `sum`, and returns it. Keeps the
/// gradients of the outputs, times `scale`.
template <class T>
double loss_of_outputs(Workspace<T>& workspace, Loss loss, std::span<const std::int32_t> labels, T scale,
                       double sum = 0);

/// Writes the gradients of all parameters, summed over the samples that loss_of_outputs() saw, in the block's layout.
template <class T>
void backward(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients);

/// backward() and then `step`, which is one of the whole block, with the same bits. Faster, since the weights of dense
/// layers step as their gradients appear; `gradients` holds those of all other parameters afterwards.
template <class T>
void backward_and_step(Workspace<T>& workspace, ParameterBlock<T>& parameters, T* gradients, SgdUpdate<T> step);

// The parts of the walk. Forward leaves the last activation to forward().

template <class T>
void forward_planes(Workspace<T>& workspace, const ParameterBlock<T>& parameters, const ImageSource<T>& images,
                    std::span<const Sample> samples);
template <class T>
void forward_dense(Workspace<T>& workspace, const ParameterBlock<T>& parameters);
template <class T>
void backward_dense(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients,
                    const SgdUpdate<T>* step);
template <class T>
void backward_planes(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients);

}  // namespace lenetpp
