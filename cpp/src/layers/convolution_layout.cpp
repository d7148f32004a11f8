// How the input, taps and windows of a convolution lie in memory, and which filters see which planes.
#include "layers/convolution_layout.h"

#include <algorithm>
#include <utility>

#include "layers/convolution.h"

namespace lenetpp {
namespace {

std::vector<int> planes_of_filter(const Conv2D& layer, int filter, int input_planes) {
  if (layer.connection == Connection::table) return layer.table[static_cast<std::size_t>(filter)];
  std::vector<int> planes(static_cast<std::size_t>(input_planes));
  for (int plane = 0; plane < input_planes; ++plane) planes[static_cast<std::size_t>(plane)] = plane;
  return planes;
}

/// Who sees what: (input planes, number of outputs) of each group, with the first kernel and filter that it uses.
struct Connections {
  std::vector<int> planes;
  int filters;
  std::ptrdiff_t first_kernel;
  std::ptrdiff_t first_filter;
};

std::vector<Connections> connections_of(const Conv2D& layer, int input_planes) {
  std::vector<Connections> groups;
  if (layer.connection == Connection::separate) {
    for (int plane = 0; plane < input_planes; ++plane) groups.push_back({{plane}, layer.filters, 0, 0});
    return groups;
  }
  std::ptrdiff_t kernels = 0;
  for (int filter = 0; filter < layer.filters; ++filter) {
    std::vector<int> planes = planes_of_filter(layer, filter, input_planes);
    const auto count = static_cast<std::ptrdiff_t>(planes.size());
    if (!groups.empty() && groups.back().planes == planes) {
      ++groups.back().filters;
    } else {
      groups.push_back({std::move(planes), 1, kernels, filter});
    }
    kernels += count;
  }
  return groups;
}

void lay_out_taps(ConvolutionLayout& layout, const Conv2D& layer) {
  const Extent stride = layout.strides;
  const std::ptrdiff_t input_rows = layout.input.plane_stride / layout.input.row_stride;
  if (layout.has_strides()) {
    layout.phase_row_stride = padded((layout.input.row_stride + stride.width - 1) / stride.width, row_alignment);
    layout.phase_plane_stride = (input_rows + stride.height - 1) / stride.height * layout.phase_row_stride;
  }
  layout.row_stride = layout.has_strides() ? layout.phase_row_stride : layout.input.row_stride;
  layout.positions = static_cast<int>((layout.height - 1) * layout.row_stride + layout.width);
  layout.plane_stride = padded(layout.positions, lanes) + slack;

  const bool is_full = LayerKind<Conv2D>::is_full(layer, layout.input.shape);
  const std::ptrdiff_t weight_row = is_full ? layer.kernel_size.width : padded(layer.kernel_size.width, row_lanes);
  layout.kernel_stride = layer.kernel_size.height * weight_row;
  const std::ptrdiff_t filter = layout.input.shape.planes * layout.kernel_stride;
  layout.filter_padding = is_full ? padded(filter, lanes) - filter : 0;
  for (int y = 0; y < layer.kernel_size.height; ++y) {
    for (int x = 0; x < layer.kernel_size.width; ++x) {
      const std::ptrdiff_t phase = y % stride.height * stride.width + x % stride.width;
      const std::ptrdiff_t tap =
          phase * layout.phase_plane_stride + y / stride.height * layout.row_stride + x / stride.width;
      layout.tap_offsets.push_back(static_cast<std::int32_t>(tap));
      layout.weight_offsets.push_back(static_cast<std::int32_t>(y * weight_row + x));
    }
  }
}

void add_groups(ConvolutionLayout& layout, const Conv2D& layer) {
  const std::ptrdiff_t phases = std::ptrdiff_t{layout.strides.height} * layout.strides.width;
  const std::ptrdiff_t read_plane_stride =
      layout.has_strides() ? phases * layout.phase_plane_stride : layout.input.plane_stride;
  int first_output = 0;
  for (const Connections& connections : connections_of(layer, layout.input.shape.planes)) {
    ConvolutionGroup group;
    group.first_output = first_output;
    group.filters = connections.filters;
    group.planes = static_cast<int>(connections.planes.size());
    group.first_kernel = connections.first_kernel;
    group.first_filter = connections.first_filter;
    for (const int plane : connections.planes) {
      group.plane_offsets.push_back(static_cast<std::int32_t>(plane * read_plane_stride));
      for (int y = 0; y < layer.kernel_size.height; ++y) {
        for (int x = 0; x < layer.kernel_size.width; x += row_lanes) {
          group.row_offsets.push_back(
              static_cast<std::int32_t>(plane * layout.input.plane_stride + y * layout.input.row_stride + x));
        }
      }
    }
    first_output += group.filters;
    layout.groups.push_back(std::move(group));
  }
}

/// window_offsets: for every position, `row_step` for each row of windows and `column_step` for each column.
void place_windows(ConvolutionLayout& layout, std::ptrdiff_t row_step, std::ptrdiff_t column_step) {
  for (int position = 0; position < layout.positions; ++position) {
    const std::ptrdiff_t row = position / layout.row_stride, column = position % layout.row_stride;
    layout.window_offsets.push_back(static_cast<std::int32_t>(row * row_step + column * column_step));
  }
}

}  // namespace

ConvolutionLayout convolution_layout(const Conv2D& layer, const PlaneStack& input, const Shape& convolved) {
  ConvolutionLayout layout;
  layout.separate = layer.connection == Connection::separate;
  layout.input = input;
  layout.height = convolved.height;
  layout.width = convolved.width;
  // A stride that is never taken is none; it may be far larger than the image.
  layout.strides = {layout.height > 1 ? layer.strides.height : 1, layout.width > 1 ? layer.strides.width : 1};
  lay_out_taps(layout, layer);
  add_groups(layout, layer);
  if (layout.has_strides()) place_windows(layout, layout.strides.height * input.row_stride, layout.strides.width);
  return layout;
}

std::size_t ConvolutionLayout::phases_size() const {
  return static_cast<std::size_t>(phase_plane_stride * input.shape.planes * strides.height * strides.width);
}

}  // namespace lenetpp
