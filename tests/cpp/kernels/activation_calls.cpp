#include "calls.h"

namespace {

template <class T>
KernelCall<T> forward_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(1 + n % 40);
  const lenetpp::Activation activation = activation_number(n);
  KernelCall<T> call{
      describe("activation_forward, ", count, " numbers, activation ", static_cast<int>(activation.kind)), {}, {}};
  Memory& memory = call.memory;
  const auto values = memory.output("values", generator.numbers<T>(count, numbers), Role::updated);
  const auto arguments = memory.output<T>("arguments", count);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.activation_forward(
        {.activation = activation, .values = m[values], .arguments = m[arguments], .count = count});
  };
  return call;
}

template <class T>
KernelCall<T> backward_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(1 + n % 40);
  const lenetpp::Activation activation = activation_number(n);
  KernelCall<T> call{
      describe("activation_backward, ", count, " numbers, activation ", static_cast<int>(activation.kind)), {}, {}};
  Memory& memory = call.memory;
  const auto outputs = memory.constant("outputs", generator.numbers<T>(count, numbers));
  const auto deltas = memory.output("deltas", generator.numbers<T>(count, numbers), Role::updated);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.activation_backward({.activation = activation, .outputs = m[outputs], .deltas = m[deltas], .count = count});
  };
  return call;
}

template <class T>
KernelCall<T> visits_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const int planes = 1 + n % 3, height = 1 + n % 4, width = 1 + n % 40;
  const int row_stride = width + n % 4, plane_stride = height * row_stride + n % 7;
  const int position_row_stride = width + n % 5, places = height * position_row_stride;
  const bool has_winners = n % 2 == 0, has_offsets = n % 3 == 0;
  const auto product = [](int a, int b) { return static_cast<std::size_t>(a * b); };
  const std::size_t size = product(height, width), visits_stride = size + lenetpp::slack;
  const std::size_t outputs_size = product(planes, plane_stride), most = product(planes, height * width);
  const lenetpp::Activation activation = activation_number(n);
  std::vector<std::int32_t> winner_places, offsets_of_windows;
  for (std::size_t i = 0; i < most; ++i) winner_places.push_back(generator.below(places));
  for (int i = 0; i < places; ++i) offsets_of_windows.push_back(generator.below(1 << 20));

  KernelCall<T> call{describe("gradient_visits, ", planes, "x", height, "x", width, ", activation ",
                              static_cast<int>(activation.kind)),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto gradients = memory.constant("gradients", generator.numbers<T>(outputs_size, numbers));
  const auto outputs = memory.constant("outputs", generator.numbers<T>(outputs_size, numbers));
  const auto winners = memory.constant("winners", winner_places);
  const auto window_offsets = memory.bare_constant("window_offsets", offsets_of_windows);
  const auto positions = memory.output<std::int32_t>("positions", planes * visits_stride, Role::scratch);
  const auto deltas = memory.output<T>("deltas", planes * visits_stride, Role::scratch);
  // What the lists say, without what lies behind them.
  const auto counts = memory.output<std::int32_t>("counts", product(1, planes));
  const auto listed_positions = memory.output<std::int32_t>("listed positions", most);
  const auto listed_deltas = memory.output<T>("listed deltas", most);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    std::vector<lenetpp::Visits<T>> visits(product(1, planes));
    kernels.gradient_visits({.gradients = m[gradients],
                             .outputs = m[outputs],
                             .plane_stride = plane_stride,
                             .row_stride = row_stride,
                             .planes = planes,
                             .height = height,
                             .width = width,
                             .activation = activation,
                             .winners = has_winners ? m[winners] : nullptr,
                             .position_row_stride = position_row_stride,
                             .window_offsets = has_offsets ? m[window_offsets] : nullptr,
                             .positions = m[positions],
                             .deltas = m[deltas],
                             .visits_stride = static_cast<std::ptrdiff_t>(visits_stride),
                             .visits = visits.data()});
    std::fill_n(m[listed_positions], most, 0);
    std::fill_n(m[listed_deltas], most, T(0));
    for (std::size_t p = 0; p < visits.size(); ++p) {
      m[counts][p] = static_cast<std::int32_t>(visits[p].count);
      const std::size_t count = std::min(visits[p].count, size);
      std::copy_n(visits[p].positions, count, m[listed_positions] + p * size);
      std::copy_n(visits[p].deltas, count, m[listed_deltas] + p * size);
    }
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> activation_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 120; ++n) {
    calls.push_back(forward_call<T>(n, numbers));
    calls.push_back(backward_call<T>(n, numbers));
    calls.push_back(visits_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> activation_calls(Numbers);
template std::vector<KernelCall<double>> activation_calls(Numbers);
