#include "calls.h"

namespace {

using lenetpp::Extent;
using lenetpp::lanes;

/// Where things lie in one convolution with lanes over filters. Filters, widths and kernels have no common factor, so
/// that tails of tiles of places, rows, taps and vectors all meet.
struct Geometry {
  int planes, filters, height, width;  // height and width of the output
  Extent kernel, strides;
  int row_stride, plane_stride;

  explicit Geometry(int n)
      : planes(n % 23 == 0 ? 40 : 1 + n % 5),
        filters(lanes * (1 + n % 6)),
        height(1 + n % 3),
        width(1 + n * 5 % 29),
        kernel{1 + n / 3 % 4, 1 + n * 3 % 8},
        strides{1 + n % 3, n % 2 == 0 ? 1 : 1 + n / 2 % 3},
        row_stride((width - 1) * strides.width + kernel.width + n % 3),
        plane_stride(((height - 1) * strides.height + kernel.height) * row_stride) {}

  [[nodiscard]] std::size_t input_size() const { return static_cast<std::size_t>(planes * plane_stride); }
  [[nodiscard]] std::size_t output_size() const { return static_cast<std::size_t>(height * width * filters); }
  [[nodiscard]] std::size_t weights() const {
    return static_cast<std::size_t>(filters * planes * kernel.height * kernel.width);
  }
  [[nodiscard]] std::string text() const {
    return describe(filters, " filters ", kernel.height, "x", kernel.width, " on ", planes, " planes to ", height, "x",
                    width, ", stride ", strides.height, "x", strides.width);
  }
};

template <class T>
KernelCall<T> forward_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  std::vector<std::int32_t> plane_offsets, tap_offsets;
  for (int p = 0; p < g.planes; ++p) plane_offsets.push_back(p * g.plane_stride);
  for (int y = 0; y < g.kernel.height; ++y) {
    for (int x = 0; x < g.kernel.width; ++x) tap_offsets.push_back(y * g.row_stride + x);
  }
  KernelCall<T> call{describe("filter_lanes_forward, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(g.input_size(), numbers));
  const auto of_planes = memory.bare_constant("plane_offsets", plane_offsets);
  const auto of_taps = memory.bare_constant("tap_offsets", tap_offsets);
  const auto weights = memory.constant("weights", generator.numbers<T>(g.weights(), numbers));
  const auto bias = memory.constant("bias", generator.numbers<T>(static_cast<std::size_t>(g.filters), numbers));
  const auto output = memory.output<T>("output", g.output_size());
  call.run = [=, taps = static_cast<int>(tap_offsets.size())](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.filter_lanes_forward({.input = m[input],
                                  .plane_offsets = m[of_planes],
                                  .planes = g.planes,
                                  .tap_offsets = m[of_taps],
                                  .taps = taps,
                                  .row_step = std::ptrdiff_t{g.strides.height} * g.row_stride,
                                  .column_step = g.strides.width,
                                  .weights = m[weights],
                                  .bias = m[bias],
                                  .filters = g.filters,
                                  .height = g.height,
                                  .width = g.width,
                                  .output = m[output]});
  };
  return call;
}

template <class T>
KernelCall<T> weight_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  std::vector<std::int32_t> row_offsets;
  for (int p = 0; p < g.planes; ++p) {
    for (int y = 0; y < g.kernel.height; ++y) row_offsets.push_back(p * g.plane_stride + y * g.row_stride);
  }
  KernelCall<T> call{describe("filter_lanes_weight_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(g.input_size(), numbers));
  const auto of_rows = memory.bare_constant("row_offsets", row_offsets);
  const auto deltas = memory.constant("deltas", generator.numbers<T>(g.output_size(), numbers));
  const auto gradients = memory.output("gradients", generator.numbers<T>(g.weights(), numbers), Role::added);
  const auto bias_gradients =
      memory.output("bias_gradients", generator.numbers<T>(static_cast<std::size_t>(g.filters), numbers), Role::added);
  call.run = [=, rows = static_cast<int>(row_offsets.size())](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.filter_lanes_weight_gradient({.input = m[input],
                                          .row_offsets = m[of_rows],
                                          .rows = rows,
                                          .taps = g.kernel.width,
                                          .row_step = std::ptrdiff_t{g.strides.height} * g.row_stride,
                                          .column_step = g.strides.width,
                                          .deltas = m[deltas],
                                          .filters = g.filters,
                                          .height = g.height,
                                          .width = g.width,
                                          .gradients = m[gradients],
                                          .bias_gradients = n % 2 == 0 ? m[bias_gradients] : nullptr});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> filter_lanes_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 145; ++n) {
    calls.push_back(forward_call<T>(n, numbers));
    calls.push_back(weight_gradient_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> filter_lanes_calls(Numbers);
template std::vector<KernelCall<double>> filter_lanes_calls(Numbers);
