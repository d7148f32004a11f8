#include "execution/image_source.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>

#include "batch_checks.h"
#include "floating_point_mode.h"

namespace lenetpp {

template <class T>
ImageSource<T>::ImageSource(const Images& images, const Normalization& normalization, std::vector<double> colours)
    : images_(images), colours_(std::move(colours)) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  for (std::size_t plane = 0; plane < planes; ++plane) {
    const double mean = normalization.mean.empty() ? 0.0 : static_cast<double>(normalization.mean[plane]);
    const double deviation =
        normalization.deviation.empty() ? 1.0 : static_cast<double>(normalization.deviation[plane]);
    scales_.push_back({static_cast<T>(1.0 / deviation), static_cast<T>(-mean / deviation)});
  }
}

template <class T>
void ImageSource<T>::normalize(const Kernels<T>& kernels, std::size_t pixel, std::size_t count, const Scale& scale,
                               T* out) const {
  if (images_.bytes()) {
    kernels.normalize_bytes(images_.bytes() + pixel, out, count, scale.scale, scale.shift);
  } else {
    kernels.normalize_floats(images_.floats() + pixel, out, count, scale.scale, scale.shift);
  }
}

template <class T>
double ImageSource<T>::mean_pixel(std::size_t index) const {
  const std::size_t size = images_.shape().size(), first = index * size;
  double sum = 0;
  for (std::size_t i = first; i < first + size; ++i) {
    sum += images_.bytes() ? static_cast<double>(images_.bytes()[i]) : static_cast<double>(images_.floats()[i]);
  }
  return sum / static_cast<double>(size);
}

/// Brightness, contrast about the mean pixel m, and a colour c: (b pixel - b m) k + b m + c, which is one line, too.
template <class T>
typename ImageSource<T>::Scale ImageSource<T>::scale_of(std::size_t plane, double mean_pixel,
                                                        const Distortion& distortion) const {
  const Scale& plain = scales_[plane];
  if (!distortion.recolours) return plain;
  double added = (1 - distortion.contrast) * distortion.brightness * mean_pixel;
  for (std::size_t i = 0; i < colours_.size() / scales_.size(); ++i) {
    added += distortion.colour[i] * colours_[i * scales_.size() + plane];
  }
  const auto scale = static_cast<double>(plain.scale), shift = static_cast<double>(plain.shift);
  return {static_cast<T>(scale * distortion.brightness * distortion.contrast), static_cast<T>(shift + scale * added)};
}

/// Mirrored and moved by whole pixels.
template <class T>
void ImageSource<T>::fetch_rows(const Kernels<T>& kernels, std::size_t pixels, const Scale& scale,
                                const Distortion& distortion, std::ptrdiff_t row_stride, T* rows) const {
  const int height = images_.shape().height, width = images_.shape().width;
  if (row_stride == width && !distortion.flip && distortion.down == 0 && distortion.right == 0) {
    normalize(kernels, pixels, static_cast<std::size_t>(height) * static_cast<std::size_t>(width), scale, rows);
    return;
  }
  // Rows and columns of the target that the moved image covers.
  const int top = std::clamp(distortion.down, 0, height), bottom = std::clamp(height + distortion.down, 0, height);
  const int left = std::clamp(distortion.right, 0, width), right = std::clamp(width + distortion.right, 0, width);
  for (int y = 0; y < height; ++y) {
    T* row = rows + y * row_stride;
    if (y < top || y >= bottom || left >= right) {
      std::fill_n(row, width, T(0));
      continue;
    }
    const int source_row = y - distortion.down, source_column = left - distortion.right;
    // A mirrored image is moved after it was mirrored.
    const int first = distortion.flip ? width - source_column - (right - left) : source_column;
    const auto pixel = pixels + static_cast<std::size_t>(source_row * width + first);
    std::fill(row, row + left, T(0));
    normalize(kernels, pixel, static_cast<std::size_t>(right - left), scale, row + left);
    if (distortion.flip) std::reverse(row + left, row + right);
    std::fill(row + right, row + width, T(0));
  }
}

/// Each value is mixed of the four pixels about its source: first in their rows, then the rows. Outside, the pixels of
/// the border go on: a frame of another colour would be something to learn.
template <class T>
void ImageSource<T>::warp_rows(std::size_t pixels, const Scale& scale, const Distortion& distortion,
                               std::ptrdiff_t row_stride, T* rows) const {
  const int height = images_.shape().height, width = images_.shape().width;
  const double middle_x = 0.5 * (width - 1), middle_y = 0.5 * (height - 1);
  const auto value = [&](int x, int y) {
    const int row = std::clamp(y, 0, height - 1), column = std::clamp(x, 0, width - 1);
    const auto place = pixels + static_cast<std::size_t>(row * width + (distortion.flip ? width - 1 - column : column));
    const T pixel = images_.bytes() ? static_cast<T>(images_.bytes()[place]) : static_cast<T>(images_.floats()[place]);
    return pixel * scale.scale + scale.shift;
  };
  const auto mix = [](T a, T b, T share) { return a + share * (b - a); };
  const auto& [xx, xy, yx, yy] = distortion.source;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x - distortion.right - middle_x, dy = y - distortion.down - middle_y;
      const double source_x = std::clamp(middle_x + xx * dx + xy * dy, 0.0, width - 1.0);
      const double source_y = std::clamp(middle_y + yx * dx + yy * dy, 0.0, height - 1.0);
      const double left = std::floor(source_x), top = std::floor(source_y);
      const int i = static_cast<int>(left), j = static_cast<int>(top);
      const T share_x = static_cast<T>(source_x - left), share_y = static_cast<T>(source_y - top);
      rows[y * row_stride + x] =
          mix(mix(value(i, j), value(i + 1, j), share_x), mix(value(i, j + 1), value(i + 1, j + 1), share_x), share_y);
    }
  }
}

template <class T>
void ImageSource<T>::fetch(const Kernels<T>& kernels, std::size_t index, const Distortion& distortion,
                           const PlaneStack& stack, T* values) const {
  const Shape& shape = images_.shape();
  const int top = std::clamp(distortion.cut_top, 0, shape.height),
            left = std::clamp(distortion.cut_left, 0, shape.width);
  const int bottom = std::clamp(distortion.cut_top + distortion.cut_side, 0, shape.height);
  const int right = std::clamp(distortion.cut_left + distortion.cut_side, 0, shape.width);
  const double mean = distortion.contrast == 1 ? 0.0 : mean_pixel(index);
  for (int plane = 0; plane < shape.planes; ++plane) {
    const auto number = static_cast<std::size_t>(plane), planes = static_cast<std::size_t>(shape.planes);
    T* rows = values + stack.origin(plane);
    const std::size_t pixels = (index * planes + number) * (shape.size() / planes);
    const Scale scale = scale_of(number, mean, distortion);
    if (distortion.warps) {
      warp_rows(pixels, scale, distortion, stack.row_stride, rows);
    } else {
      fetch_rows(kernels, pixels, scale, distortion, stack.row_stride, rows);
    }
    for (int y = top; y < bottom; ++y)
      std::fill(rows + y * stack.row_stride + left, rows + y * stack.row_stride + right, T(0));
  }
}

template class ImageSource<float>;
template class ImageSource<double>;

std::vector<float> augmented_image(const Network& network, const Images& images, const Augmentation& augmentation,
                                   std::uint64_t seed, std::uint32_t epoch, std::size_t index) {
  const DefaultFloatingPointMode mode;
  check_images(images, network.architecture());
  check(augmentation, images.shape());
  if (index >= images.count()) {
    throw std::out_of_range("index: expected below " + std::to_string(images.count()) + ", got " +
                            std::to_string(index));
  }
  const ImageSource<float> source(images, network.normalization(), colours_of(augmentation, images));
  const PlaneStack stack = gapless_stack(images.shape());
  std::vector<float> values(stack.size());
  source.fetch(kernels<float>(), index, random_distortion(seed, epoch, index, augmentation, images.shape()), stack,
               values.data());
  return values;
}

}  // namespace lenetpp
