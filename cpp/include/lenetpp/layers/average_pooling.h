// The average of each window.
#pragma once

#include <lenetpp/shape.h>

namespace lenetpp {

/// Windows lie as those of MaxPool2D; one that is clipped at the border averages what it holds.
struct AvgPool2D {
  Extent size{2, 2};
  Extent strides{2, 2};
  bool operator==(const AvgPool2D&) const = default;
};

}  // namespace lenetpp
