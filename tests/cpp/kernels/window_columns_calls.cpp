#include "calls.h"
#include "visit_lists.h"

namespace {

using lenetpp::lanes;
using lenetpp::round_up;
using lenetpp::row_lanes;
using lenetpp::WindowColumns;

/// 7 planes and 8 numbers of taps have no common factor: all pairs of them meet. Among them are rows of columns that
/// are full, and rows with room behind the last plane.
WindowColumns layout_number(int n) {
  WindowColumns a{};
  a.planes = 1 + n % 7;
  a.taps = 1 + n % row_lanes;
  a.columns = 1 + n % 5;
  a.rows = 1 + n % 4;
  a.step = 1 + n % 3;
  a.row_stride = (a.columns - 1) * a.step + a.taps + n % 7;
  a.plane_stride = a.rows * a.row_stride + n % 2;
  const auto taps = static_cast<std::size_t>(a.planes * a.taps);
  a.row_length = static_cast<std::ptrdiff_t>(round_up(taps, lanes)) + (n % 9 == 0 ? lanes : 0);
  return a;
}

std::string text(const WindowColumns& a) {
  return describe(a.planes, " planes, ", a.rows, " rows, ", a.taps, " taps, ", a.columns, " columns at a distance of ",
                  a.step);
}

std::size_t planes_size(const WindowColumns& a) { return static_cast<std::size_t>(a.planes * a.plane_stride); }

/// Gives a role to what lies in each row of the columns behind the taps of the last plane.
template <class T>
void set_role_behind_taps(Memory& memory, Handle<T> columns, const WindowColumns& a, Role role) {
  const auto row_length = static_cast<std::size_t>(a.row_length), used = static_cast<std::size_t>(a.planes * a.taps);
  for (std::size_t row = 0; row < a.size(); row += row_length) {
    memory.set_role(columns, row + used, row_length - used, role);
  }
}

template <class T>
KernelCall<T> gather_call(int n, Numbers numbers) {
  const WindowColumns a = layout_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("gather_columns, ", text(a)), {}, {}};
  Memory& memory = call.memory;
  const auto planes = memory.constant("planes", generator.numbers<T>(planes_size(a), numbers));
  const auto columns = memory.output<T>("columns", a.size() + row_lanes - 1);
  set_role_behind_taps(memory, columns, a, Role::scratch);
  memory.set_role(columns, a.size(), row_lanes - 1, Role::scratch);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) { kernels.gather_columns(a, m[planes], m[columns]); };
  return call;
}

template <class T>
KernelCall<T> fold_call(int n, Numbers numbers) {
  const WindowColumns a = layout_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("fold_columns, ", text(a)), {}, {}};
  Memory& memory = call.memory;
  const auto columns = memory.constant("columns", generator.numbers<T>(a.size(), numbers));
  set_role_behind_taps(memory, columns, a, Role::slack);
  const std::size_t size = planes_size(a) + row_lanes - 1;
  const auto planes = memory.output("planes", generator.numbers<T>(size, numbers), Role::added);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) { kernels.fold_columns(a, m[columns], m[planes]); };
  return call;
}

/// Windows as blocks in columns, each one vector below the one above: all but one vector overlap.
struct Blocks {
  int vectors, windows, columns;

  explicit Blocks(int n) : vectors(1 + n % 25), windows(1 + n % 9), columns(1 + n % 3) {}

  [[nodiscard]] std::ptrdiff_t block() const { return std::ptrdiff_t{vectors} * lanes; }
  [[nodiscard]] int column_stride() const { return (vectors + windows - 1) * lanes; }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(columns * column_stride()); }
  [[nodiscard]] std::vector<std::int32_t> places() const {
    std::vector<std::int32_t> all;
    for (int y = 0; y < windows; ++y) {
      for (int x = 0; x < columns; ++x) all.push_back(x * column_stride() + y * lanes);
    }
    return all;
  }
  [[nodiscard]] std::string text(int filters) const {
    return describe(filters, " filters, ", windows, "x", columns, " windows of ", vectors, " vectors");
  }
};

template <class T>
KernelCall<T> weight_gradient_call(int n, Numbers numbers) {
  const Blocks blocks(n);
  const int filters = 1 + n % 4;
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("window_weight_gradient, ", blocks.text(filters)), {}, {}};
  Memory& memory = call.memory;
  const auto windows = memory.constant("windows", generator.numbers<T>(blocks.size(), numbers));
  const VisitLists<T> lists(memory, blocks.places(), filters, n % 41, generator, numbers);
  const std::size_t size = static_cast<std::size_t>(filters * blocks.block());
  const auto gradients = memory.output("gradients", generator.numbers<T>(size, numbers), Role::added);
  const auto bias_gradients =
      memory.output("bias_gradients", generator.numbers<T>(static_cast<std::size_t>(filters), numbers), Role::added);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.window_weight_gradient({.windows = m[windows],
                                    .block = blocks.block(),
                                    .visits = visits.data(),
                                    .filters = filters,
                                    .gradients = m[gradients],
                                    .bias_gradients = n % 2 == 0 ? m[bias_gradients] : nullptr});
  };
  return call;
}

template <class T>
KernelCall<T> input_gradient_call(int n, Numbers numbers) {
  const Blocks blocks(n);
  const int filters = 1 + n % 4;
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("window_input_gradient, ", blocks.text(filters)), {}, {}};
  Memory& memory = call.memory;
  const auto gradients = memory.output("window_gradients", generator.numbers<T>(blocks.size(), numbers), Role::added);
  const VisitLists<T> lists(memory, blocks.places(), filters, n % 41, generator, numbers);
  const std::size_t size = static_cast<std::size_t>(filters * blocks.block());
  const auto weights = memory.constant("weights", generator.numbers<T>(size, numbers));
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const std::vector<lenetpp::Visits<T>> visits = lists.in(m);
    kernels.window_input_gradient({.window_gradients = m[gradients],
                                   .block = blocks.block(),
                                   .visits = visits.data(),
                                   .filters = filters,
                                   .weights = m[weights]});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> window_columns_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 102; ++n) {
    calls.push_back(gather_call<T>(n, numbers));
    calls.push_back(fold_call<T>(n, numbers));
    calls.push_back(weight_gradient_call<T>(n, numbers));
    calls.push_back(input_gradient_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> window_columns_calls(Numbers);
template std::vector<KernelCall<double>> window_columns_calls(Numbers);
