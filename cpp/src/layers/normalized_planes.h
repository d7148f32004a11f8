// What the two stages of batch normalization have in common: which arrays are theirs, and how scale and shift of each
// plane follow of them.
#pragma once

#include <lenetpp/layers.h>

#include <cmath>
#include <cstddef>

#include "execution/stage.h"
#include "strict_arithmetic.h"

namespace lenetpp {

struct NormalizedPlanes {
  NormalizedPlanes(const BatchNormalization& normalization, const StagePlace& where, std::size_t parameter,
                   std::size_t state)
      : layer(normalization),
        shape(where.input_stack.shape),
        output(where.output_stack),
        activation_of_outputs(where.is_last ? Activation{} : normalization.activation),
        planes(static_cast<std::size_t>(shape.planes)),
        room(round_up(planes, lanes)),
        weight(parameter),
        bias(parameter + 1),
        mean(state),
        variance(state + 1) {}

  [[nodiscard]] std::size_t area() const { return shape.size() / planes; }
  [[nodiscard]] double inverse_deviation(double variance_of_plane) const {
    return 1.0 / std::sqrt(variance_of_plane + layer.epsilon);
  }

  /// (x - mean) / sqrt(variance + epsilon) * weight + bias as x * scale + shift: in float64, each rounded once.
  template <class T>
  void scale_and_shift(const ParameterBlock<T>& parameters, const T* means, const T* variances, T* scale,
                       T* shift) const {
    const T *weights = parameters.array(weight), *biases = parameters.array(bias);
    for (std::size_t plane = 0; plane < planes; ++plane) {
      scale[plane] = static_cast<T>(static_cast<double>(weights[plane]) *
                                    inverse_deviation(static_cast<double>(variances[plane])));
      shift[plane] = static_cast<T>(static_cast<double>(biases[plane]) -
                                    static_cast<double>(means[plane]) * static_cast<double>(scale[plane]));
    }
  }
  /// By the running ones.
  template <class T>
  void prepare(const StageCall<T>& call, T* prepared) const {
    scale_and_shift(call.parameters, call.state.array(mean), call.state.array(variance), prepared, prepared + room);
  }

  /// Some of the planes of an image.
  template <class T>
  ScaledPlane<T> planes_of(const T* image, const Range& some, const T* scale, const T* shift,
                           const Activation& activation) const {
    return {.input = image + static_cast<std::size_t>(some.first) * area(),
            .planes = some.size(),
            .height = shape.height,
            .width = shape.width,
            .scale = scale + some.first,
            .shift = shift + some.first,
            .activation = activation,
            .plane_stride = output.plane_stride,
            .row_stride = output.row_stride};
  }
  template <class T>
  void forward(const Kernels<T>& kernels, const T* input, const T* scale, const T* shift, T* to) const {
    const Range all{0, shape.planes};
    kernels.scaled_planes({planes_of(input, all, scale, shift, activation_of_outputs), to + output.origin(0)});
  }

  BatchNormalization layer;
  Shape shape;
  PlaneStack output;
  Activation activation_of_outputs;
  std::size_t planes, room;                  // room: up to whole vectors
  std::size_t weight, bias, mean, variance;  // indices of the arrays of parameters and of state
};

}  // namespace lenetpp
