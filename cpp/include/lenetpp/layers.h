// The layers a network is made of, as plain values. What each kind means, its text included, is in src/layers/.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/layers/activation.h>
#include <lenetpp/layers/average_pooling.h>
#include <lenetpp/layers/batch_normalization.h>
#include <lenetpp/layers/convolution.h>
#include <lenetpp/layers/dense.h>
#include <lenetpp/layers/dropout.h>
#include <lenetpp/layers/global_average_pooling.h>
#include <lenetpp/layers/local_response_normalization.h>
#include <lenetpp/layers/max_pooling.h>
#include <lenetpp/layers/residual.h>
#include <lenetpp/layers/subsample.h>
#include <lenetpp/shape.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lenetpp {

/// All kinds of layers. src/layers/kinds.h does not compile while one lacks a part.
using Layer = std::variant<Conv2D, MaxPool2D, Dense, AvgPool2D, Dropout, BatchNormalization, LocalResponseNormalization,
                           Subsample, ActivationLayer, GlobalAvgPool2D, ResidualStart, ResidualEnd>;

/// The shape of `layer`'s output. Throws std::invalid_argument when the layer cannot follow `input`, and for a
/// ResidualEnd, whose output depends on the layers before it (see Architecture::output_shapes()).
LENETPP_API Shape output_shape(const Layer& layer, const Shape& input);

/// Its part of a network's text: "conv 5x5x5 separate nobias", "residual [", "] relu".
LENETPP_API std::string to_string(const Layer& layer);

/// The inverse; the layer's values are checked as far as they can be without its input. Throws ParseError.
LENETPP_API Layer parse_layer(std::string_view text);

/// The value of one field of a layer. An activation is its text ("sigmoid(2)"), a connection its word or its table.
using FieldValue = std::variant<bool, int, double, std::string, Extent, std::vector<std::vector<int>>>;

/// A layer's kind and values: what its text says, for readers that are not C++.
struct LayerDescription {
  std::string_view word;           ///< the first of its text
  std::vector<FieldValue> values;  ///< of the kind's fields, in their order
};
LENETPP_API LayerDescription describe(const Layer& layer);

struct LayerKindDescription {
  std::string_view word;
  std::vector<std::string_view> fields;
};
/// Every kind, in the order of Layer.
LENETPP_API std::vector<LayerKindDescription> layer_kinds();

/// An array of numbers that a layer has.
struct LENETPP_API ArrayShape {
  std::string name;  ///< "<layer index>.weight"
  std::vector<std::size_t> dimensions;
  std::size_t layer = 0;
  std::size_t dimensions_of_row = 1;  ///< so many of the last ones lie side by side in the core's memory, without gaps

  [[nodiscard]] std::size_t size() const;
};

/// One parameter array in its canonical (PyTorch's) shape: convolution weights full (F, P, K, K), separate
/// (F, K, K), by table (connections, K, K) filter by filter; dense weights (U, I); one number a plane (P); biases (F),
/// (U) or (P). Named "<layer index>.weight" or "<layer index>.bias".
struct ParameterShape : ArrayShape {
  bool is_bias = false;
  std::optional<double> initial{};  ///< of all its numbers; none: they are drawn at random
  std::size_t fan_in = 0;           ///< connections into one output of the layer (by table: the mean, rounded up)
  std::size_t fan_out = 0;          ///< connections out of one input of the layer (likewise)
  double blog_deviation = 0;        ///< of Initialization::blog, which is the kind's own

  /// Whether these are a convolution's weights (F, P, K, K).
  [[nodiscard]] bool see_all_planes() const { return dimensions.size() == 4; }
};

/// One array of state: what a layer learns from the images of training, but no optimizer changes, such as running
/// means. Named like parameters, by another word.
struct StateShape : ArrayShape {
  double initial = 0;           ///< of all its numbers
  bool may_be_negative = true;  ///< whether numbers below 0 can be among them
};

}  // namespace lenetpp
