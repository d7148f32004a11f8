#include "layers/full_convolution_layout.h"

#include <algorithm>

namespace lenetpp {
namespace {

std::size_t vectors_of(int numbers) { return round_up(static_cast<std::size_t>(numbers), lanes) / lanes; }

/// Whether lanes over filters need fewer multiply-adds of vectors than lanes over positions, which wait longer for each
/// other: about 95 and 75 of 100 are at work.
bool filter_lanes_cost_less(const ConvolutionLayout& layout, int filters) {
  const std::size_t by_filters = places_in(layout.height, layout.width) * vectors_of(filters);
  const std::size_t by_positions = static_cast<std::size_t>(filters) * vectors_of(layout.positions);
  return 75 * by_filters <= 95 * by_positions;
}

/// Without a pooling, gradients come back to most places. Then all places are visited, with lanes over the filters,
/// unless too many of those are empty.
bool visits_only_some(bool has_pooling, int filters) {
  return has_pooling || std::ptrdiff_t{4} * filters < 3 * padded(filters, lanes);
}

}  // namespace

FullConvolutionLayout::FullConvolutionLayout(const Conv2D& layer, const ConvolutionLayout& convolution,
                                             bool has_pooling)
    : planes(convolution.input.shape.planes),
      filters(layer.filters),
      filters_padded(static_cast<int>(padded(layer.filters, lanes))),
      taps(layer.kernel_size.height * layer.kernel_size.width),
      by_filters(filter_lanes_cost_less(convolution, layer.filters)),
      is_sparse(visits_only_some(has_pooling, layer.filters)) {
  const PlaneStack& stack = convolution.input;
  const Extent stride = convolution.strides, kernel = layer.kernel_size;
  // Borders and what lies behind a row are places too.
  input = {.planes = planes,
           .height = 1,
           .width = static_cast<int>(stack.plane_stride),
           .plane_stride = stack.plane_stride,
           .row_stride = stack.plane_stride,
           .place_stride = planes};
  windows = {.rows = kernel.height,
             .row_length = static_cast<int>(padded(std::ptrdiff_t{kernel.width} * planes, lanes)),
             .row_numbers = kernel.width * planes,
             .height = convolution.height,
             .width = convolution.width,
             .strides = stride,
             .place_stride = planes,
             .input_row_stride = stack.row_stride * planes};
  const auto add = [](std::vector<std::int32_t>& list, std::ptrdiff_t offset) {
    list.push_back(static_cast<std::int32_t>(offset));
  };
  for (int p = 0; p < planes; ++p) add(plane_offsets, p * stack.plane_stride);
  for (int y = 0; y < kernel.height; ++y) {
    for (int x = 0; x < kernel.width; ++x) add(tap_offsets, y * stack.row_stride + x);
  }
  position_row_stride = has_pooling && !by_filters ? convolution.row_stride : windows.width;
  for (std::ptrdiff_t i = 0; i < (windows.height - 1) * position_row_stride + windows.width; ++i) {
    const std::ptrdiff_t y = i / position_row_stride, x = i % position_row_stride;
    add(cells, x * windows.height + y);
    add(window_offsets, y * stride.height * windows.input_row_stride + x * stride.width * planes);
  }
}

Interleaving FullConvolutionLayout::filter_planes() const {
  const int width = is_gapless() ? taps : windows.row_numbers / planes;
  return {
      .planes = planes, .height = 1, .width = width, .plane_stride = taps, .row_stride = width, .place_stride = planes};
}

Interleaving FullConvolutionLayout::filters_from(int first) const {
  const int numbers = weights_of_filter();
  return {.planes = std::min(filters - first, lanes),
          .height = 1,
          .width = numbers,
          .plane_stride = padded(numbers, lanes),
          .row_stride = numbers,
          .place_stride = lanes};
}

Range FullConvolutionLayout::windows_that_see(const Range& rows) const {
  const int stride = windows.strides.height, above = std::max(rows.first - windows.rows + 1, 0);
  const int first = std::min((above + stride - 1) / stride, windows.height);
  return {first, std::clamp((rows.last + stride - 1) / stride, first, windows.height)};
}

std::size_t FullConvolutionLayout::interleaved_input_size() const {
  return static_cast<std::size_t>(input.width * input.place_stride) + slack;
}

}  // namespace lenetpp
