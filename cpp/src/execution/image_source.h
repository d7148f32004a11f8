// One image on its way into the network: normalized, and in training mirrored and shifted.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/network.h>

#include <cstdint>
#include <vector>

#include "execution/plane_stack.h"
#include "kernels/kernels.h"

namespace lenetpp {

/// What happens to one training image. The default is: nothing.
struct Distortion {
  bool flip = false;  // left and right
  int down = 0;       // pixels; what enters is 0, the mean
  int right = 0;
};

/// The distortion of image `index` in an epoch, from random_words(seed, augmentation, epoch, index): flipped when the
/// top bit of word 0 is set; down and right = word * (2 shift + 1) >> 32, minus shift, of words 1 and 2.
Distortion random_distortion(std::uint64_t seed, std::uint32_t epoch, std::uint64_t index, bool flip, int shift);

template <class T>
class ImageSource {
 public:
  ImageSource(const Images& images, const Normalization& normalization);

  /// Writes image `index` into a stack, leaving the stack's border as it is.
  void fetch(const Kernels<T>& kernels, std::size_t index, const Distortion& distortion, const PlaneStack& stack,
             T* values) const;

 private:
  void normalize(const Kernels<T>& kernels, std::size_t pixel, std::size_t count, std::size_t plane, T* out) const;

  Images images_;
  std::vector<T> scales_, shifts_;  // one a plane: x = pixel * scale + shift
};

extern template class ImageSource<float>;
extern template class ImageSource<double>;

}  // namespace lenetpp
