#include "calls.h"
#include "visit_lists.h"

namespace {

using lenetpp::Extent;
using lenetpp::lanes;
using lenetpp::round_up;
using lenetpp::row_lanes;

/// Where things lie in one convolution of stacked planes, as the plan lays them out.
struct Geometry {
  int planes, filters, height, width;  // height and width of the output
  Extent kernel;
  Extent strides;
  int row_stride = 0, plane_stride = 0;              // of the input
  int phase_row_stride = 0, phase_plane_stride = 0;  // of its phases, which are the input without strides
  int positions = 0;                                 // of the output, rows at phase_row_stride
  int weight_row = 0;                                // columns of a kernel's row, a multiple of 8

  explicit Geometry(int n)
      : planes(1 + n % 7),
        filters(1 + n % 13),
        height(1 + n % 3),
        width(1 + n * 7 % 41),
        kernel{1 + n % 4, 1 + n % 11},
        strides{n % 5 == 0 ? 2 : 1, n % 10 == 0 ? 3 : 1} {
    row_stride = (width - 1) * strides.width + kernel.width + n % 3;
    const int rows = (height - 1) * strides.height + kernel.height;
    plane_stride = rows * row_stride;
    phase_row_stride = (row_stride + strides.width - 1) / strides.width;
    phase_plane_stride = (rows + strides.height - 1) / strides.height * phase_row_stride;
    positions = (height - 1) * phase_row_stride + width;
    weight_row = static_cast<int>(round_up(static_cast<std::size_t>(kernel.width), row_lanes));
  }

  [[nodiscard]] std::size_t kernel_stride() const { return static_cast<std::size_t>(kernel.height * weight_row); }
  [[nodiscard]] std::size_t plane_size() const { return static_cast<std::size_t>(plane_stride); }
  [[nodiscard]] std::string text() const {
    return describe(filters, " filters ", kernel.height, "x", kernel.width, " on ", planes, " planes to ", height, "x",
                    width, ", stride ", strides.height, "x", strides.width);
  }

  /// Where the windows lie in a plane, in row-major order.
  [[nodiscard]] std::vector<std::int32_t> windows() const {
    std::vector<std::int32_t> places;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) places.push_back(y * strides.height * row_stride + x * strides.width);
    }
    return places;
  }

  /// Of each plane of one row of kernels, each row and each part of 8 columns of it.
  [[nodiscard]] std::vector<std::int32_t> row_offsets() const {
    std::vector<std::int32_t> offsets;
    for (int p = 0; p < planes; ++p) {
      for (int y = 0; y < kernel.height; ++y) {
        for (int x = 0; x < kernel.width; x += row_lanes) offsets.push_back(p * plane_stride + y * row_stride + x);
      }
    }
    return offsets;
  }

  /// Lanes of a row of a kernel's gradient that belong to a weight.
  [[nodiscard]] bool is_weight(std::size_t lane) const {
    return static_cast<int>(lane % static_cast<std::size_t>(weight_row)) < kernel.width;
  }
};

template <class T>
KernelCall<T> forward_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  const int phases = g.strides.height * g.strides.width;
  const int plane_stride = phases * g.phase_plane_stride;
  std::vector<std::int32_t> plane_offsets, tap_offsets, weight_offsets;
  for (int p = 0; p < g.planes; ++p) plane_offsets.push_back(p * plane_stride);
  for (int y = 0; y < g.kernel.height; ++y) {
    for (int x = 0; x < g.kernel.width; ++x) {
      const int phase = y % g.strides.height * g.strides.width + x % g.strides.width;
      tap_offsets.push_back(phase * g.phase_plane_stride + y / g.strides.height * g.phase_row_stride +
                            x / g.strides.width);
      weight_offsets.push_back(y * g.weight_row + x);
    }
  }
  const auto planes = static_cast<std::size_t>(g.planes), filters = static_cast<std::size_t>(g.filters);
  const auto positions = static_cast<std::size_t>(g.positions);
  const std::size_t written = round_up(positions, lanes),
                    output_plane_stride = written + static_cast<std::size_t>(n % 4);

  KernelCall<T> call{describe("convolution_forward, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto input =
      memory.constant("input", generator.numbers<T>(planes * static_cast<std::size_t>(plane_stride), numbers));
  const std::size_t filter_stride = planes * g.kernel_stride() + static_cast<std::size_t>(n % 3 * 5);
  const auto weights = memory.constant("weights", generator.numbers<T>(filters * filter_stride, numbers));
  const auto bias = memory.constant("bias", generator.numbers<T>(filters, numbers));
  const auto of_planes = memory.bare_constant("plane_offsets", plane_offsets);
  const auto of_taps = memory.bare_constant("tap_offsets", tap_offsets);
  const auto of_weights = memory.bare_constant("weight_offsets", weight_offsets);
  const auto output = memory.output<T>("output", filters * output_plane_stride);
  for (std::size_t f = 0; f < filters; ++f) {
    memory.set_role(output, f * output_plane_stride + positions, written - positions, Role::scratch);
    memory.set_role(output, f * output_plane_stride + written, output_plane_stride - written, Role::guard);
  }
  call.run = [=, taps = static_cast<int>(tap_offsets.size())](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.convolution_forward({.input = m[input],
                                 .plane_offsets = m[of_planes],
                                 .planes = g.planes,
                                 .tap_offsets = m[of_taps],
                                 .weight_offsets = m[of_weights],
                                 .taps = taps,
                                 .weights = m[weights],
                                 .filter_stride = static_cast<std::ptrdiff_t>(filter_stride),
                                 .kernel_stride = static_cast<std::ptrdiff_t>(g.kernel_stride()),
                                 .bias = n % 2 == 0 ? m[bias] : nullptr,
                                 .output = m[output],
                                 .output_plane_stride = static_cast<std::ptrdiff_t>(output_plane_stride),
                                 .filters = g.filters,
                                 .positions = g.positions});
  };
  return call;
}

template <class T>
KernelCall<T> weight_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  const std::vector<std::int32_t> row_offsets = g.row_offsets();
  const auto planes = static_cast<std::size_t>(g.planes), filters = static_cast<std::size_t>(g.filters);

  KernelCall<T> call{describe("convolution_weight_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(planes * g.plane_size(), numbers));
  const auto rows = memory.bare_constant("row_offsets", row_offsets);
  const VisitLists<T> lists(memory, visits_of_walks(g.windows(), g.filters, n % 41, generator), generator, numbers);
  const std::size_t size = filters * row_offsets.size() * row_lanes;
  const auto gradients = memory.output("gradients", generator.numbers<T>(size, numbers), Role::added);
  for (std::size_t i = 0; i < size; ++i) {
    if (!g.is_weight(i)) memory.set_role(gradients, i, 1, Role::scratch);
  }
  const auto bias_gradients = memory.output("bias_gradients", generator.numbers<T>(filters, numbers), Role::added);
  call.run = [=, row_count = static_cast<int>(row_offsets.size())](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.convolution_weight_gradient({.input = m[input],
                                         .row_offsets = m[rows],
                                         .rows = row_count,
                                         .visits = visits.data(),
                                         .filters = g.filters,
                                         .gradients = m[gradients],
                                         .bias_gradients = n % 2 == 0 ? m[bias_gradients] : nullptr});
  };
  return call;
}

/// Full connections have one target, separate ones a target a plane.
template <class T>
KernelCall<T> input_gradient_call(int n, Numbers numbers) {
  Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  const int targets = n % 2 == 0 ? 1 : g.planes;
  const int planes = g.planes;
  if (targets > 1) g.planes = 1;
  const std::vector<std::int32_t> row_offsets = g.row_offsets();
  const auto filters = static_cast<std::size_t>(g.filters);
  std::vector<T> row_weights = generator.numbers<T>(filters * row_offsets.size() * row_lanes, numbers);
  for (std::size_t i = 0; i < row_weights.size(); ++i) {
    if (!g.is_weight(i)) row_weights[i] = 0;
  }

  KernelCall<T> call{describe("convolution_input_gradient, ", targets, " targets, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const std::size_t size = static_cast<std::size_t>(planes) * g.plane_size() + row_lanes - 1;
  const auto input_gradient = memory.output("input_gradient", generator.numbers<T>(size, numbers), Role::added);
  const auto rows = memory.bare_constant("row_offsets", row_offsets);
  const auto weights = memory.constant("weights", row_weights);
  const VisitLists<T> lists(memory, visits_of_walks(g.windows(), targets * g.filters, n % 41, generator), generator,
                            numbers);
  call.run = [=, row_count = static_cast<int>(row_offsets.size())](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.convolution_input_gradient({.input_gradient = m[input_gradient],
                                        .row_offsets = m[rows],
                                        .rows = row_count,
                                        .weights = m[weights],
                                        .filters = g.filters,
                                        .targets = targets,
                                        .target_stride = g.plane_stride,
                                        .visits = visits.data(),
                                        .visits_stride = static_cast<std::ptrdiff_t>(lists.stride)});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> convolution_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  // 7 planes and 13 filters and 11 kernel widths have no common factor: pairs of them all meet.
  for (int n = 0; n < 143; ++n) {
    calls.push_back(forward_call<T>(n, numbers));
    calls.push_back(weight_gradient_call<T>(n, numbers));
    calls.push_back(input_gradient_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> convolution_calls(Numbers);
template std::vector<KernelCall<double>> convolution_calls(Numbers);
