// All parameters of a network in one aligned block, laid out for the kernels. Gradients and momentum have the same
// layout, so that one step of SGD is one loop over the block. State, which makes no steps, is a block of its own.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "aligned_array.h"

namespace lenetpp {

/// One array as rows of `columns` numbers, each row padded with zeros to `row_stride`. A row is a kernel's row (padded
/// to a multiple of 8), a unit's or a filter's weights or all biases of a layer (to a multiple of 16).
struct ParameterRows {
  std::size_t offset = 0;  // from the start of the block, a multiple of 16
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t row_stride = 0;
  std::size_t kernel_columns = 0;  // of a filter that is one row: the length of the rows of its kernels; else 0
};

struct BlockLayout {
  std::vector<ParameterRows> arrays;  // in the order of their shapes
  std::size_t size = 0;               // a multiple of 16
};

/// The shape of array `index` of a network's parameters or state. Throws std::out_of_range.
const ParameterShape& checked_shape(const std::vector<ParameterShape>& shapes, std::size_t index);
const StateShape& checked_shape(const std::vector<StateShape>& shapes, std::size_t index);

/// A number that no call before gave.
std::uint64_t new_version();

template <class T>
class ParameterBlock {
 public:
  explicit ParameterBlock(const std::vector<ParameterShape>& shapes);
  explicit ParameterBlock(const std::vector<StateShape>& shapes);

  [[nodiscard]] const BlockLayout& layout() const { return layout_; }
  /// To write through: makes a new version. Whoever goes on writing after the block was read asks again.
  [[nodiscard]] T* data() {
    version_ = new_version();
    return values_.data();
  }
  [[nodiscard]] const T* data() const { return values_.data(); }
  /// Blocks of the same version, of whatever network, hold the same numbers: what was made of them still stands.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// The first row of array `index`.
  [[nodiscard]] T* array(std::size_t index) { return data() + layout_.arrays[index].offset; }
  [[nodiscard]] const T* array(std::size_t index) const { return data() + layout_.arrays[index].offset; }

  /// A copy without padding, and its inverse.
  [[nodiscard]] std::vector<T> unpadded(std::size_t index) const;
  void set_unpadded(std::size_t index, std::span<const T> values);

 private:
  BlockLayout layout_;
  AlignedArray<T> values_;
  std::uint64_t version_ = new_version();  // copied with the numbers
};

}  // namespace lenetpp
