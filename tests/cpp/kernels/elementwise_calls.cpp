#include "calls.h"

namespace {

template <class T>
KernelCall<T> add_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(n % 9 * lenetpp::lanes);
  KernelCall<T> call{describe("add, ", count, " numbers"), {}, {}};
  Memory& memory = call.memory;
  const auto to = memory.output("to", generator.numbers<T>(count, numbers), Role::added);
  const auto from = memory.constant("from", generator.numbers<T>(count, numbers));
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) { kernels.add(m[to], m[from], count); };
  return call;
}

template <class T>
KernelCall<T> move_towards_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(n % 9 * lenetpp::lanes);
  KernelCall<T> call{describe("move_towards, ", count, " numbers"), {}, {}};
  Memory& memory = call.memory;
  const auto to = memory.output("to", generator.numbers<T>(count, numbers), Role::updated);
  const auto values = memory.constant("values", generator.numbers<T>(count, numbers));
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.move_towards(m[to], m[values], count, T(1) / T(1 + n));
  };
  return call;
}

template <class T>
KernelCall<T> sgd_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(n % 9 * lenetpp::lanes);
  const T momentum = n % 2 == 0 ? T(0.9) : T(0), weight_decay = n % 3 == 0 ? T(0.01) : T(0);
  const T gradient_scale = n % 5 == 0 ? T(0.7) : T(1);
  const bool nesterov = n % 4 == 0;
  KernelCall<T> call{describe("optimizer_step by SGD, ", count, " numbers, momentum ", momentum, ", decay ",
                              weight_decay, ", gradient scale ", gradient_scale, ", nesterov ", nesterov),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto parameters = memory.output("parameters", generator.numbers<T>(count, numbers), Role::updated);
  const auto gradients = memory.constant("gradients", generator.numbers<T>(count, numbers));
  const auto velocities = memory.output("velocities", generator.numbers<T>(count, numbers), Role::updated);
  const auto directions = memory.output<T>("directions", n % 7 > 0 ? count : 0);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.optimizer_step({.parameters = m[parameters],
                            .gradients = m[gradients],
                            .state = {momentum > 0 ? m[velocities] : nullptr},
                            .count = count,
                            .learning_rate = T(0.03),
                            .weight_decay = weight_decay,
                            .gradient_scale = gradient_scale,
                            .optimizer = lenetpp::Optimizer::sgd,
                            .rules = {.sgd = {.momentum = momentum, .nesterov = nesterov}, .adam = {}},
                            .directions = n % 7 > 0 ? m[directions] : nullptr});
  };
  return call;
}

template <class T>
KernelCall<T> adam_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(n % 9 * lenetpp::lanes);
  const T weight_decay = n % 3 == 0 ? T(0.01) : T(0), gradient_scale = n % 5 == 0 ? T(0.7) : T(1);
  const auto optimizer = n % 2 == 0 ? lenetpp::Optimizer::adam : lenetpp::Optimizer::adamw;
  KernelCall<T> call{describe("optimizer_step by Adam, ", count, " numbers, step ", n), {}, {}};
  Memory& memory = call.memory;
  const auto parameters = memory.output("parameters", generator.numbers<T>(count, numbers), Role::updated);
  const auto gradients = memory.constant("gradients", generator.numbers<T>(count, numbers));
  const auto first = memory.output("first", generator.numbers<T>(count, numbers), Role::updated);
  const auto second = memory.output("second", magnitudes(generator.numbers<T>(count, numbers)), Role::updated);
  const auto directions = memory.output<T>("directions", n % 7 > 0 ? count : 0);
  const auto decays = memory.constant("decays", generator.numbers<T>(count, numbers));
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.optimizer_step({.parameters = m[parameters],
                            .gradients = m[gradients],
                            .state = {m[first], m[second]},
                            .count = count,
                            .learning_rate = T(0.03),
                            .weight_decay = weight_decay,
                            .gradient_scale = gradient_scale,
                            .optimizer = optimizer,
                            .rules = {.sgd = {}, .adam = adam_rule<T>(static_cast<std::uint64_t>(n), optimizer)},
                            .directions = n % 7 > 0 ? m[directions] : nullptr,
                            .decays = n % 4 == 0 ? m[decays] : nullptr});
  };
  return call;
}

/// Pixels are the user's memory: nothing behind them may be read.
template <class T, class Pixel>
KernelCall<T> normalize_call(int n, const std::vector<Pixel>& pixels) {
  const std::size_t count = pixels.size();
  const T scale = T(1) / T(1 + n), shift = T(n) / T(-3);
  KernelCall<T> call{describe("normalize, ", count, sizeof(Pixel) == 1 ? " bytes" : " floats"), {}, {}};
  Memory& memory = call.memory;
  const auto in = memory.bare_constant("in", pixels);
  const auto out = memory.output<T>("out", count);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    if constexpr (sizeof(Pixel) == 1) {
      kernels.normalize_bytes(m[in], m[out], count, scale, shift);
    } else {
      kernels.normalize_floats(m[in], m[out], count, scale, shift);
    }
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> elementwise_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 60; ++n) {
    calls.push_back(add_call<T>(n, numbers));
    calls.push_back(move_towards_call<T>(n, numbers));
    calls.push_back(sgd_call<T>(n, numbers));
    calls.push_back(adam_call<T>(n, numbers));
    Generator generator(static_cast<std::uint64_t>(n));
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(n == 0 ? 256 : n));
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(n == 0 ? static_cast<int>(i) : generator.below(256));
    }
    calls.push_back(normalize_call<T>(n, bytes));
    calls.push_back(normalize_call<T>(n, generator.numbers<float>(static_cast<std::size_t>(n), numbers)));
  }
  return calls;
}
template std::vector<KernelCall<float>> elementwise_calls(Numbers);
template std::vector<KernelCall<double>> elementwise_calls(Numbers);
