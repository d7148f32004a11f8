#include "principal_components.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

/// Makes `a` diagonal by rotations of two rows and columns at a time (Jacobi 1846); the columns of the result are its
/// eigenvectors. Convergence is quadratic: twelve rounds are more than the matrices here ever need.
std::vector<double> eigenvectors(std::vector<double>& a, std::size_t size) {
  std::vector<double> vectors(size * size);
  for (std::size_t i = 0; i < size; ++i) vectors[i * size + i] = 1;
  for (int round = 0; round < 12; ++round) {
    for (std::size_t p = 0; p < size; ++p) {
      for (std::size_t q = p + 1; q < size; ++q) {
        const double beside = a[p * size + q];
        if (beside == 0) continue;
        const double slope = (a[q * size + q] - a[p * size + p]) / (2 * beside);
        const double tangent = (slope < 0 ? -1 : 1) / (std::abs(slope) + std::sqrt(slope * slope + 1));
        const double cosine = 1 / std::sqrt(tangent * tangent + 1), sine = tangent * cosine;
        const auto rotate = [&](double& x, double& y) {
          const double before = x;
          x = cosine * before - sine * y;
          y = sine * before + cosine * y;
        };
        for (std::size_t k = 0; k < size; ++k) rotate(a[k * size + p], a[k * size + q]);
        for (std::size_t k = 0; k < size; ++k) rotate(a[p * size + k], a[q * size + k]);
        for (std::size_t k = 0; k < size; ++k) rotate(vectors[k * size + p], vectors[k * size + q]);
      }
    }
  }
  return vectors;
}

}  // namespace

std::vector<PrincipalComponent> principal_components(std::vector<double> covariance, std::size_t size) {
  const std::vector<double> vectors = eigenvectors(covariance, size);
  const auto variance_of = [&](std::size_t i) { return covariance[i * size + i]; };
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto has_larger_variance = [&](std::size_t i, std::size_t j) { return variance_of(i) > variance_of(j); };
  std::stable_sort(order.begin(), order.end(), has_larger_variance);
  std::vector<PrincipalComponent> components(size);
  for (std::size_t i = 0; i < size; ++i) {
    auto& [direction, variance] = components[i];
    variance = variance_of(order[i]) > 0 ? variance_of(order[i]) : 0;
    double largest = 0;
    for (std::size_t k = 0; k < size; ++k) {
      direction.push_back(vectors[k * size + order[i]]);
      if (std::abs(direction[k]) > std::abs(largest)) largest = direction[k];
    }
    if (largest < 0) {
      for (double& part : direction) part = -part;
    }
  }
  return components;
}

}  // namespace lenetpp
