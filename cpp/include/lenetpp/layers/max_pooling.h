#pragma once

#include <lenetpp/shape.h>

namespace lenetpp {

/// Windows may overlap; the last one is clipped at the border, so outputs = ceil((H - size) / stride) + 1. (Where the
/// stride is larger than the window, that last one may start beyond the border; it is then left out.)
/// The first maximum in row-major window order wins.
struct MaxPool2D {
  Extent size{2, 2};
  Extent strides{2, 2};
  bool operator==(const MaxPool2D&) const = default;
};

}  // namespace lenetpp
