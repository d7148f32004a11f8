#include "execution/plane_stack.h"

#include <stdexcept>
#include <string>

namespace lenetpp {
namespace {

PlaneStack stack_of_rows(const Shape& shape, const Extent& padding, std::ptrdiff_t row_stride) {
  PlaneStack stack{shape, padding, row_stride, 0};
  stack.plane_stride = (shape.height + 2 * std::ptrdiff_t{padding.height}) * row_stride;
  // Positions are counted in float by max-pooling.
  if (stack.plane_stride >= 1 << 24 || stack.plane_stride * shape.planes > std::ptrdiff_t{1} << 30) {
    throw std::invalid_argument("planes of " + to_string(shape) +
                                " are too large: expected less than 2^24 places a plane "
                                "and 2^30 a stack, borders included; use smaller images or larger strides");
  }
  return stack;
}

}  // namespace

PlaneStack gapless_stack(const Shape& shape) { return stack_of_rows(shape, {0, 0}, shape.width); }

PlaneStack bordered_stack(const Shape& shape, const Extent& padding) {
  return stack_of_rows(shape, padding, shape.width + 2 * std::ptrdiff_t{padding.width});
}

PlaneStack aligned_stack(const Shape& shape, const Extent& padding) {
  return stack_of_rows(shape, padding, padded(shape.width + 2 * std::ptrdiff_t{padding.width}, row_alignment));
}

}  // namespace lenetpp
