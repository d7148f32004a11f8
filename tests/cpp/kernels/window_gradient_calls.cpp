#include "calls.h"
#include "visit_lists.h"

namespace {

using lenetpp::InterleavedWindows;
using lenetpp::lanes;
using lenetpp::round_up;

/// Windows over interleaved planes, and positions that count their places: in rows longer than there are windows, at
/// times. 41 numbers of planes and 8 kernel widths have no common factor. Many inputs do not fit the first cache.
struct Geometry {
  int planes, filters, kernel_width;
  InterleavedWindows windows{};
  int input_rows, position_stride;

  explicit Geometry(int n) : planes(1 + n % 41), filters(1 + n % 5), kernel_width(1 + n % 8) {
    windows.rows = 1 + n / 2 % 6;
    windows.height = n % 5 < 2 ? 5 + n % 9 : 1 + n / 3 % 4;
    windows.width = 1 + n % 15;
    windows.strides = {1 + n % 3, 1 + n / 4 % 3};
    windows.place_stride = planes + (n % 7 == 0 ? 3 : 0);
    windows.row_numbers = static_cast<int>((kernel_width - 1) * windows.place_stride) + planes;
    windows.row_length = static_cast<int>(round_up(static_cast<std::size_t>(windows.row_numbers), lanes));
    const int places = (windows.width - 1) * windows.strides.width + kernel_width + n % 3;
    windows.input_row_stride = places * windows.place_stride;
    input_rows = column_rows() + n % 4;
    position_stride = windows.width + n % 2 * 3;
  }

  /// Rows of the input that windows see, those between them included.
  [[nodiscard]] int column_rows() const { return (windows.height - 1) * windows.strides.height + windows.rows; }
  [[nodiscard]] std::size_t input_size() const {
    return static_cast<std::size_t>(input_rows * windows.input_row_stride);
  }
  [[nodiscard]] std::size_t row_length() const { return static_cast<std::size_t>(windows.row_length); }
  [[nodiscard]] std::size_t blocks_size() const {
    return static_cast<std::size_t>(filters * windows.rows) * row_length();
  }
  [[nodiscard]] bool is_number(std::size_t place_in_blocks) const {
    return static_cast<int>(place_in_blocks % row_length()) < windows.row_numbers;
  }
  [[nodiscard]] std::string text() const {
    return describe(filters, " filters ", windows.rows, "x", kernel_width, " on ", planes, " planes, ", windows.height,
                    "x", windows.width, " windows, stride ", windows.strides.height, "x", windows.strides.width);
  }

  /// Something of each position's window.
  template <class Value>
  [[nodiscard]] std::vector<std::int32_t> of_positions(const Value& value) const {
    std::vector<std::int32_t> values;
    for (int i = 0; i < (windows.height - 1) * position_stride + windows.width; ++i) {
      values.push_back(static_cast<std::int32_t>(value(i / position_stride, i % position_stride)));
    }
    return values;
  }

  /// Every filter goes down each column of windows for itself, as the winners of overlapping poolings do, which may be
  /// the same more than once; now and then a filter has no visit at all.
  [[nodiscard]] PositionLists visits(Generator& generator) const {
    PositionLists lists(static_cast<std::size_t>(filters));
    for (std::vector<std::int32_t>& list : lists) {
      std::vector<int> rows(static_cast<std::size_t>(windows.width));
      for (int times = generator.below(4) * windows.width; times > 0; --times) {
        const int x = generator.below(windows.width);
        int& y = rows[static_cast<std::size_t>(x)];
        y += generator.below(windows.height - y < 2 ? 1 : 2);
        list.push_back(y * position_stride + x);
      }
    }
    return lists;
  }
};

template <class T>
KernelCall<T> weight_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("window_weight_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto input = memory.constant("input", generator.numbers<T>(g.input_size(), numbers));
  const auto offsets = memory.bare_constant("window_offsets", g.of_positions([&](int y, int x) {
    return y * g.windows.strides.height * g.windows.input_row_stride +
           x * g.windows.strides.width * g.windows.place_stride;
  }));
  const VisitLists<T> lists(memory, g.visits(generator), generator, numbers);
  const auto gradients = memory.output("gradients", generator.numbers<T>(g.blocks_size(), numbers), Role::added);
  for (std::size_t i = 0; i < g.blocks_size(); ++i) {
    if (!g.is_number(i)) memory.set_role(gradients, i, 1, Role::scratch);
  }
  const auto bias_gradients =
      memory.output("bias_gradients", generator.numbers<T>(static_cast<std::size_t>(g.filters), numbers), Role::added);
  const auto parts = memory.output<std::int32_t>("parts", static_cast<std::size_t>(2 * g.filters), Role::scratch);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.window_weight_gradient({.windows = g.windows,
                                    .input = m[input],
                                    .window_offsets = m[offsets],
                                    .visits = visits.data(),
                                    .position_row_stride = g.position_stride,
                                    .filters = g.filters,
                                    .parts = m[parts],
                                    .gradients = m[gradients],
                                    .bias_gradients = n % 2 == 0 ? m[bias_gradients] : nullptr});
  };
  return call;
}

/// Weights in blocks, zero behind the numbers of a row.
template <class T>
Handle<T> weight_blocks(Memory& memory, const Geometry& g, Generator& generator, Numbers numbers) {
  std::vector<T> weights = generator.numbers<T>(g.blocks_size(), numbers);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!g.is_number(i)) weights[i] = 0;
  }
  return memory.constant("weights", weights);
}

/// The gradient of the input, of which only some rows may be wanted.
template <class T>
struct WantedRows {
  int first, last;
  Handle<T> gradient;

  WantedRows(Memory& memory, const Geometry& g, int n, Generator& generator, Numbers numbers)
      : first(n % 4 == 0 ? 0 : generator.below(g.input_rows)),
        last(n % 3 == 0 ? g.input_rows : generator.between(first, g.input_rows)),
        gradient(memory.output("input_gradient", generator.numbers<T>(g.input_size(), numbers), Role::guard)) {
    const auto row = static_cast<std::size_t>(g.windows.input_row_stride);
    memory.set_role(gradient, static_cast<std::size_t>(first) * row, static_cast<std::size_t>(last - first) * row,
                    Role::added);
  }
};

template <class T>
KernelCall<T> sparse_input_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("sparse_input_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto weights = weight_blocks<T>(memory, g, generator, numbers);
  const WantedRows<T> wanted(memory, g, n, generator, numbers);
  const VisitLists<T> lists(memory, g.visits(generator), generator, numbers);
  const auto cells =
      memory.bare_constant("cells", g.of_positions([&](int y, int x) { return x * g.windows.height + y; }));
  const auto windows = static_cast<std::size_t>(g.windows.width * g.windows.height);
  const auto starts = memory.output<std::int32_t>("starts", windows + 1, Role::scratch);
  const auto kernels_of_deltas = memory.output<std::int32_t>("kernels", lists.size(), Role::scratch);
  const auto deltas = memory.output<T>("sorted deltas", lists.size(), Role::scratch);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.sparse_input_gradient({{g.windows, m[weights], g.filters, wanted.first, wanted.last, m[wanted.gradient]},
                                   visits.data(),
                                   m[cells],
                                   m[starts],
                                   m[kernels_of_deltas],
                                   m[deltas]});
  };
  return call;
}

template <class T>
KernelCall<T> full_input_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("full_input_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto weights = weight_blocks<T>(memory, g, generator, numbers);
  const WantedRows<T> wanted(memory, g, n, generator, numbers);
  const auto count = static_cast<std::size_t>(g.filters * g.windows.height * g.windows.width);
  const auto deltas = memory.constant("deltas", generator.numbers<T>(count, numbers));
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.full_input_gradient(
        {{g.windows, m[weights], g.filters, wanted.first, wanted.last, m[wanted.gradient]}, m[deltas]});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> window_gradient_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 164; ++n) {
    calls.push_back(weight_gradient_call<T>(n, numbers));
    calls.push_back(sparse_input_gradient_call<T>(n, numbers));
    calls.push_back(full_input_gradient_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> window_gradient_calls(Numbers);
template std::vector<KernelCall<double>> window_gradient_calls(Numbers);
