#include "calls.h"

namespace {

/// Windows start at 0, stride, 2 stride, ... inside the side; the last one is the first that reaches its end.
int windows_along(int side, int size, int stride) {
  int count = 1;
  for (int start = 0; start + size < side && start + stride < side; start += stride) ++count;
  return count;
}

template <class T>
KernelCall<T> max_pooling_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const lenetpp::Extent size{1 + n % 5, n % 17 == 0 ? 19 : 1 + n / 5 % 5};
  const lenetpp::Extent strides{1 + n % 4, n % 11 == 0 ? 100 : 1 + n / 25 % 4};
  const int planes = 1 + n % 3;
  const int height = size.height + n % 6;
  const int width = size.width + generator.below(n % 3 == 0 ? 80 : 20);
  const int output_height = windows_along(height, size.height, strides.height);
  const int output_width = windows_along(width, size.width, strides.width);
  const int input_row_stride = width + n % 4, input_plane_stride = height * input_row_stride + n % 7;
  const int output_row_stride = output_width + n % 3, output_plane_stride = output_height * output_row_stride + n % 5;
  const lenetpp::Activation activation = activation_number(n);
  const bool keeps_winners = n % 2 == 0;

  KernelCall<T> call{
      describe("max_pooling, ", planes, "x", height, "x", width, " by ", size.height, "x", size.width, " stride ",
               strides.height, "x", strides.width, ", activation ", static_cast<int>(activation.kind)),
      {},
      {}};
  Memory& memory = call.memory;
  const auto area = [](int rows, int columns) { return static_cast<std::size_t>(rows * columns); };
  const auto input = memory.constant("input", generator.numbers<T>(area(planes, input_plane_stride), numbers));
  const auto output = memory.output<T>("output", area(planes, output_plane_stride), Role::guard);
  // Between the rows and planes of the input lies nothing that matters.
  memory.set_role(input, 0, area(planes, input_plane_stride), Role::slack);
  for (int p = 0; p < planes; ++p) {
    for (int y = 0; y < height; ++y) {
      memory.set_role(input, area(p, input_plane_stride) + area(y, input_row_stride), area(1, width), Role::constant);
    }
    for (int i = 0; i < output_height; ++i) {
      memory.set_role(output, area(p, output_plane_stride) + area(i, output_row_stride), area(1, output_width),
                      Role::assigned);
    }
  }
  const auto winners =
      memory.output<std::int32_t>("winners", keeps_winners ? area(planes * output_height, output_width) : 0);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.max_pooling({.input = m[input],
                         .input_plane_stride = input_plane_stride,
                         .input_row_stride = input_row_stride,
                         .planes = planes,
                         .height = height,
                         .width = width,
                         .size = size,
                         .strides = strides,
                         .activation = activation,
                         .output = m[output],
                         .output_plane_stride = output_plane_stride,
                         .output_row_stride = output_row_stride,
                         .output_height = output_height,
                         .output_width = output_width,
                         .winners = keeps_winners ? m[winners] : nullptr});
  };
  return call;
}

/// Planes and the numbers of all windows have no common factor: tails of planes meet all sizes and strides.
template <class T>
KernelCall<T> interleaved_max_pooling_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const lenetpp::Extent size{1 + n % 5, n % 17 == 0 ? 19 : 1 + n / 5 % 5};
  const lenetpp::Extent strides{1 + n % 4, n % 11 == 0 ? 100 : 1 + n / 25 % 4};
  const int planes = 1 + n % 41;
  const int height = size.height + n % 6, width = size.width + generator.below(12);
  const int output_height = windows_along(height, size.height, strides.height);
  const int output_width = windows_along(width, size.width, strides.width);
  const auto numbers_of_place = lenetpp::round_up(static_cast<std::size_t>(planes), lenetpp::lanes);
  const std::size_t place_stride = numbers_of_place + (n % 5 == 0 ? lenetpp::lanes : 0);
  const bool keeps_winners = n % 2 == 0;

  KernelCall<T> call{describe("interleaved_max_pooling, ", planes, "x", height, "x", width, " by ", size.height, "x",
                              size.width, " stride ", strides.height, "x", strides.width),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto places = static_cast<std::size_t>(height * width);
  const auto pooled = static_cast<std::size_t>(output_height * output_width);
  const auto used = static_cast<std::size_t>(planes);
  const auto input = memory.constant("input", generator.numbers<T>(places * place_stride, numbers));
  for (std::size_t i = 0; i < places; ++i) {
    memory.set_role(input, i * place_stride + used, place_stride - used, Role::slack);
  }
  const auto output = memory.output<T>("output", pooled * place_stride, Role::guard);
  const auto winners = memory.output<T>("winners", keeps_winners ? pooled * place_stride : 0, Role::guard);
  for (std::size_t i = 0; i < pooled; ++i) {
    for (const auto array : {output, winners}) {
      if (array.index == winners.index && !keeps_winners) continue;
      memory.set_role(array, i * place_stride, used, Role::assigned);
      memory.set_role(array, i * place_stride + used, numbers_of_place - used, Role::scratch);
    }
  }
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.interleaved_max_pooling({.input = m[input],
                                     .place_stride = static_cast<std::ptrdiff_t>(place_stride),
                                     .planes = planes,
                                     .height = height,
                                     .width = width,
                                     .size = size,
                                     .strides = strides,
                                     .output = m[output],
                                     .output_height = output_height,
                                     .output_width = output_width,
                                     .winners = keeps_winners ? m[winners] : nullptr,
                                     .winner_row_stride = width + n % 3});
  };
  return call;
}

/// Windows of one number leave the activation alone: thousands of arguments, from where it is linear to where it is
/// flat.
template <class T>
KernelCall<T> activation_call(int n) {
  const lenetpp::Activation activation = activation_number(n);
  Generator generator(static_cast<std::uint64_t>(n));
  constexpr int width = 6000;
  std::vector<T> arguments;
  for (int i = 0; i < width; ++i) {
    arguments.push_back(generator.number<T>(Numbers::ordinary) * (i % 3 == 0 ? T(1) / 1024 : T(i % 3 * 5)));
  }
  KernelCall<T> call{
      describe("max_pooling 1 of ", width, " numbers, activation ", static_cast<int>(activation.kind)), {}, {}};
  const auto input = call.memory.constant("input", arguments);
  const auto output = call.memory.template output<T>("output", arguments.size());
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.max_pooling({.input = m[input],
                         .input_plane_stride = width,
                         .input_row_stride = width,
                         .planes = 1,
                         .height = 1,
                         .width = width,
                         .size = {1, 1},
                         .strides = {1, 1},
                         .activation = activation,
                         .output = m[output],
                         .output_plane_stride = width,
                         .output_row_stride = width,
                         .output_height = 1,
                         .output_width = width,
                         .winners = nullptr});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> max_pooling_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 200; ++n) {
    calls.push_back(max_pooling_call<T>(n, numbers));
    calls.push_back(interleaved_max_pooling_call<T>(n, numbers));
  }
  for (int n = 0; n < activation_count; ++n) calls.push_back(activation_call<T>(n));
  return calls;
}
template std::vector<KernelCall<float>> max_pooling_calls(Numbers);
template std::vector<KernelCall<double>> max_pooling_calls(Numbers);
