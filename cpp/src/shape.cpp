#include <lenetpp/shape.h>

namespace lenetpp {

std::string to_string(const Shape& shape) {
  return std::to_string(shape.planes) + "x" + std::to_string(shape.height) + "x" + std::to_string(shape.width);
}

}  // namespace lenetpp
