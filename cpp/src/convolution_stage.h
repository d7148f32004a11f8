#pragma once

#include <lenetpp/layers.h>

#include "plan.h"

namespace lenetpp {

/// The stage of a convolution that reads `input` and makes `convolved`, as far as nothing but the layer decides it:
/// its pooling, its output and its place in the network are still to be said. Throws std::invalid_argument where
/// windows are too many for the places of 32 bits.
ConvolutionStage convolution_stage(const Conv2D& layer, const PlaneStack& input, const Shape& convolved);

}  // namespace lenetpp
