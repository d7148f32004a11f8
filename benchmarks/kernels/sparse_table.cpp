#include <lenetpp/network.h>
#include <lenetpp/runtime.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <variant>

#include "table.h"
#include "tables.h"
#include "timed_step.h"

namespace {

using lenetpp::Connection;
using lenetpp::Conv2D;
using lenetpp::MaxPool2D;
using lenetpp::Shape;

struct PooledConvolution {
  std::string network;
  Shape input;
  Conv2D convolution;
  MaxPool2D pooling;
  bool is_first;  // of its network, where the gradient of the input is never computed
};

std::vector<PooledConvolution> convolutions_of_named_networks() {
  std::vector<PooledConvolution> found;
  for (const MeasuredNetwork& network : named_networks()) {
    const auto architecture = lenetpp::Architecture::parse(network.text);
    for (std::size_t i = 0; i + 1 < architecture.layers.size(); ++i) {
      const auto* convolution = std::get_if<Conv2D>(&architecture.layers[i]);
      const auto* pooling = std::get_if<MaxPool2D>(&architecture.layers[i + 1]);
      if (!convolution || !pooling) continue;
      const Shape input = i == 0 ? architecture.input : architecture.output_shapes()[i - 1];
      found.push_back({network.name, input, *convolution, *pooling, i == 0});
      // An activation that is flat somewhere would spare the dense pass some of its positions.
      found.back().convolution.activation = {};
    }
  }
  return found;
}

std::string text_of(const lenetpp::Layer& layer) { return to_string(layer); }

/// As KernelRow::place has it.
std::string place_of(const lenetpp::Layer& layer, const Shape& input) {
  return to_string(layer) + " on " + to_string(input);
}

/// A convolution below, so that the gradient of the input is computed; a loss whose gradient is nowhere zero.
MeasuredNetwork with_input_gradient(const PooledConvolution& c, const std::string& layers) {
  return {c.network, to_string(c.input) + " | conv 1x1x1 separate nobias | " + layers, lenetpp::Loss::squared_error};
}

bool sees(const PooledConvolution& c, int output, int plane) {
  switch (c.convolution.connection) {
    case Connection::separate:
      return output / c.convolution.filters == plane;
    case Connection::table: {
      const std::vector<int>& planes = c.convolution.table[static_cast<std::size_t>(output)];
      return std::find(planes.begin(), planes.end(), plane) != planes.end();
    }
    case Connection::full:
      break;
  }
  return true;
}

/// The gradient of the input as a convolution of the outputs' dense gradients, with the kernels turned around: as many
/// operations, at the speed of convolution_forward. For a convolution without strides.
Conv2D input_gradient_as_convolution(const PooledConvolution& c) {
  const int outputs = output_shape(c.convolution, c.input).planes;
  Conv2D adjoint{.filters = c.input.planes, .kernel_size = c.convolution.kernel_size, .bias = false};
  adjoint.padding = {c.convolution.kernel_size.height - 1 - c.convolution.padding.height,
                     c.convolution.kernel_size.width - 1 - c.convolution.padding.width};
  adjoint.connection = Connection::table;
  for (int plane = 0; plane < c.input.planes; ++plane) {
    std::vector<int>& seen = adjoint.table.emplace_back();
    for (int output = 0; output < outputs; ++output) {
      if (sees(c, output, plane)) seen.push_back(output);
    }
  }
  return adjoint;
}

/// What one convolution takes, in microseconds an image.
struct Comparison {
  double lists, sparse_weights, dense_weights, sparse_input, dense_input, input_as_convolution;

  [[nodiscard]] double dense_over_sparse(bool with_input) const {
    const double sparse = lists + sparse_weights + (with_input ? sparse_input : 0);
    return (dense_weights + (with_input ? std::min(dense_input, input_as_convolution) : 0)) / sparse;
  }
};

template <class T>
class SparseAndDense {
 public:
  SparseAndDense(const PooledConvolution& c, const std::string& instruction_set)
      : convolved_(output_shape(c.convolution, c.input)),
        adjoint_(input_gradient_as_convolution(c)),
        place_(place_of(c.convolution, c.input)),
        place_of_pooling_(place_of(c.pooling, convolved_)),
        place_of_adjoint_(place_of(adjoint_, convolved_)),
        sparse_(with_input_gradient(c, text_of(c.convolution) + " | " + text_of(c.pooling)), batch, instruction_set),
        dense_(with_input_gradient(c, text_of(c.convolution)), batch, instruction_set),
        as_convolution_({c.network, to_string(convolved_) + " | " + text_of(adjoint_)}, batch, instruction_set) {
    const double multiply_adds =
        static_cast<double>(lenetpp::Architecture{c.input, {c.convolution}}.multiply_adds()[0]);
    for (const Kernel kernel : {Kernel::convolution_weight_gradient, Kernel::convolution_input_gradient}) {
      if (dense_.rows()[dense_.row_of(kernel, place_)].operations != 2 * batch * multiply_adds) {
        throw std::logic_error("the dense pass of " + place_ + " left positions out");
      }
    }
  }

  void add_measurements(std::vector<std::function<void()>>& measurements, double seconds) {
    for (TimedStep<T>* step : {&sparse_, &dense_, &as_convolution_}) {
      measurements.emplace_back([step, seconds] { step->measure(seconds); });
    }
  }

  [[nodiscard]] Comparison result() const {
    const auto microseconds = [](const TimedStep<T>& step, Kernel kernel, const std::string& place) {
      return step.microseconds_per_image(step.row_of(kernel, place));
    };
    return {.lists = microseconds(sparse_, Kernel::gradient_visits, place_of_pooling_),
            .sparse_weights = microseconds(sparse_, Kernel::convolution_weight_gradient, place_),
            .dense_weights = microseconds(dense_, Kernel::convolution_weight_gradient, place_),
            .sparse_input = microseconds(sparse_, Kernel::convolution_input_gradient, place_),
            .dense_input = microseconds(dense_, Kernel::convolution_input_gradient, place_),
            .input_as_convolution = microseconds(as_convolution_, Kernel::convolution_forward, place_of_adjoint_)};
  }

 private:
  static constexpr std::size_t batch = lenetpp::samples_per_shard;

  Shape convolved_;
  Conv2D adjoint_;
  std::string place_, place_of_pooling_, place_of_adjoint_;
  TimedStep<T> sparse_, dense_, as_convolution_;
};

}  // namespace

template <class T>
bool print_sparse_against_dense(const Options& options) {
  Table table({"network", "layer", "instruction set", "lists", "weights: sparse", "dense", "input: sparse", "dense",
               "dense as convolution", "dense / sparse"},
              3);
  for (const PooledConvolution& c : convolutions_of_named_networks()) {
    const std::string layer = place_of(c.convolution, c.input) + ", " + text_of(c.pooling);
    if (!options.selects("sparse " + c.network + " " + layer)) continue;
    const std::vector<std::string> sets = lenetpp::available_instruction_sets();
    std::vector<std::unique_ptr<SparseAndDense<T>>> convolutions;
    std::vector<std::function<void()>> measurements;
    for (const std::string& set : sets) {
      convolutions.push_back(std::make_unique<SparseAndDense<T>>(c, set));
      convolutions.back()->add_measurements(measurements, options.seconds);
    }
    interleave(measurements, options.rounds);
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const Comparison times = convolutions[s]->result();
      table.add({c.network, layer, sets[s], three_digits(times.lists), three_digits(times.sparse_weights),
                 three_digits(times.dense_weights), three_digits(times.sparse_input), three_digits(times.dense_input),
                 three_digits(times.input_as_convolution), three_digits(times.dense_over_sparse(!c.is_first)) + "x"});
    }
  }
  if (table.empty()) return false;
  std::printf(
      "\n### Sparse against dense backward pass\n\n"
      "Microseconds an image. Sparse: the lists of the pooling's winners, then the gradients of the weights and of "
      "the\n"
      "input at these only. Dense: the same kernels given every position of the convolution's output, as a "
      "convolution\n"
      "without pooling has them; and the input's gradient as a forward convolution with the kernels turned around. "
      "The\n"
      "ratio takes the faster of the two, counts nothing for spreading the gradients over the positions, which "
      "favours\n"
      "dense, and leaves the input out where the layer is the first of its network.\n\n%s",
      table.text(options.markdown).c_str());
  return true;
}
template bool print_sparse_against_dense<float>(const Options&);
template bool print_sparse_against_dense<double>(const Options&);
