#include "execution/image_source.h"

#include <lenetpp/random.h>

#include <algorithm>
#include <cstdlib>

namespace lenetpp {
namespace {

int random_shift(std::uint32_t word, int shift) {
  const auto range = static_cast<std::uint64_t>(2 * static_cast<std::int64_t>(shift) + 1);
  return static_cast<int>((word * range) >> 32) - shift;
}

}  // namespace

Distortion random_distortion(std::uint64_t seed, std::uint32_t epoch, std::uint64_t index, bool flip, int shift) {
  if (!flip && shift == 0) return {};
  const auto words = random_words(seed, Purpose::augmentation, epoch, index);
  return {flip && words[0] >> 31 != 0, random_shift(words[1], shift), random_shift(words[2], shift)};
}

template <class T>
ImageSource<T>::ImageSource(const Images& images, const Normalization& normalization) : images_(images) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  for (std::size_t plane = 0; plane < planes; ++plane) {
    const double mean = normalization.mean.empty() ? 0.0 : static_cast<double>(normalization.mean[plane]);
    const double deviation =
        normalization.deviation.empty() ? 1.0 : static_cast<double>(normalization.deviation[plane]);
    scales_.push_back(static_cast<T>(1.0 / deviation));
    shifts_.push_back(static_cast<T>(-mean / deviation));
  }
}

template <class T>
void ImageSource<T>::normalize(const Kernels<T>& kernels, std::size_t pixel, std::size_t count, std::size_t plane,
                               T* out) const {
  if (images_.bytes()) {
    kernels.normalize_bytes(images_.bytes() + pixel, out, count, scales_[plane], shifts_[plane]);
  } else {
    kernels.normalize_floats(images_.floats() + pixel, out, count, scales_[plane], shifts_[plane]);
  }
}

template <class T>
void ImageSource<T>::fetch(const Kernels<T>& kernels, std::size_t index, const Distortion& distortion,
                           const PlaneStack& stack, T* values) const {
  const Shape& shape = images_.shape();
  const int height = shape.height, width = shape.width;
  const auto area = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
  // Rows and columns of the target that the shifted image covers.
  const int top = std::clamp(distortion.down, 0, height), bottom = std::clamp(height + distortion.down, 0, height);
  const int left = std::clamp(distortion.right, 0, width), right = std::clamp(width + distortion.right, 0, width);
  for (int plane = 0; plane < shape.planes; ++plane) {
    const auto number = static_cast<std::size_t>(plane);
    T* rows = values + stack.origin(plane);
    const std::size_t pixels = (index * static_cast<std::size_t>(shape.planes) + number) * area;
    const bool gapless = stack.row_stride == width;
    if (gapless && !distortion.flip && distortion.down == 0 && distortion.right == 0) {
      normalize(kernels, pixels, area, number, rows);
      continue;
    }
    for (int y = 0; y < height; ++y) {
      T* row = rows + y * stack.row_stride;
      if (y < top || y >= bottom || left >= right) {
        std::fill_n(row, width, T(0));
        continue;
      }
      const int source_row = y - distortion.down, source_column = left - distortion.right;
      // A mirrored image is shifted after it was mirrored.
      const int first = distortion.flip ? width - source_column - (right - left) : source_column;
      const auto pixel = pixels + static_cast<std::size_t>(source_row * width + first);
      std::fill(row, row + left, T(0));
      normalize(kernels, pixel, static_cast<std::size_t>(right - left), number, row + left);
      if (distortion.flip) std::reverse(row + left, row + right);
      std::fill(row + right, row + width, T(0));
    }
  }
}

template class ImageSource<float>;
template class ImageSource<double>;

}  // namespace lenetpp
