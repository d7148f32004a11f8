#include "layers/windows.h"

#include <algorithm>

#include "layers/checks.h"

namespace lenetpp {
namespace {

/// Windows start at 0, stride, 2 stride, ...; the last one is the first that reaches the border. A window that would
/// start beyond the border (possible only when the stride is larger than the window) does not exist.
int pooled_side(int side, int size, int stride) {
  const int to_the_border = (side - size + stride - 1) / stride;
  const int last_start_inside = (side - 1) / stride;
  return std::min(to_the_border, last_start_inside) + 1;
}

}  // namespace

Shape pooled_shape(const Extent& size, const Extent& strides, const Shape& input) {
  if (size.height > input.height || size.width > input.width) {
    refuse("the window " + extent_text(size) + " is larger than its input " + to_string(input));
  }
  return {input.planes, pooled_side(input.height, size.height, strides.height),
          pooled_side(input.width, size.width, strides.width)};
}

}  // namespace lenetpp
