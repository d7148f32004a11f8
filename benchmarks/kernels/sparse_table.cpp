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

std::vector<PooledConvolution> convolutions_of(const std::vector<MeasuredNetwork>& networks) {
  std::vector<PooledConvolution> found;
  for (const MeasuredNetwork& network : networks) {
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

/// `layers` alone, without an input gradient, or above a convolution, so that it is computed; with a loss whose
/// gradient is nowhere zero.
MeasuredNetwork network_of(const PooledConvolution& c, bool with_input_gradient, const std::string& layers) {
  const std::string below = with_input_gradient ? " | conv 1x1x1 separate nobias | " : " | ";
  return {c.network, to_string(c.input) + below + layers, lenetpp::Loss::squared_error};
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

bool is_forward(Kernel kernel) {
  switch (kernel) {
    case Kernel::convolution_forward:
    case Kernel::filter_lanes_forward:
    case Kernel::max_pooling:
    case Kernel::interleaved_max_pooling:
    case Kernel::separate:
    case Kernel::separate_integers:
      return true;
    default:
      return false;
  }
}

/// Rows of all kernels that the gradients of the convolution at `place` take, once they are listed.
std::vector<std::size_t> gradient_rows(const std::vector<KernelRow>& rows, const std::string& place) {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].place == place && !is_forward(rows[i].kernel) && rows[i].kernel != Kernel::gradient_visits) {
      found.push_back(i);
    }
  }
  return found;
}

/// The backward pass of one convolution on one instruction set, in all its forms.
template <class T>
class SparseAndDense {
 public:
  SparseAndDense(const PooledConvolution& c, const std::string& instruction_set)
      : convolved_(output_shape(c.convolution, c.input)),
        adjoint_(input_gradient_as_convolution(c)),
        with_input_(!c.is_first),
        place_(place_of(c.convolution, c.input)),
        place_of_pooling_(place_of(c.pooling, convolved_)),
        place_of_adjoint_(place_of(adjoint_, convolved_)),
        sparse_(network_of(c, with_input_, text_of(c.convolution) + " | " + text_of(c.pooling)), batch,
                instruction_set),
        dense_(network_of(c, with_input_, text_of(c.convolution)), batch, instruction_set),
        dense_weights_(network_of(c, false, text_of(c.convolution)), batch, instruction_set),
        as_convolution_({c.network, to_string(convolved_) + " | " + text_of(adjoint_)}, batch, instruction_set) {
    double operations = 0;
    for (const std::size_t row : gradient_rows(dense_.rows(), place_)) operations += dense_.rows()[row].operations;
    const lenetpp::Architecture alone{c.input, {c.convolution}};
    if (operations != 2.0 * batch * static_cast<double>(alone.multiply_adds()[0]) * (with_input_ ? 2 : 1)) {
      throw std::logic_error("the dense backward pass of " + place_ + " left positions out");
    }
  }

  void add_measurements(std::vector<std::function<void()>>& measurements, double seconds) {
    for (TimedStep<T>* step : {&sparse_, &dense_, &dense_weights_, &as_convolution_}) {
      measurements.emplace_back([step, seconds] { step->measure(seconds); });
    }
  }

  /// All in microseconds an image.
  [[nodiscard]] double sparse() const {
    return sparse_.microseconds_per_image(sparse_.row_of(Kernel::gradient_visits, place_of_pooling_)) +
           gradients(sparse_);
  }
  [[nodiscard]] double dense() const { return gradients(dense_); }
  [[nodiscard]] double dense_by_convolution() const {
    return gradients(dense_weights_) + as_convolution_.microseconds_per_image(
                                           as_convolution_.row_of(Kernel::convolution_forward, place_of_adjoint_));
  }

 private:
  double gradients(const TimedStep<T>& step) const {
    double sum = 0;
    for (const std::size_t row : gradient_rows(step.rows(), place_)) sum += step.microseconds_per_image(row);
    return sum;
  }

  static constexpr std::size_t batch = lenetpp::samples_per_shard;

  Shape convolved_;
  Conv2D adjoint_;
  bool with_input_;
  std::string place_, place_of_pooling_, place_of_adjoint_;
  TimedStep<T> sparse_, dense_, dense_weights_, as_convolution_;
};

}  // namespace

template <class T>
bool print_sparse_against_dense(const Options& options) {
  Table table({"network", "layer", "instruction set", "sparse", "dense", "dense by convolution", "dense / sparse"}, 3);
  for (const PooledConvolution& c : convolutions_of(package_networks_to_measure(options.network))) {
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
      const SparseAndDense<T>& measured = *convolutions[s];
      double fastest_dense = measured.dense();
      if (!c.is_first) fastest_dense = std::min(fastest_dense, measured.dense_by_convolution());
      table.add({c.network, layer, sets[s], three_digits(measured.sparse()), three_digits(measured.dense()),
                 c.is_first ? "" : three_digits(measured.dense_by_convolution()),
                 three_digits(fastest_dense / measured.sparse()) + "x"});
    }
  }
  if (table.empty()) return false;
  std::printf(
      "\n### Sparse against dense backward pass\n\n"
      "Microseconds an image. Sparse: the list of the pooling's winners, and the gradients of the weights and of the\n"
      "input at these only. Dense: at every position of the convolution's output, as a convolution\n"
      "without pooling has them. Dense by convolution: so for the weights; the input's gradient as a forward\n"
      "convolution with the kernels turned around. The ratio takes the faster of the two, and counts nothing for\n"
      "spreading the gradients over the positions, which favours dense. Activations are left out, which would spare\n"
      "positions; the first layer of a network has no gradient of its input.\n\n%s",
      table.text(options.markdown).c_str());
  return true;
}
template bool print_sparse_against_dense<float>(const Options&);
template bool print_sparse_against_dense<double>(const Options&);
