// Which shapes, layers and networks are accepted: the rules behind the text form and behind layers given as values.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace lenetpp {

// Larger networks are refused before anything is allocated.
inline constexpr int maximum_side = 65535;                           // of a plane
inline constexpr std::size_t maximum_values = std::size_t{1} << 28;  // of a layer's output; weights of all layers
inline constexpr std::size_t maximum_layers = 1000;

/// Throws std::invalid_argument unless all sizes are positive and within the limits.
void check_shape(const Shape& shape);

/// The product, or the largest std::size_t when it does not fit.
std::size_t saturating_product(std::span<const std::size_t> factors);

/// Follows the shapes from layer to layer and refuses what does not fit or is absurdly large.
class ShapeWalk {
 public:
  /// Throws std::invalid_argument when `input` is no shape.
  explicit ShapeWalk(const Shape& input);

  /// The output shape of `layer`, which becomes the next layer's input. Throws std::invalid_argument.
  const Shape& append(const Layer& layer);

 private:
  Shape shape_;
  std::size_t weights_ = 0;
  std::size_t layers_ = 0;
  std::string_view vector_from_;  // the kind of the layer behind which there are no planes any more
};

}  // namespace lenetpp
