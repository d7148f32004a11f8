#include <algorithm>
#include <cmath>
#include <numeric>

#include "execution/distortion.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

/// A symmetric matrix of the planes, or the columns of a rotation.
using Matrix = std::array<std::array<double, most_colour_components>, most_colour_components>;

/// Calls use(pointer) for each pixel of the first planes; those of an image's other planes lie an area apart.
template <class Pixel, class Use>
void for_each_pixel(const Pixel* pixels, const Images& images, const Use& use) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  const std::size_t area = images.shape().size() / planes;
  for (std::size_t image = 0; image < images.count(); ++image) {
    for (std::size_t i = 0; i < area; ++i) use(pixels + image * planes * area + i);
  }
}

/// Sums are exact for bytes; floats are summed about their mean, which has been found before.
template <class Pixel, class Sum>
Matrix covariance(const Pixel* pixels, const Images& images) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  const std::size_t area = images.shape().size() / planes;
  const auto count = static_cast<double>(images.count() * area);
  std::array<Sum, most_colour_components> sums{};
  for_each_pixel(pixels, images, [&](const Pixel* first) {
    for (std::size_t p = 0; p < planes; ++p) sums[p] += static_cast<Sum>(first[p * area]);
  });
  std::array<Sum, most_colour_components> centre{};
  if constexpr (std::is_floating_point_v<Sum>) {
    for (std::size_t p = 0; p < planes; ++p) centre[p] = sums[p] / count;
  }
  std::array<std::array<Sum, most_colour_components>, most_colour_components> products{};
  for_each_pixel(pixels, images, [&](const Pixel* first) {
    for (std::size_t p = 0; p < planes; ++p) {
      for (std::size_t q = 0; q <= p; ++q) {
        products[p][q] +=
            (static_cast<Sum>(first[p * area]) - centre[p]) * (static_cast<Sum>(first[q * area]) - centre[q]);
      }
    }
  });
  Matrix result{};
  for (std::size_t p = 0; p < planes; ++p) {
    for (std::size_t q = 0; q <= p; ++q) {
      double product = static_cast<double>(products[p][q]);
      if constexpr (!std::is_floating_point_v<Sum>) {
        product -= static_cast<double>(sums[p]) * static_cast<double>(sums[q]) / count;
      }
      result[p][q] = result[q][p] = product / count;
    }
  }
  return result;
}

/// Makes `a` diagonal by rotations of two rows and columns at a time (Jacobi 1846); the columns of the result are its
/// eigenvectors. Twelve rounds are more than matrices of this size ever need.
Matrix eigenvectors(Matrix& a, std::size_t size) {
  Matrix vectors{};
  for (std::size_t i = 0; i < size; ++i) vectors[i][i] = 1;
  for (int round = 0; round < 12; ++round) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        if (a[p][q] == 0) continue;
        const double slope = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const double tangent = (slope < 0 ? -1 : 1) / (std::abs(slope) + std::sqrt(slope * slope + 1));
        const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
        const auto rotate = [&](double& x, double& y) {
          const double before = x;
          x = cosine * before - sine * y;
          y = sine * before + cosine * y;
        };
        for (std::size_t k = 0; k < size; ++k) rotate(a[k][p], a[k][q]);
        for (std::size_t k = 0; k < size; ++k) rotate(a[p][k], a[q][k]);
        for (std::size_t k = 0; k < size; ++k) rotate(vectors[k][p], vectors[k][q]);
      }
    }
  }
  return vectors;
}

}  // namespace

std::vector<double> colour_components(const Images& images) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  Matrix variances = images.bytes() ? covariance<std::uint8_t, std::int64_t>(images.bytes(), images)
                                    : covariance<float, double>(images.floats(), images);
  const Matrix vectors = eigenvectors(variances, planes);
  std::array<std::size_t, most_colour_components> order{};
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(planes),
                   [&](std::size_t i, std::size_t j) { return variances[i][i] > variances[j][j]; });
  std::vector<double> components;
  for (std::size_t i = 0; i < planes; ++i) {
    const double variance = variances[order[i]][order[i]];
    double largest = 0;
    for (std::size_t p = 0; p < planes; ++p) {
      if (std::abs(vectors[p][order[i]]) > std::abs(largest)) largest = vectors[p][order[i]];
    }
    const double deviation = variance > 0 ? std::sqrt(variance) : 0;
    for (std::size_t p = 0; p < planes; ++p) {
      components.push_back((largest < 0 ? -deviation : deviation) * vectors[p][order[i]]);
    }
  }
  return components;
}

}  // namespace lenetpp
