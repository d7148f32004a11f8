// One image on its way into the network: normalized, and in training distorted.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/network.h>

#include <vector>

#include "execution/distortion.h"
#include "execution/plane_stack.h"
#include "kernels/kernels.h"

namespace lenetpp {

template <class T>
class ImageSource {
 public:
  /// With the colours that distortions are made of, see colour_components(); none where no distortion has any.
  ImageSource(const Images& images, const Normalization& normalization, std::vector<double> colours = {});

  /// Writes image `index` into a stack, leaving the stack's border as it is.
  void fetch(const Kernels<T>& kernels, std::size_t index, const Distortion& distortion, const PlaneStack& stack,
             T* values) const;

 private:
  /// Of a plane: x = pixel * scale + shift.
  struct Scale {
    T scale, shift;
  };
  [[nodiscard]] Scale scale_of(std::size_t plane, double mean_pixel, const Distortion& distortion) const;
  [[nodiscard]] double mean_pixel(std::size_t index) const;
  void normalize(const Kernels<T>& kernels, std::size_t pixel, std::size_t count, const Scale& scale, T* out) const;
  void fetch_rows(const Kernels<T>& kernels, std::size_t pixels, const Scale& scale, const Distortion& distortion,
                  std::ptrdiff_t row_stride, T* rows) const;
  void warp_rows(std::size_t pixels, const Scale& scale, const Distortion& distortion, std::ptrdiff_t row_stride,
                 T* rows) const;

  Images images_;
  std::vector<Scale> scales_;    // one a plane
  std::vector<double> colours_;  // [component][plane]
};

extern template class ImageSource<float>;
extern template class ImageSource<double>;

}  // namespace lenetpp
