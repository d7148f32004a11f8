// Network: input shape + layers + parameters, a copyable value with one canonical text form.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/layers.h>
#include <lenetpp/parse_error.h>
#include <lenetpp/shape.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lenetpp {

/// Input shape and layers without parameters.
struct LENETPP_API Architecture {
  Shape input;
  std::vector<Layer> layers;

  /// "3x32x32 | conv 5x5x5 separate nobias | maxpool 3/2 | dense 2" -> Architecture. Throws ParseError.
  static Architecture parse(std::string_view text);
  /// The canonical text; parse(text()) gives the same value back.
  [[nodiscard]] std::string text() const;
  /// The output shape of every layer, in order. Throws std::invalid_argument naming the layer that does not fit.
  [[nodiscard]] std::vector<Shape> output_shapes() const;
  /// All parameter arrays in canonical order.
  [[nodiscard]] std::vector<ParameterShape> parameter_shapes() const;
  /// All arrays of state, in the order of the layers.
  [[nodiscard]] std::vector<StateShape> state_shapes() const;
  /// Multiply-adds of one forward pass of one image, layer by layer.
  [[nodiscard]] std::vector<std::size_t> multiply_adds() const;
  bool operator==(const Architecture&) const = default;
};

/// Initial weights (biases start at zero). All but `blog` are drawn from a normal distribution with mean 0.
enum class Initialization {
  he,      ///< variance 2 / fan_in (He et al. 2015)
  glorot,  ///< variance 2 / (fan_in + fan_out) (Glorot and Bengio 2010)
  lecun,   ///< variance 1 / fan_in (LeCun et al. 1998)
  blog,    ///< each kind's own: filters N(0, 1/25); dense before a sigmoid 2 / fan_in, else sqrt(2 / fan_in) / 10
  /// As he, but convolutions that see all planes, unless they are the first layer, hand planes on as they are at first:
  /// filter i is 1 in the middle of plane i and 0 elsewhere, as far as there are filters and planes (Zagoruyko and
  /// Komodakis: DiracNets, 2017; so Jordan: 94 % on CIFAR-10 in 3.29 seconds on a single GPU, 2024).
  identity,
};

/// Per plane: x = (pixel - mean) / deviation, in units of the raw pixels. Both empty: images are used as they are.
struct Normalization {
  std::vector<float> mean;
  std::vector<float> deviation;
  bool operator==(const Normalization&) const = default;
};

template <class T>
class ParameterBlock;

/// T is float (the working type) or double (for gradient checks).
template <class T>
class LENETPP_API BasicNetwork {
 public:
  explicit BasicNetwork(Architecture architecture);
  static BasicNetwork parse(std::string_view text) { return BasicNetwork(Architecture::parse(text)); }

  [[nodiscard]] const Architecture& architecture() const { return architecture_; }
  [[nodiscard]] std::string text() const { return architecture_.text(); }
  /// Length of the output vector of one image: the number of classes.
  [[nodiscard]] std::size_t outputs() const { return outputs_; }

  /// Draws the weights; they are a pure function of (seed, scheme, architecture). State begins anew.
  void initialize(std::uint64_t seed, Initialization scheme = Initialization::he);
  /// False until initialize(), set_parameter() or load_model() gave the network weights; they are zero before.
  [[nodiscard]] bool initialized() const { return initialized_; }

  [[nodiscard]] const std::vector<ParameterShape>& parameter_shapes() const { return parameter_shapes_; }
  /// A copy of one parameter array in canonical order (C order of its dimensions). Throws std::out_of_range.
  [[nodiscard]] std::vector<T> parameter(std::size_t index) const;
  /// Throws std::out_of_range, and std::invalid_argument unless `values` has exactly parameter_shapes()[index].size()
  /// elements.
  void set_parameter(std::size_t index, std::span<const T> values);

  /// What the layers learn beside their parameters, which training changes without an optimizer; it has its initial
  /// values at first.
  [[nodiscard]] const std::vector<StateShape>& state_shapes() const { return state_shapes_; }
  /// As parameter() and set_parameter().
  [[nodiscard]] std::vector<T> state(std::size_t index) const;
  void set_state(std::size_t index, std::span<const T> values);

  [[nodiscard]] const Normalization& normalization() const { return normalization_; }
  /// Throws std::invalid_argument unless both have one finite value a plane and deviations are positive.
  void set_normalization(Normalization normalization);

  /// Bytes of parameters and state as the kernels see them, padding included.
  [[nodiscard]] std::size_t memory_bytes() const;
  /// The parameters as the kernels see them (see src/parameter_block.h).
  [[nodiscard]] const ParameterBlock<T>& block() const { return *block_; }
  [[nodiscard]] ParameterBlock<T>& block() { return *block_; }
  /// Likewise the state.
  [[nodiscard]] const ParameterBlock<T>& state_block() const { return *state_block_; }
  [[nodiscard]] ParameterBlock<T>& state_block() { return *state_block_; }

  BasicNetwork(const BasicNetwork& other);
  BasicNetwork& operator=(const BasicNetwork& other);
  BasicNetwork(BasicNetwork&&) noexcept;
  BasicNetwork& operator=(BasicNetwork&&) noexcept;
  ~BasicNetwork();

 private:
  void reset_state();

  Architecture architecture_;
  std::vector<ParameterShape> parameter_shapes_;
  std::vector<StateShape> state_shapes_;
  std::size_t outputs_ = 0;
  std::unique_ptr<ParameterBlock<T>> block_, state_block_;
  Normalization normalization_;
  bool initialized_ = false;
};

using Network = BasicNetwork<float>;
using Network64 = BasicNetwork<double>;

extern template class BasicNetwork<float>;
extern template class BasicNetwork<double>;

}  // namespace lenetpp
