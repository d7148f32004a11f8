// How the windows of a pooling cover planes.
#pragma once

#include <lenetpp/shape.h>

namespace lenetpp {

/// The shape of what windows over `input` give, the last ones clipped at the border. Throws std::invalid_argument when
/// a window is larger than the input.
Shape pooled_shape(const Extent& size, const Extent& strides, const Shape& input);

}  // namespace lenetpp
