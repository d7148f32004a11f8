// What one call of a kernel works on: which layer it belongs to, by the memory that it is given, and how many
// operations it is asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "kernels/kernels.h"
#include "workspace.h"

struct CallWork {
  std::string place;      // "conv 6x5x5 pad2 relu on 1x28x28"
  double operations = 0;  // multiplications and additions that the result needs; 0 where they are not what counts
};

/// Overloads for the arguments of every kernel.
template <class T>
class WorkOf {
 public:
  WorkOf(const lenetpp::Architecture& architecture, const lenetpp::Workspace<T>& workspace)
      : architecture_(architecture), workspace_(workspace), plan_(workspace.plan) {}

  CallWork operator()(const lenetpp::ConvolutionForward<T>& a) const {
    const auto& stage = convolution([&](const auto& s) { return s.tap_offsets.data() == a.tap_offsets; });
    return {layer(stage.layer), 2.0 * a.filters * a.planes * a.taps * stage.height * stage.width};
  }
  CallWork operator()(const lenetpp::MaxPooling<T>& a) const { return {pooling_before(a.output)}; }
  CallWork operator()(const lenetpp::GradientVisits<T>& a) const { return {pooling_before(a.outputs)}; }
  CallWork operator()(const lenetpp::ConvolutionWeightGradient<T>& a) const {
    return of_visits(a.row_offsets, a.visits, a.filters);
  }
  CallWork operator()(const lenetpp::ConvolutionInputGradient<T>& a) const {
    return of_visits(a.row_offsets, a.visits, a.targets * a.filters);
  }

  CallWork operator()(const lenetpp::WindowColumns& layout, const T*, T*) const {
    return {layer(window_stage([&](const lenetpp::WindowBlocks& windows) {
                    return &windows.of_input == &layout || &windows.of_filters == &layout;
                  }).layer)};
  }
  CallWork operator()(const lenetpp::WindowWeightGradient<T>& a) const {
    const auto place = static_cast<std::size_t>(a.gradients - workspace_.shard_gradients.data());
    const std::size_t in_shard = place % (plan_.plane_parameters + plan_.filter_blocks) - plan_.plane_parameters;
    return of_windows(in_shard, a.visits, a.filters);
  }
  CallWork operator()(const lenetpp::WindowInputGradient<T>& a) const {
    return of_windows(static_cast<std::size_t>(a.weights - workspace_.filter_blocks.data()), a.visits, a.filters);
  }

  CallWork operator()(const lenetpp::DenseForward<T>& a) const {
    const lenetpp::DenseStage& stage = dense(boundary(workspace_.values, a.outputs) - 1);
    return {layer(stage.layer), products(a.batch, a.last_unit - a.first_unit, stage.inputs)};
  }
  CallWork operator()(const lenetpp::DenseInputGradient<T>& a) const {
    const lenetpp::DenseStage& stage = dense(boundary(workspace_.deltas, a.input_gradients));
    return {layer(stage.layer), products(a.batch, a.units, std::min(stage.inputs, a.last_input) - a.first_input)};
  }
  CallWork operator()(const lenetpp::DenseWeightGradient<T>& a) const {
    const lenetpp::DenseStage& stage = dense(boundary(workspace_.values, a.inputs));
    const int inputs = std::min(stage.inputs, a.inputs_padded);
    return {layer(stage.layer), products(a.batch, a.last_unit - a.first_unit, inputs)};
  }
  CallWork operator()(const lenetpp::DenseBackwardAndStep<T>& a) const {
    CallWork work = (*this)(a.input_gradient);
    work.operations *= 2;
    return work;
  }
  CallWork operator()(const lenetpp::ActivationForward<T>& a) const { return {layer_before(a.values)}; }
  CallWork operator()(const lenetpp::ActivationBackward<T>& a) const { return {layer_before(a.outputs)}; }

  CallWork operator()(const lenetpp::SampleLoss<T>&) const { return {outputs()}; }
  CallWork operator()(const T*, T*, std::size_t) const { return {outputs()}; }                             // softmax
  CallWork operator()(const std::uint8_t*, T*, std::size_t, T, T) const { return {"images " + input()}; }  // normalize
  CallWork operator()(const float*, T*, std::size_t, T, T) const { return {"images " + input()}; }
  CallWork operator()(T*, const T*, std::size_t) const { return {"sums of shards"}; }  // add
  CallWork operator()(const lenetpp::SgdUpdate<T>&) const { return {"convolutions and biases"}; }

 private:
  static double products(std::size_t batch, int units, int inputs) {
    return 2.0 * static_cast<double>(batch) * units * inputs;
  }

  std::string input() const { return to_string(architecture_.input); }
  std::string outputs() const { return std::to_string(plan_.outputs) + " outputs"; }

  std::string layer(std::size_t index) const {
    const lenetpp::Shape shape = index == 0 ? architecture_.input : architecture_.output_shapes()[index - 1];
    return to_string(architecture_.layers[index]) + " on " + to_string(shape);
  }

  /// The arrays' index at which `p` points into one.
  std::size_t boundary(const std::vector<lenetpp::AlignedArray<T>>& arrays, const T* p) const {
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      const T* begin = arrays[i].data();
      if (std::less_equal<>()(begin, p) && std::less<>()(p, begin + arrays[i].size())) return i;
    }
    throw_unknown();
  }

  std::string layer_before(const T* values) const {
    return layer(plan_.layer_before(boundary(workspace_.values, values)));
  }

  /// Of a stage's outputs: its pooling where it has one behind its convolution.
  std::string pooling_before(const T* outputs) const {
    const std::size_t stage = boundary(workspace_.values, outputs) - 1;
    const auto* convolution = std::get_if<lenetpp::ConvolutionStage>(&plan_.plane_stages[stage]);
    return layer(plan_.layer_before(stage + 1) + (convolution && plan_.boundaries[stage + 1].winners > 0 ? 1 : 0));
  }

  const lenetpp::DenseStage& dense(std::size_t stage) const {
    return plan_.dense_stages.at(stage - plan_.plane_stages.size());
  }

  template <class Matches>
  const lenetpp::ConvolutionStage& convolution(const Matches& matches) const {
    for (const auto& stage : plan_.plane_stages) {
      const auto* convolution = std::get_if<lenetpp::ConvolutionStage>(&stage);
      if (convolution && matches(*convolution)) return *convolution;
    }
    throw_unknown();
  }

  CallWork of_visits(const std::int32_t* row_offsets, const lenetpp::Visits<T>* visits, int lists) const {
    int planes = 0;
    const auto& stage = convolution([&](const lenetpp::ConvolutionStage& candidate) {
      return std::any_of(candidate.groups.begin(), candidate.groups.end(), [&](const lenetpp::ConvolutionGroup& group) {
        planes = group.planes;
        return group.row_offsets.data() == row_offsets;
      });
    });
    return of_visits(stage, planes, visits, lists);
  }

  CallWork of_windows(std::size_t filters_at, const lenetpp::Visits<T>* visits, int lists) const {
    const auto& stage =
        window_stage([&](const lenetpp::WindowBlocks& windows) { return windows.filters_at == filters_at; });
    return of_visits(stage, stage.input.shape.planes, visits, lists);
  }

  CallWork of_visits(const lenetpp::ConvolutionStage& stage, int planes, const lenetpp::Visits<T>* visits,
                     int lists) const {
    std::size_t count = 0;
    for (int list = 0; list < lists; ++list) count += visits[list].count;
    return {layer(stage.layer), products(count, planes, static_cast<int>(stage.tap_offsets.size()))};
  }

  template <class Matches>
  const lenetpp::ConvolutionStage& window_stage(const Matches& matches) const {
    return convolution(
        [&](const lenetpp::ConvolutionStage& stage) { return stage.windows && matches(*stage.windows); });
  }

  [[noreturn]] static void throw_unknown() {
    throw std::logic_error(
        "a kernel was called with memory of no known layer: benchmarks/kernels/call_work.h, where "
        "layers are recognized, no longer agrees with the walk");
  }

  const lenetpp::Architecture& architecture_;
  const lenetpp::Workspace<T>& workspace_;
  const lenetpp::Plan& plan_;
};
