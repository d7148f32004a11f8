#include <cmath>
#include <utility>

#include "execution/distortion.h"
#include "principal_components.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

/// Calls use(pointer) for each pixel of the first planes; those of an image's other planes lie an area apart.
template <class Pixel, class Use>
void for_each_pixel(const Pixel* pixels, const Images& images, const Use& use) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  const std::size_t area = images.shape().size() / planes;
  for (std::size_t image = 0; image < images.count(); ++image) {
    for (std::size_t i = 0; i < area; ++i) use(pixels + image * planes * area + i);
  }
}

/// [plane][plane]. Sums are exact for bytes; floats are summed about their mean, which has been found before.
template <class Pixel, class Sum>
std::vector<double> covariance(const Pixel* pixels, const Images& images) {
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
  std::vector<double> result(planes * planes);
  for (std::size_t p = 0; p < planes; ++p) {
    for (std::size_t q = 0; q <= p; ++q) {
      double product = static_cast<double>(products[p][q]);
      if constexpr (!std::is_floating_point_v<Sum>) {
        product -= static_cast<double>(sums[p]) * static_cast<double>(sums[q]) / count;
      }
      result[p * planes + q] = result[q * planes + p] = product / count;
    }
  }
  return result;
}

}  // namespace

std::vector<double> colour_components(const Images& images) {
  const auto planes = static_cast<std::size_t>(images.shape().planes);
  std::vector<double> covariances = images.bytes() ? covariance<std::uint8_t, std::int64_t>(images.bytes(), images)
                                                   : covariance<float, double>(images.floats(), images);
  std::vector<double> components;
  for (const PrincipalComponent& component : principal_components(std::move(covariances), planes)) {
    const double deviation = std::sqrt(component.variance);
    for (const double part : component.direction) components.push_back(deviation * part);
  }
  return components;
}

}  // namespace lenetpp
