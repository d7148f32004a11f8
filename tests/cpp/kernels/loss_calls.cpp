#include <type_traits>

#include "calls.h"

namespace {

using lenetpp::Loss;

template <class T>
KernelCall<T> sample_loss_call(int n, Loss loss, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(1 + n % 40);
  const auto label = static_cast<std::size_t>(generator.below(static_cast<int>(count)));
  const T scale = n % 2 == 0 ? T(1) : T(0.3);
  const double smoothing = n % 3 == 0 ? 0.1 : 0;
  std::vector<T> values = generator.numbers<T>(count, numbers);
  // Outputs of a sigmoid lie between 0 and 1.
  if (loss == Loss::binary_cross_entropy) {
    for (T& value : values) value = value < 0 ? -value : value;
    for (T& value : values) value = value > 1 ? 1 / value : value;
  }
  KernelCall<T> call{describe("sample_loss ", static_cast<int>(loss), ", ", count, " outputs, label ", label,
                              ", smoothing ", smoothing),
                     {},
                     {}};
  Memory& memory = call.memory;
  const auto outputs = memory.constant("outputs", values);
  // Where the walk has them: the gradients take the arguments' place.
  const auto gradients = memory.output("gradients", generator.numbers<T>(count, numbers), Role::updated);
  const auto result = memory.output<double>("loss", 1);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    *m[result] = kernels.sample_loss({.loss = loss,
                                      .sigmoid_slope = 1.7,
                                      .outputs = m[outputs],
                                      .arguments = m[gradients],
                                      .count = count,
                                      .label = label,
                                      .smoothing = smoothing,
                                      .scale = scale,
                                      .gradients = m[gradients]});
  };
  return call;
}

template <class T>
KernelCall<T> softmax_call(int n, Numbers numbers) {
  Generator generator(static_cast<std::uint64_t>(n));
  const auto count = static_cast<std::size_t>(1 + n % 40);
  KernelCall<T> call{describe("softmax, ", count, " outputs"), {}, {}};
  Memory& memory = call.memory;
  const auto outputs = memory.constant("outputs", generator.numbers<double>(count, numbers));
  const auto probabilities = memory.output<double>("probabilities", count);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.softmax(m[outputs], m[probabilities], count);
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> loss_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 80; ++n) {
    for (const Loss loss : {Loss::cross_entropy, Loss::squared_error, Loss::binary_cross_entropy}) {
      calls.push_back(sample_loss_call<T>(n, loss, numbers));
    }
    // Both tables have the same one, of double: where its twin cannot be had, neither is compared.
    if constexpr (std::is_same_v<T, double>) calls.push_back(softmax_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> loss_calls(Numbers);
template std::vector<KernelCall<double>> loss_calls(Numbers);
