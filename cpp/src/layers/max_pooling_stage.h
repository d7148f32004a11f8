// The execution of a max-pooling that does not follow a convolution (see convolution_stage.h for one that does).
#pragma once

#include <lenetpp/layers.h>

#include <memory>

#include "execution/planner.h"

namespace lenetpp {

template <>
struct LayerExecution<MaxPool2D> {
  static PlaneStack input_stack(const MaxPool2D& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const MaxPool2D& layer, Planner& planner);
};

}  // namespace lenetpp
