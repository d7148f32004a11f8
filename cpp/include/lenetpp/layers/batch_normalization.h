// Values brought to mean 0 and deviation 1 over a batch, plane by plane.
#pragma once

#include <lenetpp/activations.h>

namespace lenetpp {

/// activation(weight * (x - mean) / sqrt(variance + epsilon) + bias), one weight and bias a plane, behind a vector a
/// unit (Ioffe and Szegedy 2015). In training mean and variance are those of the batch, over all its images and places;
/// the running ones go `momentum` of the way to them at each step (the variance's unbiased estimate, as in PyTorch).
/// All else computes with the running ones alone.
struct BatchNormalization {
  Activation activation{};
  double momentum = 0.1;
  double epsilon = 1e-5;
  bool operator==(const BatchNormalization&) const = default;
};

}  // namespace lenetpp
