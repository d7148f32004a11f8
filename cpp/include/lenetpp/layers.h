// The layers a network is made of, as plain values. What they compute is in src/kernels/, how they are
// written as text in src/network_text.cpp.
#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/shape.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lenetpp {

inline constexpr std::array<std::string_view, 6> activation_names{"identity", "relu", "leaky_relu",
                                                                  "sigmoid",  "tanh", "scaled_tanh"};
constexpr double default_slope(ActivationKind kind) { return usual_slope(kind); }

/// Which filter sees which input plane.
enum class Connection {
  full,      ///< each filter sees every plane and sums: F outputs
  separate,  ///< each filter is applied to each plane by itself: P * F outputs, plane 0 under every filter first
  table,     ///< filter f sees the planes Conv2D::table[f] and sums: F outputs (LeNet-5's C3)
};

struct Conv2D {
  int filters = 1;
  Extent kernel_size{1, 1};
  Connection connection = Connection::full;
  std::vector<std::vector<int>> table{};  ///< only with Connection::table: ascending planes of each filter
  Extent strides{1, 1};
  Extent padding{0, 0};
  bool bias = true;
  Activation activation{};
  bool operator==(const Conv2D&) const = default;
};

/// Windows may overlap; the last one is clipped at the border, so outputs = ceil((H - size) / stride) + 1. (Where the
/// stride is larger than the window, that last one may start beyond the border; it is then left out.)
/// The first maximum in row-major window order wins.
struct MaxPool2D {
  Extent size{2, 2};
  Extent strides{2, 2};
  bool operator==(const MaxPool2D&) const = default;
};

/// Fully connected; flattens its input in C order over [P][H][W].
struct Dense {
  int units = 1;
  bool bias = true;
  Activation activation{};
  bool operator==(const Dense&) const = default;
};

using Layer = std::variant<Conv2D, MaxPool2D, Dense>;

/// The shape of `layer`'s output. Throws std::invalid_argument when the layer cannot follow `input`.
Shape output_shape(const Layer& layer, const Shape& input);

/// Its part of a network's text: "conv 5x5x5 separate nobias".
std::string to_string(const Layer& layer);

/// One parameter array in its canonical (PyTorch's) shape: convolution weights full (F, P, K, K), separate
/// (F, K, K), by table (connections, K, K) filter by filter; dense weights (U, I); biases (F) or (U).
struct ParameterShape {
  std::string name;  ///< "<layer index>.weight" or "<layer index>.bias"
  std::vector<std::size_t> dimensions;
  std::size_t layer = 0;
  bool is_bias = false;
  std::size_t fan_in = 0;   ///< connections into one output of the layer (by table: the mean, rounded up)
  std::size_t fan_out = 0;  ///< connections out of one input of the layer (likewise)

  [[nodiscard]] std::size_t size() const;
};

}  // namespace lenetpp
