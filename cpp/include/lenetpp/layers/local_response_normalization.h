// Each value divided by what lies around it in the neighbouring planes.
#pragma once

#include <lenetpp/cplusplus20.h>

namespace lenetpp {

/// x / (k + alpha * s)^beta, where s is the sum of the squares at the same place of `size` planes, the value's own in
/// their middle; planes that are not there count as zero (Krizhevsky et al. 2012). `alpha` multiplies the sum;
/// elsewhere (PyTorch, ONNX, Caffe) it multiplies the mean, and is `size` times as large.
struct LocalResponseNormalization {
  int size = 5;  ///< odd
  double alpha = 1e-4;
  double beta = 0.75;  ///< 0.25, 0.5, 0.75 or 1: what square roots make, whose bits are the same on every machine
  double k = 2;
  bool operator==(const LocalResponseNormalization&) const = default;
};

}  // namespace lenetpp
