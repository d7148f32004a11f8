#include "calls.h"

namespace {

using lenetpp::Interleaving;
using lenetpp::lanes;
using lenetpp::round_up;

/// Blocks of 16 planes x 16 places, whole and cut off, in rows with and without gaps; places with no room behind their
/// planes, with some, and with that for whole vectors.
Interleaving layout_number(int n) {
  Interleaving a{};
  a.planes = 1 + n % 41;
  a.height = 1 + n % 4;
  a.width = 1 + n * 7 % 37;
  a.row_stride = a.width + (n % 3 == 0 ? 0 : n % 5);
  a.plane_stride = a.height * a.row_stride + n % 2 * 3;
  const auto whole = static_cast<std::ptrdiff_t>(round_up(static_cast<std::size_t>(a.planes), lanes));
  const std::ptrdiff_t strides[] = {a.planes, a.planes + n % 7, whole, whole + lanes};
  a.place_stride = strides[n / 3 % 4];
  return a;
}

std::string text(const Interleaving& a) {
  return describe(a.planes, "x", a.height, "x", a.width, ", rows ", a.row_stride, " apart, places ", a.place_stride);
}

std::size_t planes_size(const Interleaving& a) { return static_cast<std::size_t>(a.planes * a.plane_stride); }
std::size_t places(const Interleaving& a) { return static_cast<std::size_t>(a.height * a.width); }
std::size_t interleaved_size(const Interleaving& a) { return places(a) * static_cast<std::size_t>(a.place_stride); }

/// Gives a role to what lies between the rows and behind them.
template <class E>
void set_role_of_gaps(Memory& memory, Handle<E> planes, const Interleaving& a, Role role) {
  for (std::ptrdiff_t i = 0; i < a.planes * a.plane_stride; ++i) {
    const std::ptrdiff_t in_plane = i % a.plane_stride;
    const bool is_number = in_plane < a.height * a.row_stride && in_plane % a.row_stride < a.width;
    if (!is_number) memory.set_role(planes, static_cast<std::size_t>(i), 1, role);
  }
}

template <class T>
Handle<T> constant_planes(Memory& memory, std::string name, const Interleaving& a, Generator& generator,
                          Numbers numbers) {
  const auto planes = memory.constant(std::move(name), generator.numbers<T>(planes_size(a), numbers));
  set_role_of_gaps(memory, planes, a, Role::slack);
  return planes;
}

/// Interleaved numbers, and what lies behind the planes of their places.
template <class T>
Handle<T> constant_interleaved(Memory& memory, const Interleaving& a, const std::vector<T>& numbers) {
  const auto interleaved = memory.constant("interleaved", numbers);
  const auto used = static_cast<std::size_t>(a.planes), stride = static_cast<std::size_t>(a.place_stride);
  for (std::size_t i = 0; i < numbers.size(); i += stride) {
    memory.set_role(interleaved, i + used, stride - used, Role::slack);
  }
  return interleaved;
}

/// What interleave() writes: the planes, and zeros where there is room for them or at most one vector of planes.
template <class T>
Handle<T> interleaved_output(Memory& memory, const Interleaving& a) {
  const auto used = static_cast<std::size_t>(a.planes), stride = static_cast<std::size_t>(a.place_stride);
  const std::size_t whole = round_up(used, lanes), written = used <= lanes || whole <= stride ? whole : used;
  const auto output =
      memory.output<T>("interleaved", interleaved_size(a) + (written > stride ? written - stride : 0), Role::guard);
  for (std::size_t i = 0; i < places(a); ++i) memory.set_role(output, i * stride, written, Role::assigned);
  return output;
}

template <class T>
KernelCall<T> interleave_call(int n, Numbers numbers) {
  const Interleaving a = layout_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("interleave, ", text(a)), {}, {}};
  const auto planes = constant_planes<T>(call.memory, "planes", a, generator, numbers);
  const auto interleaved = interleaved_output<T>(call.memory, a);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) { kernels.interleave(a, m[planes], m[interleaved]); };
  return call;
}

template <class T>
KernelCall<T> deltas_call(int n, Numbers numbers) {
  Interleaving a = layout_number(n);
  a.place_stride = static_cast<std::ptrdiff_t>(round_up(static_cast<std::size_t>(a.planes), lanes)) + n % 2 * lanes;
  const lenetpp::Activation activation = activation_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{
      describe("interleaved_deltas, ", text(a), ", activation ", static_cast<int>(activation.kind)), {}, {}};
  Memory& memory = call.memory;
  const auto gradients = constant_planes<T>(memory, "gradients", a, generator, numbers);
  const auto outputs = constant_planes<T>(memory, "outputs", a, generator, numbers);
  const auto interleaved = interleaved_output<T>(memory, a);
  const bool wants_rows = n % 3 != 0;
  const auto rows = memory.output<T>("rows", wants_rows ? places(a) * static_cast<std::size_t>(a.planes) : 0);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.interleaved_deltas({.layout = a,
                                .gradients = m[gradients],
                                .outputs = m[outputs],
                                .activation = activation,
                                .interleaved = m[interleaved],
                                .rows = wants_rows ? m[rows] : nullptr});
  };
  return call;
}

template <class T>
KernelCall<T> separate_call(int n, Numbers numbers) {
  const Interleaving a = layout_number(n);
  const lenetpp::Activation activation = activation_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("separate, ", text(a), ", activation ", static_cast<int>(activation.kind)), {}, {}};
  Memory& memory = call.memory;
  const auto interleaved = constant_interleaved(memory, a, generator.numbers<T>(interleaved_size(a), numbers));
  const auto planes = memory.output<T>("planes", planes_size(a));
  set_role_of_gaps(memory, planes, a, Role::guard);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.separate(a, m[interleaved], activation, m[planes]);
  };
  return call;
}

/// Places in a plane: whole numbers below 2^24.
template <class T>
KernelCall<T> separate_integers_call(int n) {
  const Interleaving a = layout_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  std::vector<T> whole(interleaved_size(a));
  for (T& number : whole) number = static_cast<T>(generator.below(1 << (1 + generator.below(24))));
  KernelCall<T> call{describe("separate_integers, ", text(a)), {}, {}};
  const auto interleaved = constant_interleaved(call.memory, a, whole);
  const auto planes = call.memory.template output<std::int32_t>("planes", planes_size(a));
  set_role_of_gaps(call.memory, planes, a, Role::guard);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.separate_integers(a, m[interleaved], m[planes]);
  };
  return call;
}

template <class T>
KernelCall<T> add_separated_call(int n, Numbers numbers) {
  const Interleaving a = layout_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("add_separated, ", text(a)), {}, {}};
  Memory& memory = call.memory;
  const auto interleaved = constant_interleaved(memory, a, generator.numbers<T>(interleaved_size(a), numbers));
  const auto planes = memory.output("planes", generator.numbers<T>(planes_size(a), numbers), Role::added);
  set_role_of_gaps(memory, planes, a, Role::guard);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.add_separated(a, m[interleaved], m[planes]);
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> interleaving_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 164; ++n) {
    calls.push_back(interleave_call<T>(n, numbers));
    calls.push_back(deltas_call<T>(n, numbers));
    calls.push_back(separate_call<T>(n, numbers));
    calls.push_back(separate_integers_call<T>(n));
    calls.push_back(add_separated_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> interleaving_calls(Numbers);
template std::vector<KernelCall<double>> interleaving_calls(Numbers);
