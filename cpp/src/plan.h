// The plan: what one loop over the layers says about shapes, memory layout and kernel arguments, before any image
// is seen. A network is a part that works on planes, image by image, and then a part of dense layers that works on
// whole batches; each layer becomes a stage. A convolution and the max-pooling behind it are one stage: the
// convolution's own outputs are never kept, and its backward pass visits only the winners. The activation is applied
// to the winners only, which is the same because activations never decrease.
#pragma once

#include <lenetpp/network.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernels/kernels.h"

namespace lenetpp {

/// Rows of planes begin at multiples of so many elements where vectors run over them.
inline constexpr int row_alignment = 8;

constexpr std::ptrdiff_t padded(std::ptrdiff_t n, std::ptrdiff_t multiple) {
  return (n + multiple - 1) / multiple * multiple;
}

/// How a stack of planes lies in memory: with the zero border that the next convolution wants around each plane.
struct PlaneStack {
  Shape shape;
  Extent padding{0, 0};
  std::ptrdiff_t row_stride = 0;
  std::ptrdiff_t plane_stride = 0;

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(shape.planes * plane_stride); }
  /// Where row 0, column 0 of `plane` lies, inside the border.
  [[nodiscard]] std::ptrdiff_t origin(int plane) const {
    return plane * plane_stride + padding.height * row_stride + padding.width;
  }
};

/// Outputs of a convolution that see the same input planes.
struct ConvolutionGroup {
  int first_output = 0;
  int filters = 0;
  int planes = 0;
  std::ptrdiff_t first_kernel = 0;          // of the weight array
  std::ptrdiff_t first_filter = 0;          // of the bias array
  std::vector<std::int32_t> plane_offsets;  // [planes] in what forward reads: the input, or its phases
  std::vector<std::int32_t> row_offsets;    // [planes * kernel rows * parts of a row] in the input
};

/// The backward pass of a convolution that sees all planes at once: in blocks, one a window (see WindowColumns).
struct WindowBlocks {
  WindowColumns of_input;      // the columns are those of the convolution's output
  WindowColumns of_filters;    // the columns are the filters: the order of the weights and their gradients
  std::ptrdiff_t block = 0;    // numbers of a window, or of a filter's weights
  std::size_t filters_at = 0;  // where this stage's filters lie among those of all stages
};

/// A convolution, with the pooling behind it if there is one (a window of 1 x 1 otherwise).
struct ConvolutionStage {
  std::size_t layer = 0;
  std::size_t weight = 0;           // index of the parameter array
  std::optional<std::size_t> bias;  // index of the parameter array
  Extent strides;
  PlaneStack input, output;
  std::vector<ConvolutionGroup> groups;
  bool separate = false;                                  // one group a plane, all with the same filters
  std::vector<std::int32_t> tap_offsets, weight_offsets;  // [taps], see ConvolutionForward
  std::ptrdiff_t kernel_stride = 0;
  // The convolution's outputs before pooling, in scratch memory, one group at a time.
  int height = 0, width = 0;
  std::ptrdiff_t row_stride = 0;  // also of the positions
  std::ptrdiff_t plane_stride = 0;
  int positions = 0;
  Extent pool_size{1, 1}, pool_strides{1, 1};
  Activation activation;
  // With a stride, forward reads phases: plane (row % stride, column % stride) of each input plane.
  std::ptrdiff_t phase_row_stride = 0;
  std::ptrdiff_t phase_plane_stride = 0;
  std::vector<std::int32_t> window_offsets;  // [positions] place of a position's window in what backward reads
  std::optional<WindowBlocks> windows;

  [[nodiscard]] bool has_strides() const { return strides.height > 1 || strides.width > 1; }
  [[nodiscard]] std::size_t phases_size() const;
};

/// A max-pooling that does not follow a convolution.
struct PoolingStage {
  std::size_t layer = 0;
  PlaneStack input, output;
  Extent size, strides;
};

struct DenseStage {
  std::size_t layer = 0;
  std::size_t weight = 0;
  std::optional<std::size_t> bias;
  int inputs = 0, inputs_padded = 0, units = 0;
  Activation activation;
};

/// Room for the visits of one plane of a stage's output.
inline std::ptrdiff_t visits_stride(const Shape& output) {
  return std::ptrdiff_t{output.height} * output.width + slack;
}

/// What one worker needs for one image at a time, in numbers.
struct WorkerScratch {
  std::size_t phases = 0;
  std::size_t convolution = 0;
  std::size_t visits = 0;              // visits_stride of all planes of a stage's output
  std::size_t planes = 0;              // of a stage's output
  std::size_t columns = 0;             // of WindowColumns of a stage's input
  std::vector<std::size_t> gradients;  // one a plane stage: the gradient of its input; 0 where it is never computed
};

/// What lies between two stages, for each image of a batch: values, and the winners that led to them.
struct Boundary {
  std::size_t stride = 0;   // values of one image, a multiple of 16
  std::size_t winners = 0;  // of one image; 0 where nothing was pooled
};

struct Plan {
  PlaneStack input;
  std::vector<std::variant<ConvolutionStage, PoolingStage>> plane_stages;
  std::vector<DenseStage> dense_stages;
  std::vector<Boundary> boundaries;  // [stages + 1]: the input, then every stage's output
  WorkerScratch scratch;
  std::size_t outputs = 0;
  std::size_t filter_blocks = 0;      // numbers of all stages' filters as blocks
  std::size_t plane_parameters = 0;   // the first so many numbers of the block belong to convolutions
  std::size_t first_convolution = 0;  // the plane stage where backward ends; no stage below has parameters
  Activation last_activation;

  [[nodiscard]] std::size_t stages() const { return plane_stages.size() + dense_stages.size(); }
  /// The layer that made what lies at `boundary` (> 0).
  [[nodiscard]] std::size_t layer_before(std::size_t boundary) const;
};

/// Throws std::invalid_argument that says so: positions in planes of `shape` are too many.
[[noreturn]] void refuse_planes(const Shape& shape);

/// Throws std::invalid_argument for a plane too large for exact positions (2^24).
Plan make_plan(const Architecture& architecture);

}  // namespace lenetpp
