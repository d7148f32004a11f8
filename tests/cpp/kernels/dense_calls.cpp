#include "calls.h"

namespace {

using lenetpp::lanes;
using lenetpp::round_up;

/// A dense layer and the part of it that one call works on.
struct Geometry {
  int inputs, inputs_padded, units, batch;
  int first_unit, last_unit, first_input, last_input;
  int input_stride, weight_stride, unit_stride;

  // Some layers have more inputs than stay in the first cache for a whole batch, some so many that their sums are made
  // in parts, for more samples than are together.
  explicit Geometry(int n)
      : inputs(1 + n * 11 % 173 +
               (n % 16 == 11 ? 1100 + n % 5 * 500
                : n % 8 == 3 ? 256
                             : 0)),
        inputs_padded(0),
        units(1 + n % 37),
        batch(1 + (n % 16 == 11 ? n : n % 19)) {
    inputs_padded = static_cast<int>(round_up(static_cast<std::size_t>(inputs), lanes));
    first_unit = n % 3 == 0 ? units / 3 : 0;
    last_unit = n % 4 == 0 ? units : units - units / 4;
    first_input = n % 3 == 0 ? inputs_padded / 3 / lanes * lanes : 0;
    last_input = n % 4 == 0 ? inputs_padded : inputs_padded - inputs_padded / 4 / lanes * lanes;
    input_stride = inputs_padded + n % 2 * lanes;
    weight_stride = inputs_padded + n % 3 * lanes;
    unit_stride = units + n % 5;
  }

  [[nodiscard]] std::string text() const {
    return describe(batch, " samples, inputs ", first_input, " to ", last_input, " of ", inputs, ", units ", first_unit,
                    " to ", last_unit, " of ", units);
  }
};

std::size_t product(int rows, int columns) { return static_cast<std::size_t>(rows * columns); }

/// Rows of numbers, zero beyond the layer's inputs up to a multiple of 16, without a meaning beyond that.
template <class T>
Handle<T> rows_of_inputs(Memory& memory, const std::string& name, int rows, int stride, const Geometry& g,
                         Generator& generator, Numbers numbers) {
  std::vector<T> values = generator.numbers<T>(product(rows, stride), numbers);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (static_cast<int>(i) % stride >= g.inputs) values[i] = 0;
  }
  const auto handle = memory.constant(name, values);
  for (int row = 0; row < rows; ++row) {
    memory.set_role(handle, product(row, stride) + product(1, g.inputs_padded), product(1, stride - g.inputs_padded),
                    Role::slack);
  }
  return handle;
}

/// Rows of which the call writes columns first to last - 1, or adds to them.
template <class T>
Handle<T> rows_to_change(Memory& memory, const std::string& name, const std::vector<T>& start, Role role, int rows,
                         int first, int last) {
  const auto handle = memory.output(name, start, Role::guard);
  const int stride = static_cast<int>(start.size()) / rows;
  for (int row = 0; row < rows; ++row) {
    memory.set_role(handle, product(row, stride) + product(1, first), product(1, last - first), role);
  }
  return handle;
}

template <class T>
Handle<T> rows_to_write(Memory& memory, const std::string& name, int rows, int stride, int first, int last) {
  return rows_to_change(memory, name, std::vector<T>(product(rows, stride)), Role::assigned, rows, first, last);
}

template <class T>
Handle<T> input_gradients_of(Memory& memory, const Geometry& g, Generator& generator, Numbers numbers) {
  return rows_to_change(memory, "input_gradients", generator.numbers<T>(product(g.batch, g.input_stride), numbers),
                        Role::added, g.batch, g.first_input, g.last_input);
}

template <class T>
KernelCall<T> forward_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  const lenetpp::Activation activation = activation_number(n);
  KernelCall<T> call{describe("dense_forward, ", g.text(), ", activation ", static_cast<int>(activation.kind)), {}, {}};
  Memory& memory = call.memory;
  const auto inputs = rows_of_inputs<T>(memory, "inputs", g.batch, g.input_stride, g, generator, numbers);
  const auto weights = rows_of_inputs<T>(memory, "weights", g.units, g.weight_stride, g, generator, numbers);
  const auto bias = memory.constant("bias", generator.numbers<T>(product(1, g.units), numbers));
  const auto outputs = rows_to_write<T>(memory, "outputs", g.batch, g.unit_stride, g.first_unit, g.last_unit);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.dense_forward({.inputs = m[inputs],
                           .input_stride = g.input_stride,
                           .weights = m[weights],
                           .weight_stride = g.weight_stride,
                           .bias = n % 2 == 0 ? m[bias] : nullptr,
                           .activation = activation,
                           .outputs = m[outputs],
                           .output_stride = g.unit_stride,
                           .batch = static_cast<std::size_t>(g.batch),
                           .inputs_padded = g.inputs_padded,
                           .first_unit = g.first_unit,
                           .last_unit = g.last_unit});
  };
  return call;
}

template <class T>
KernelCall<T> input_gradient_call(int n, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("dense_input_gradient, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto deltas = memory.constant("deltas", generator.numbers<T>(product(g.batch, g.unit_stride), numbers));
  const auto weights = rows_of_inputs<T>(memory, "weights", g.units, g.weight_stride, g, generator, numbers);
  const auto gradients = input_gradients_of<T>(memory, g, generator, numbers);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.dense_input_gradient({.deltas = m[deltas],
                                  .delta_stride = g.unit_stride,
                                  .weights = m[weights],
                                  .weight_stride = g.weight_stride,
                                  .input_gradients = m[gradients],
                                  .input_stride = g.input_stride,
                                  .batch = static_cast<std::size_t>(g.batch),
                                  .units = g.units,
                                  .first_input = g.first_input,
                                  .last_input = g.last_input});
  };
  return call;
}

/// Of seven steps one is Adam's; of the others one in three has no momentum, and one has Nesterov's.
bool is_adams(int n) { return n % 7 == 6; }
bool has_momentum(int n) { return n % 3 > 0; }

/// What the optimizer keeps for each weight: the arrays that step number `n` changes where it changes a weight.
template <class T>
struct State {
  Handle<T> first, second;

  State(Memory& memory, int n, std::size_t size, Generator& generator, Numbers numbers)
      : first(memory.output("first state", generator.numbers<T>(size, numbers), Role::guard)),
        second(memory.output("second state", magnitudes(generator.numbers<T>(size, numbers)), Role::guard)),
        number_(n) {}

  void set_role(Memory& memory, std::size_t place, std::size_t count) const {
    if (is_adams(number_) || has_momentum(number_)) memory.set_role(first, place, count, Role::updated);
    if (is_adams(number_)) memory.set_role(second, place, count, Role::updated);
  }

  lenetpp::Step<T> step(Memory& m, T* parameters) const {
    const bool adam = is_adams(number_), momentum = has_momentum(number_);
    return {.parameters = parameters,
            .gradients = nullptr,
            .state = {adam || momentum ? m[first] : nullptr, adam ? m[second] : nullptr},
            .count = 0,
            .learning_rate = T(0.03),
            .weight_decay = number_ % 4 == 0 ? T(0.01) : T(0),
            .gradient_scale = number_ % 5 == 0 ? T(0.7) : T(1),
            .optimizer = adam ? lenetpp::Optimizer::adam : lenetpp::Optimizer::sgd,
            .rules = {.sgd = {.momentum = momentum ? T(0.9) : T(0), .nesterov = number_ % 3 == 2},
                      .adam = adam_rule<T>(static_cast<std::uint64_t>(number_))}};
  }

 private:
  int number_;
};

/// The gradients are kept, or each weight makes its step at once.
template <class T>
KernelCall<T> weight_gradient_call(int n, bool steps, Numbers numbers) {
  const Geometry g(n);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("dense_weight_gradient, ", steps ? "steps, " : "", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto deltas = memory.constant("deltas", generator.numbers<T>(product(g.batch, g.unit_stride), numbers));
  const auto inputs = rows_of_inputs<T>(memory, "inputs", g.batch, g.input_stride, g, generator, numbers);
  const std::vector<T> start = generator.numbers<T>(product(g.units, g.weight_stride), numbers);
  const auto parameters = memory.output("parameters", start, Role::guard);
  const State<T> state(memory, n, start.size(), generator, numbers);
  const auto gradients = memory.output("weight_gradients", start, Role::guard);
  for (int u = g.first_unit; u < g.last_unit; ++u) {
    const std::size_t first = product(u, g.weight_stride), count = product(1, g.inputs_padded);
    if (!steps) memory.set_role(gradients, first, count, Role::assigned);
    if (steps) memory.set_role(parameters, first, count, Role::updated);
    if (steps) state.set_role(memory, first, count);
  }
  const bool has_bias = n % 2 == 0;
  const auto bias_gradients =
      rows_to_write<T>(memory, "bias_gradients", 1, g.units, g.first_unit, has_bias ? g.last_unit : g.first_unit);
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    const lenetpp::Step<T> step = state.step(m, m[parameters]);
    kernels.dense_weight_gradient({.deltas = m[deltas],
                                   .delta_stride = g.unit_stride,
                                   .inputs = m[inputs],
                                   .input_stride = g.input_stride,
                                   .weight_gradients = steps ? nullptr : m[gradients],
                                   .weight_stride = g.weight_stride,
                                   .bias_gradients = has_bias ? m[bias_gradients] : nullptr,
                                   .batch = static_cast<std::size_t>(g.batch),
                                   .inputs_padded = g.inputs_padded,
                                   .first_unit = g.first_unit,
                                   .last_unit = g.last_unit,
                                   .step = steps ? &step : nullptr});
  };
  return call;
}

/// The weights are the parameters that make their steps. Of each 12 calls with the same batch, all kinds of steps meet
/// all ranges of inputs.
template <class T>
KernelCall<T> backward_and_step_call(int n, Numbers numbers) {
  Geometry g(n);
  g.batch = 1 + n / 12 % static_cast<int>(lenetpp::most_samples_of_one_pass);
  Generator generator(static_cast<std::uint64_t>(n));
  KernelCall<T> call{describe("dense_backward_and_step, ", g.text()), {}, {}};
  Memory& memory = call.memory;
  const auto deltas = memory.constant("deltas", generator.numbers<T>(product(g.batch, g.unit_stride), numbers));
  const auto inputs = rows_of_inputs<T>(memory, "inputs", g.batch, g.input_stride, g, generator, numbers);
  const auto gradients = input_gradients_of<T>(memory, g, generator, numbers);
  const std::size_t size = product(g.units, g.weight_stride);
  const auto parameters = memory.output("parameters", generator.numbers<T>(size, numbers), Role::guard);
  const State<T> state(memory, n, size, generator, numbers);
  for (int u = 0; u < g.units; ++u) {
    const std::size_t first = product(u, g.weight_stride) + product(1, g.first_input);
    const std::size_t count = product(1, g.last_input - g.first_input);
    memory.set_role(parameters, first, count, Role::updated);
    state.set_role(memory, first, count);
  }
  call.run = [=](const lenetpp::Kernels<T>& kernels, Memory& m) {
    kernels.dense_backward_and_step({.input_gradient = {.deltas = m[deltas],
                                                        .delta_stride = g.unit_stride,
                                                        .weights = m[parameters],
                                                        .weight_stride = g.weight_stride,
                                                        .input_gradients = m[gradients],
                                                        .input_stride = g.input_stride,
                                                        .batch = static_cast<std::size_t>(g.batch),
                                                        .units = g.units,
                                                        .first_input = g.first_input,
                                                        .last_input = g.last_input},
                                     .inputs = m[inputs],
                                     .step = state.step(m, m[parameters])});
  };
  return call;
}

}  // namespace

template <class T>
std::vector<KernelCall<T>> dense_calls(Numbers numbers) {
  std::vector<KernelCall<T>> calls;
  for (int n = 0; n < 76; ++n) {
    calls.push_back(forward_call<T>(n, numbers));
    calls.push_back(input_gradient_call<T>(n, numbers));
    calls.push_back(weight_gradient_call<T>(n, false, numbers));
    calls.push_back(weight_gradient_call<T>(n, true, numbers));
    calls.push_back(backward_and_step_call<T>(n, numbers));
  }
  return calls;
}
template std::vector<KernelCall<float>> dense_calls(Numbers);
template std::vector<KernelCall<double>> dense_calls(Numbers);
