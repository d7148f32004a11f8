#include "layers/max_pooling.h"

#include "layers/windows.h"

namespace lenetpp {

Shape LayerKind<MaxPool2D>::output_shape(const MaxPool2D& layer, const Shape& input) {
  return pooled_shape(layer.size, layer.strides, input);
}

}  // namespace lenetpp
