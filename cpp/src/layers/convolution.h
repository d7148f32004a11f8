// Convolutions.
#pragma once

#include "layers/fields.h"
#include "layers/kind.h"

namespace lenetpp {

/// Which filter sees which plane: "separate" or "table(0,1,2;1,2,3)", the planes of each filter; full is not written.
struct ConnectionOption : OptionField<Conv2D> {
  [[nodiscard]] std::string examples() const { return "separate, table(0,1;1,2)"; }
  bool read(TextCursor& text, std::string_view word, Conv2D& layer) const;
  void write(std::string& text, const Conv2D& layer) const;
  void check(const Conv2D& layer) const;
  [[nodiscard]] FieldValue value(const Conv2D& layer) const;
};

template <>
struct LayerKind<Conv2D> {
  static constexpr std::string_view word = "conv", example = "conv 6x5x5";
  static constexpr auto fields = std::tuple{
      Count<Conv2D>{{{"filters", "the number of filters"}}, &Conv2D::filters},
      Sides<Conv2D>{{{"kernel_size", "the kernel"}}, &Conv2D::kernel_size},
      ConnectionOption{{{"connection", "the connection"}}},
      ExtentOption<Conv2D>{{{"strides", "the stride"}}, &Conv2D::strides, "stride", 1, 1},
      ExtentOption<Conv2D>{{{"padding", "the padding"}}, &Conv2D::padding, "pad", 0, 0},
      Refusal<Conv2D>{{{"bias", "the bias"}}, &Conv2D::bias, "nobias"},
      ActivationOption<Conv2D>{{{"activation", "the activation"}}},
  };
  static constexpr bool needs_planes = true, gives_vector = false;

  static Shape output_shape(const Conv2D& layer, const Shape& input);
  static std::vector<ParameterShape> parameters(const Conv2D& layer, const Shape& input);
  static std::size_t multiply_adds(const Conv2D& layer, const Shape& input, const Shape& output);

  /// Whether all filters see all planes, through kernels no wider than the half of a vector: such a convolution has a
  /// stage of its own (full_convolution_stage.h), and the order of its input gradient's sums with it, which is a part
  /// of the numeric contract.
  static bool is_full(const Conv2D& layer, const Shape& input);

  static PlaneStack input_stack(const Conv2D& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Conv2D& layer, Planner& planner);
};

}  // namespace lenetpp
