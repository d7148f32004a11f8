// The pooling of LeNet-5 as it was published.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/shape.h>

namespace lenetpp {

/// activation(weight * the sum of a window + bias), one weight and bias a plane (LeCun et al. 1998). Windows lie as
/// those of MaxPool2D; one that is clipped at the border sums what it holds. Weights begin as 1 / (height * width) of
/// the window: with averages.
struct Subsample {
  Extent size{2, 2};
  Extent strides{2, 2};
  Activation activation{};
  bool operator==(const Subsample&) const = default;
};

}  // namespace lenetpp
