// Kernels of layers that multiply each plane by a number, add another one and activate: batch normalization and
// subsampling. What they read lies without gaps, [planes][height][width]; what is read of the layer behind has strides.
// Where planes are single values, the units of a vector, lanes are over the planes: their sums have one value a lane.
#pragma once

#include <lenetpp/activations.h>

#include <cstddef>

namespace lenetpp {

/// Images first..last-1 of a sum over `count` of them, which is made image by image in their order: what is summed so
/// far waits in scratch memory, and results are written with the last ones. Units are looked at then only.
struct SummedImages {
  int first, last, count;

  [[nodiscard]] constexpr bool are_the_last() const { return last == count; }
};

/// Mean and sum of the squared distances from it of each plane over some images: first of each image by itself, over
/// its values, number i in lane i % 16, and then over the lanes by the fixed tree. Then over the images in order: mean
/// = sum of their means / images, squares = (squares + their squares) + distance * area * distance, fused, where
/// distance = their mean - mean.
template <class T>
struct PlaneMoments {
  const T* input;  // [images][planes][area]
  std::ptrdiff_t image_stride;
  SummedImages images;
  int planes;
  std::ptrdiff_t area;
  T* means;      // [planes] written
  T* squares;    // [planes] written: sums of (x - mean) * (x - mean), fused
  T* of_images;  // [images][2][planes] scratch, where the area is more than 1
};

/// Planes of one image, and what becomes of them.
template <class T>
struct ScaledPlane {
  const T* input;  // [planes][height][width]
  int planes, height, width;
  const T* scale;  // [planes]
  const T* shift;  // [planes]
  Activation activation;
  std::ptrdiff_t plane_stride, row_stride;  // of the outputs, or of their gradients
};

/// output = activation(input * scale + shift), fused.
template <class T>
struct ScaledPlanes : ScaledPlane<T> {
  T* output;  // [planes][height][width] with strides; nothing between the rows is written
};

/// Of each plane over some images, with delta = gradient * activation'(output), flushed:
/// sums = sum of delta, products = sum of delta * (input - center), fused. The value in column x of a row is in lane
/// x % 16, row after row, image after image; then the lanes are added by the fixed tree.
template <class T>
struct ScaledGradientSums : ScaledPlane<T> {
  std::ptrdiff_t image_stride;  // of the input
  SummedImages images;
  const T* gradients;  // [images][planes][height][width] with strides
  std::ptrdiff_t gradient_image_stride;
  const T* center;  // [planes]
  T* sums;          // [planes] written
  T* products;      // [planes] written
  T* of_lanes;      // [planes][2][16] scratch, where planes are more than single values
};

/// input_gradient = delta * scale + offset + (input - center) * slope; the first two fused, then the third; or that is
/// added to it.
template <class T>
struct ScaledGradients : ScaledPlane<T> {
  const T* gradients;  // [planes][height][width] with strides
  const T* center;     // [planes], and likewise:
  const T* slope;
  const T* offset;
  T* input_gradient;  // [planes][height][width]
  bool adds;
};

}  // namespace lenetpp
