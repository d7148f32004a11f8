// Residuals (He et al. 2015): some layers, and a shortcut around them. Two layers are their brackets:
//
//   residual [ conv 16x3x3 pad1 relu | conv 16x3x3 pad1 ] relu
//   ResidualStart                                       ResidualEnd
#pragma once

#include <lenetpp/activations.h>

namespace lenetpp {

/// What a shortcut does where the layers within change planes, height or width; where they do not, it changes nothing.
/// Both keep every n-th row and column, where the layers within have strides of n.
enum class Shortcut {
  convolution,  ///< 1x1 filters without bias, parameters of the ResidualEnd (option B of He et al.)
  pad,          ///< planes of zeros behind those that there are (option A, that of their networks for CIFAR-10)
};

/// Passes its input on, to the layer behind it and to its ResidualEnd.
struct ResidualStart {
  Shortcut shortcut = Shortcut::convolution;
  bool operator==(const ResidualStart&) const = default;
};

/// activation(its input + shortcut(what its ResidualStart passed on)).
struct ResidualEnd {
  Activation activation{};
  bool operator==(const ResidualEnd&) const = default;
};

}  // namespace lenetpp
