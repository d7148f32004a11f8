#pragma once

#include <lenetpp/activations.h>
#include <lenetpp/shape.h>

#include <vector>

namespace lenetpp {

/// Which filter sees which input plane.
enum class Connection {
  full,      ///< each filter sees every plane and sums: F outputs
  separate,  ///< each filter is applied to each plane by itself: P * F outputs, plane 0 under every filter first
  table,     ///< filter f sees the planes Conv2D::table[f] and sums: F outputs (LeNet-5's C3)
};

struct Conv2D {
  int filters = 1;
  Extent kernel_size{1, 1};
  Connection connection = Connection::full;
  std::vector<std::vector<int>> table{};  ///< only with Connection::table: ascending planes of each filter
  Extent strides{1, 1};
  Extent padding{0, 0};
  bool bias = true;
  Activation activation{};
  bool operator==(const Conv2D&) const = default;
};

}  // namespace lenetpp
