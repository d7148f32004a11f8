#include "calls.h"

namespace {

template <class T>
KernelCall<T> response_call(int n, Numbers numbers, bool is_backward) {
  Generator generator(static_cast<std::uint64_t>(n));
  const int planes = 1 + n % 9, height = 1 + n % 4, width = 1 + n * 7 % 37, size = 1 + n % 5 * 2;
  const int row_stride = width + n % 3, plane_stride = height * row_stride + n % 5;
  const auto product = [](int a, int b) { return static_cast<std::size_t>(a * b); };
  const std::size_t values = product(planes, height * width), with_strides = product(planes, plane_stride);
  const T alpha = T(1) / static_cast<T>(1 + n % 7), k = static_cast<T>(1 + n % 3) / 2;
  KernelCall<T> call{describe("local_response, ", is_backward ? "backward, " : "forward, ", planes, "x", height, "x",
                              width, ", window ", size),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto input = memory.bare_constant("input", generator.numbers<T>(values, numbers));
  const auto response = [=](const T* from) -> lenetpp::LocalResponse<T> {
    return {.input = from,
            .planes = planes,
            .height = height,
            .width = width,
            .size = size,
            .alpha = alpha,
            .k = k,
            .quarters = 1 + n % 4,
            .plane_stride = plane_stride,
            .row_stride = row_stride};
  };
  if (is_backward) {
    const auto gradients = memory.bare_constant("gradients", generator.numbers<T>(with_strides, numbers));
    const auto shares = memory.output<T>("shares", values, Role::scratch);
    const auto input_gradient = memory.output("input gradient", generator.numbers<T>(values, numbers), Role::added);
    call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
      kernels.local_response_backward(
          {response(m[input]), m[gradients], -alpha * static_cast<T>(1 + n % 4) / 2, m[shares], m[input_gradient]});
    };
    return call;
  }
  const auto output = memory.output<T>("output", with_strides, Role::guard);
  for (int p = 0; p < planes; ++p) {
    for (int y = 0; y < height; ++y) {
      memory.set_role(output, product(p, plane_stride) + product(y, row_stride), product(1, width), Role::assigned);
    }
  }
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.local_response_forward({response(m[input]), m[output]});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> local_response_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 120; ++n) {
    calls.push_back(response_call<T>(n, numbers, false));
    calls.push_back(response_call<T>(n, numbers, true));
  }
  return calls;
}
template std::vector<KernelCall<float>> local_response_calls(Numbers);
template std::vector<KernelCall<double>> local_response_calls(Numbers);
