#include "network/parameter_block.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <string>

#include "kernels/kernels.h"

namespace lenetpp {

namespace {

template <class ShapeOfArray>
const ShapeOfArray& checked(const std::vector<ShapeOfArray>& shapes, std::size_t index, const char* what) {
  if (index >= shapes.size()) {
    throw std::out_of_range("index: expected one below " + std::to_string(shapes.size()) +
                            ", the network's number of " + what + " arrays, got " + std::to_string(index));
  }
  return shapes[index];
}

template <class ShapeOfArray>
BlockLayout block_layout(const std::vector<ShapeOfArray>& shapes) {
  BlockLayout layout;
  for (const ArrayShape& shape : shapes) {
    ParameterRows rows;
    rows.offset = layout.size;
    rows.columns = 1;
    for (std::size_t i = 1; i <= shape.dimensions_of_row; ++i) {
      rows.columns *= shape.dimensions[shape.dimensions.size() - i];
    }
    rows.rows = shape.size() / rows.columns;
    const bool is_row_of_kernel = shape.dimensions.size() > 2 && shape.dimensions_of_row == 1;
    rows.row_stride = round_up(rows.columns, is_row_of_kernel ? row_lanes : lanes);
    if (shape.dimensions_of_row > 1) rows.kernel_columns = shape.dimensions.back();
    layout.size += round_up(rows.rows * rows.row_stride, lanes);
    layout.arrays.push_back(rows);
  }
  return layout;
}

}  // namespace

const ParameterShape& checked_shape(const std::vector<ParameterShape>& shapes, std::size_t index) {
  return checked(shapes, index, "parameter");
}
const StateShape& checked_shape(const std::vector<StateShape>& shapes, std::size_t index) {
  return checked(shapes, index, "state");
}

std::uint64_t new_version() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

template <class T>
ParameterBlock<T>::ParameterBlock(const std::vector<ParameterShape>& shapes)
    : layout_(block_layout(shapes)), values_(layout_.size + slack) {}
template <class T>
ParameterBlock<T>::ParameterBlock(const std::vector<StateShape>& shapes)
    : layout_(block_layout(shapes)), values_(layout_.size + slack) {}

template <class T>
std::vector<T> ParameterBlock<T>::unpadded(std::size_t index) const {
  const ParameterRows& rows = layout_.arrays[index];
  std::vector<T> values(rows.rows * rows.columns);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::copy_n(array(index) + row * rows.row_stride, rows.columns, values.data() + row * rows.columns);
  }
  return values;
}

template <class T>
void ParameterBlock<T>::set_unpadded(std::size_t index, std::span<const T> values) {
  const ParameterRows& rows = layout_.arrays[index];
  T* to = array(index);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    std::copy_n(values.data() + row * rows.columns, rows.columns, to + row * rows.row_stride);
  }
}

template class ParameterBlock<float>;
template class ParameterBlock<double>;

}  // namespace lenetpp
