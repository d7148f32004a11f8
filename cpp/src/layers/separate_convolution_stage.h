// The execution of a convolution with separate filters whose maps are small: each filter sees one plane, and all planes
// go through it alike, so that forward has lanes over planes. Planes are interleaved for it (see
// kernels/interleaved.h); backward goes row by row as for other convolutions.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "layers/convolution_stage.h"

namespace lenetpp {

/// Whether lanes over planes cost less than lanes over positions, counted in multiply-adds of vectors: a block that is
/// interleaved or separated costs about 100.
bool plane_lanes_cost_less(const ConvolutionLayout& layout, int filters, const Shape& output, bool has_pooling);

template <class T>
class SeparateConvolutionStage final : public ConvolutionStage<T> {
 public:
  SeparateConvolutionStage(const Conv2D& layer, const std::optional<MaxPool2D>& pooling, const StagePlace& where,
                           ConvolutionLayout layout, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] ScratchSize scratch(bool training) const override;
  [[nodiscard]] std::size_t forward_parts() const override;
  void forward(const ImageForward<T>& call) const override;

  [[nodiscard]] const std::vector<std::int32_t>& tap_offsets() const { return tap_offsets_; }

 private:
  [[nodiscard]] std::size_t interleaved_input_size() const;
  [[nodiscard]] std::size_t interleaved_outputs_size() const;

  Interleaving input_;
  std::vector<std::int32_t> tap_offsets_;  // in the interleaved input
};

}  // namespace lenetpp
