// Which shapes, layers and networks are accepted: the rules behind the text form and behind layers given as values.
#pragma once

#include <lenetpp/network.h>

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "layers/kind.h"

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

  /// What `layer` takes if it comes next.
  [[nodiscard]] LayerInput input_of(const Layer& layer) const;
  /// The output shape of `layer`, which becomes the next layer's input. Throws std::invalid_argument.
  const Shape& append(const Layer& layer);
  /// Whether a residual has begun that has not ended.
  [[nodiscard]] bool within_residual() const { return !open_.empty(); }

 private:
  /// A residual that has not ended yet.
  struct Open {
    OpenResidual residual;
    std::string_view vector_from;  // as below, where it began
    std::size_t start;             // its layer
  };

  void check_end() const;

  Shape shape_;
  std::size_t weights_ = 0;
  std::size_t layers_ = 0;
  std::string_view vector_from_;  // the kind of the layer behind which there are no planes any more
  std::vector<Open> open_;        // the innermost one last
};

/// A layer among its neighbours.
struct LayerPlace {
  LayerInput input;
  Shape output;
};

/// Of every layer. Throws std::invalid_argument naming the layer that does not fit.
std::vector<LayerPlace> places_of_layers(const Architecture& architecture);

}  // namespace lenetpp
