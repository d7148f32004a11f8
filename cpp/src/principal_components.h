// Directions along which numbers vary most.
#pragma once

#include <cstddef>
#include <vector>

namespace lenetpp {

struct PrincipalComponent {
  std::vector<double> direction;  // of length 1; its largest part is positive
  double variance = 0;            // along it, at least 0
};

/// Of a covariance matrix, row by row: the largest variance first, and of equal ones the first. By Jacobi's rotations,
/// so that they have the same bits everywhere.
std::vector<PrincipalComponent> principal_components(std::vector<double> covariance, std::size_t size);

}  // namespace lenetpp
