// Calls of the sums of planes: stacks with and without gaps, alone, with an addend, and with one that the output
// replaces.
#include "calls.h"

namespace {

/// How some planes lie; an odd `n` has gaps between the rows, and every third one between the planes.
struct Layout {
  Layout(const lenetpp::Shape& of, int n)
      : shape(of), row_stride(of.width + n % 2 * 3), plane_stride(of.height * row_stride + (n % 3 == 1 ? 5 : 0)) {}

  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(shape.planes * plane_stride); }
  template <class E>
  [[nodiscard]] lenetpp::Planes<E> at(E* values) const {
    return {values, plane_stride, row_stride};
  }
  template <class E>
  void set_role_of_rows(Memory& memory, Handle<E> array, Role role) const {
    for (int p = 0; p < shape.planes; ++p) {
      for (int y = 0; y < shape.height; ++y) {
        memory.set_role(array, static_cast<std::size_t>(p * plane_stride + y * row_stride),
                        static_cast<std::size_t>(shape.width), role);
      }
    }
  }

  lenetpp::Shape shape;
  int row_stride, plane_stride;
};

lenetpp::Shape shape_number(int n) { return {1 + n % 4, 1 + n % 3, 1 + n * 7 % 40}; }

template <class T>
Handle<T> constant_planes(Memory& memory, const std::string& name, const Layout& layout, Generator& generator,
                          Numbers numbers) {
  const auto values = generator.numbers<T>(layout.size(), numbers);
  const auto array = memory.bare_constant(name, values);
  memory.set_role(array, 0, values.size(), Role::slack);
  layout.set_role_of_rows(memory, array, Role::constant);
  return array;
}

template <class T>
Handle<T> written_planes(Memory& memory, const std::string& name, const Layout& layout, Generator& generator,
                         Numbers numbers, Role role) {
  const auto values = generator.numbers<T>(layout.size(), numbers);
  const auto array = memory.output(name, values, Role::guard);
  layout.set_role_of_rows(memory, array, role);
  return array;
}

template <class T>
KernelCall<T> forward_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const lenetpp::Shape shape = shape_number(n);
  const lenetpp::Activation activation = activation_number(n / 3);
  const bool has_addend = n % 3 > 0, is_replaced = n % 3 == 2;
  const Layout of_input(shape, n), of_output(shape, n / 2), of_addend(shape, is_replaced ? n / 2 : n / 4);
  KernelCall<T> call{describe("activated_sum, ", to_string(shape), ", way ", n % 3, ", activation ",
                              static_cast<int>(activation.kind)),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto input = constant_planes<T>(memory, "input", of_input, generator, numbers);
  const auto output =
      written_planes<T>(memory, "output", of_output, generator, numbers, is_replaced ? Role::updated : Role::assigned);
  const auto addend = is_replaced ? output : constant_planes<T>(memory, "addend", of_addend, generator, numbers);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.activated_sum({.input = of_input.at<const T>(m[input]),
                           .addend = has_addend ? of_addend.at<const T>(m[addend]) : lenetpp::Planes<const T>{},
                           .output = of_output.at(m[output]),
                           .shape = shape,
                           .activation = activation});
  };
  return call;
}

template <class T>
KernelCall<T> backward_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const lenetpp::Shape shape = shape_number(n);
  const lenetpp::Activation activation = activation_number(n / 3);
  const Layout of_output(shape, n), of_input(shape, n / 2), of_addend(shape, n / 4);
  KernelCall<T> call{describe("activated_sum_gradient, ", to_string(shape), ", way ", n % 3, ", activation ",
                              static_cast<int>(activation.kind)),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto output = constant_planes<T>(memory, "output", of_output, generator, numbers);
  const auto gradient = constant_planes<T>(memory, "output gradient", of_output, generator, numbers);
  const auto input = written_planes<T>(memory, "input gradient", of_input, generator, numbers, Role::added);
  const auto addend = written_planes<T>(memory, "addend gradient", of_addend, generator, numbers, Role::added);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.activated_sum_gradient({.output = of_output.at<const T>(m[output]),
                                    .output_gradient = of_output.at<const T>(m[gradient]),
                                    .shape = shape,
                                    .activation = activation,
                                    .input_gradient = n % 3 == 1 ? lenetpp::Planes<T>{} : of_input.at(m[input]),
                                    .addend_gradient = n % 3 == 2 ? lenetpp::Planes<T>{} : of_addend.at(m[addend])});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> plane_sums_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 120; ++n) {
    calls.push_back(forward_call<T>(n, numbers));
    calls.push_back(backward_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> plane_sums_calls(Numbers);
template std::vector<KernelCall<double>> plane_sums_calls(Numbers);
