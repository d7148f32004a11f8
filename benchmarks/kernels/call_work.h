// What one call of a kernel works on: which layer it belongs to, by the memory that it is given, and how many
// operations it is asked for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "execution/workspace.h"
#include "kernels/kernels.h"
#include "layers/convolution_stage.h"
#include "layers/full_convolution_stage.h"
#include "layers/separate_convolution_stage.h"
#include "training_step.h"

struct CallWork {
  std::string place;  // "conv 6x5x5 pad2 relu on 1x28x28"
  /// Multiplications and additions that the result needs, without those of an activation; 0 where they are not what
  /// counts.
  double operations = 0;
};

/// Overloads for the arguments of every kernel.
template <class T>
class WorkOf {
 public:
  explicit WorkOf(const TrainingStep<T>& step)
      : step_(step), architecture_(step.architecture()), workspace_(step.workspace()), plan_(workspace_.plan) {}

  CallWork operator()(const lenetpp::ConvolutionForward<T>& a) const {
    for (const auto& planned : plan_.stages) {
      const auto* stage = dynamic_cast<const lenetpp::SeparateConvolutionStage<T>*>(planned.get());
      if (!stage || stage->tap_offsets().data() != a.tap_offsets) continue;
      // A row of the outputs of all planes.
      return {layer(stage->place.layer),
              2.0 * a.filters * a.taps * stage->layout().input.shape.planes * stage->layout().width};
    }
    const Convolution& stage =
        convolution([&](const Convolution& each) { return each.layout().tap_offsets.data() == a.tap_offsets; });
    return {layer(stage.place.layer),
            2.0 * a.filters * a.planes * a.taps * stage.layout().height * stage.layout().width};
  }
  CallWork operator()(const lenetpp::MaxPooling<T>& a) const { return {pooling_before(a.output)}; }
  CallWork operator()(const lenetpp::GradientVisits<T>& a) const { return {pooling_before(a.outputs)}; }
  CallWork operator()(const lenetpp::ConvolutionWeightGradient<T>& a) const {
    return of_visits(a.row_offsets, a.visits, a.filters);
  }
  CallWork operator()(const lenetpp::ConvolutionInputGradient<T>& a) const {
    return of_visits(a.row_offsets, a.visits, a.targets * a.filters);
  }

  /// Planes that become interleaved numbers or the other way round: an image's, or a layer's weights for a whole batch.
  CallWork operator()(const lenetpp::Interleaving&, const T* from, T* to) const {
    if (points_into(workspace_.prepared, to)) return {"weights of " + layer_of(stage_prepared_at(to))};
    if (const auto read = find(workspace_.values, from)) return {layer_of(*read)};
    return {layer_of(boundary_of_gradient(to))};
  }
  CallWork operator()(const lenetpp::Interleaving&, const T*, lenetpp::Activation, T* to) const {
    if (points_into(step_.gradients(), to)) return {"weights of " + layer_of(stage_of_gradients_at(to))};
    return {pooling_before(to)};
  }
  CallWork operator()(const lenetpp::Interleaving&, const T*, std::int32_t* winners) const {
    return {pooling_of(boundary(workspace_.winners, winners) - 1)};
  }
  CallWork operator()(const lenetpp::InterleavedDeltas<T>& a) const { return {layer_before(a.outputs)}; }
  /// Of memory between two kernels nothing is known; poolings of the same shape are one row anyway.
  CallWork operator()(const lenetpp::InterleavedMaxPooling<T>& a) const {
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      const auto* stage = dynamic_cast<const Convolution*>(plan_.stages[s].get());
      if (!stage || !stage->has_pooling()) continue;
      const auto& pooling = std::get<lenetpp::MaxPool2D>(architecture_.layers[stage->place.layer + 1]);
      const Layout& layout = stage->layout();
      const int planes = layout.separate ? layout.input.shape.planes : stage->place.output_stack.shape.planes;
      if (layout.height == a.height && layout.width == a.width && planes == a.planes && pooling.size == a.size &&
          pooling.strides == a.strides) {
        return {pooling_of(s)};
      }
    }
    throw_unknown();
  }

  CallWork operator()(const lenetpp::FilterLanesForward<T>& a) const {
    return of_places(convolution_prepared_at(a.weights));
  }
  CallWork operator()(const lenetpp::FilterLanesWeightGradient<T>& a) const {
    return of_places(convolution_of_rows(a.row_offsets));
  }
  CallWork operator()(const lenetpp::FullInputGradient<T>& a) const {
    return of_places(convolution_prepared_at(a.weights));
  }
  CallWork operator()(const lenetpp::WindowWeightGradient<T>& a) const {
    return of_windows(convolution<FullConvolution>([&](const FullConvolution& each) {
                        return each.full_layout().window_offsets.data() == a.window_offsets;
                      }),
                      a.visits, a.filters);
  }
  CallWork operator()(const lenetpp::SparseInputGradient<T>& a) const {
    return of_windows(convolution_prepared_at(a.weights), a.visits, a.filters);
  }

  /// Of each number: into the mean; its distance from that, squared, into the sum.
  CallWork operator()(const lenetpp::PlaneMoments<T>& a) const {
    const double numbers = static_cast<double>(a.area) * a.planes * (a.images.last - a.images.first);
    return {layer_of(boundary(workspace_.values, a.input)), 4 * numbers};
  }
  CallWork operator()(const lenetpp::ScaledPlanes<T>& a) const { return {layer_before(a.output), 2 * numbers_of(a)}; }
  /// Of each number: its delta into a sum; its distance from the center, times the delta, into another one.
  CallWork operator()(const lenetpp::ScaledGradientSums<T>& a) const {
    return {layer_before_gradient(a.gradients), 4 * numbers_of(a) * (a.images.last - a.images.first)};
  }
  CallWork operator()(const lenetpp::ScaledGradients<T>& a) const {
    return {layer_before_gradient(a.gradients), (a.adds ? 6 : 5) * numbers_of(a)};
  }
  /// Squares into the base's sum, and that times alpha, plus k; no divisions and no roots.
  CallWork operator()(const lenetpp::LocalResponseForward<T>& a) const {
    return {layer_before(a.output), 2 * numbers_in_windows(a) + 2 * numbers_of(a)};
  }
  /// The base again; a product for each share, which are summed; two products, added up and then to the gradient.
  CallWork operator()(const lenetpp::LocalResponseBackward<T>& a) const {
    return {layer_before_gradient(a.gradients), 3 * numbers_in_windows(a) + 7 * numbers_of(a)};
  }

  CallWork operator()(const lenetpp::DenseForward<T>& a) const {
    const std::size_t stage = boundary(workspace_.values, a.outputs) - 1;
    return {layer_of(stage), products(a.batch, a.last_unit - a.first_unit, inputs_of(stage))};
  }
  CallWork operator()(const lenetpp::DenseInputGradient<T>& a) const {
    const std::size_t stage = boundary(workspace_.gradients, a.input_gradients);
    return {layer_of(stage), products(a.batch, a.units, std::min(inputs_of(stage), a.last_input) - a.first_input)};
  }
  CallWork operator()(const lenetpp::DenseWeightGradient<T>& a) const {
    const std::size_t stage = boundary(workspace_.values, a.inputs);
    return {layer_of(stage) + (a.step ? ", with step" : ""),
            products(a.batch, a.last_unit - a.first_unit, std::min(inputs_of(stage), a.inputs_padded))};
  }
  CallWork operator()(const lenetpp::DenseBackwardAndStep<T>& a) const {
    CallWork work = (*this)(a.input_gradient);
    work.operations *= 2;
    return work;
  }
  CallWork operator()(const lenetpp::ActivationForward<T>& a) const { return {layer_before(a.values)}; }
  CallWork operator()(const lenetpp::ActivationBackward<T>& a) const { return {layer_before(a.outputs)}; }
  CallWork operator()(const lenetpp::ActivatedSum<T>& a) const { return {layer_before(a.output.values)}; }
  CallWork operator()(const lenetpp::ActivatedSumGradient<T>& a) const { return {layer_before(a.output.values)}; }

  CallWork operator()(const lenetpp::SampleLoss<T>&) const { return {outputs()}; }
  CallWork operator()(const double*, double*, std::size_t) const { return {outputs()}; }                   // softmax
  CallWork operator()(const std::uint8_t*, T*, std::size_t, T, T) const { return {"images " + input()}; }  // normalize
  CallWork operator()(const float*, T*, std::size_t, T, T) const { return {"images " + input()}; }
  CallWork operator()(T*, const T*, std::size_t) const { return {"sums of shards"}; }  // add
  CallWork operator()(const lenetpp::Step<T>&) const { return {"all but dense weights"}; }
  CallWork operator()(T*, const T*, std::size_t, T) const { return {"averaged weights"}; }

 private:
  using Convolution = lenetpp::ConvolutionStage<T>;
  using FullConvolution = lenetpp::FullConvolutionStage<T>;
  using Layout = lenetpp::ConvolutionLayout;

  static double products(std::size_t batch, int units, int inputs) {
    return 2.0 * static_cast<double>(batch) * units * inputs;
  }

  /// Of an image's planes.
  template <class Planes>
  static double numbers_of(const Planes& a) {
    return static_cast<double>(a.planes) * a.height * a.width;
  }
  /// Of all windows over neighbouring planes, which end where the planes do.
  static double numbers_in_windows(const lenetpp::LocalResponse<T>& a) {
    int planes = 0;
    for (int plane = 0; plane < a.planes; ++plane) {
      planes += std::min(plane + a.size / 2, a.planes - 1) - std::max(plane - a.size / 2, 0) + 1;
    }
    return static_cast<double>(planes) * a.height * a.width;
  }

  std::string input() const { return to_string(architecture_.input); }
  std::string outputs() const { return std::to_string(plan_.outputs) + " outputs"; }

  std::string layer(std::size_t index) const {
    const lenetpp::Shape shape = index == 0 ? architecture_.input : architecture_.output_shapes()[index - 1];
    return to_string(architecture_.layers[index]) + " on " + to_string(shape);
  }

  template <class E>
  static bool points_into(const lenetpp::AlignedArray<E>& array, const E* p) {
    return std::less_equal<>()(array.data(), p) && std::less<>()(p, array.data() + array.size());
  }

  /// The arrays' index at which `p` points into one.
  template <class E>
  static std::optional<std::size_t> find(const std::vector<lenetpp::AlignedArray<E>>& arrays, const E* p) {
    for (std::size_t i = 0; i < arrays.size(); ++i) {
      if (points_into(arrays[i], p)) return i;
    }
    return std::nullopt;
  }
  template <class E>
  std::size_t boundary(const std::vector<lenetpp::AlignedArray<E>>& arrays, const E* p) const {
    if (const auto found = find(arrays, p)) return *found;
    throw_unknown();
  }
  /// Of a batch or, beside an ImageStage, of one image.
  std::size_t boundary_of_gradient(const T* p) const {
    if (const auto found = find(workspace_.workers.front().gradients, p)) return *found;
    return boundary(workspace_.gradients, p);
  }

  /// The last stage whose part begins at `p` or before it: those that have prepared nothing begin where the next does.
  std::size_t stage_prepared_at(const T* p) const {
    const auto place = static_cast<std::size_t>(p - workspace_.prepared.data());
    const auto next = std::upper_bound(plan_.prepared_at.begin(), plan_.prepared_at.end(), place);
    return static_cast<std::size_t>(next - plan_.prepared_at.begin()) - 1;
  }
  const Convolution& convolution_prepared_at(const T* p) const {
    const lenetpp::Stage<T>& stage = *plan_.stages[stage_prepared_at(p)];
    return convolution([&](const Convolution& each) { return &each == &stage; });
  }
  /// By the array of parameters whose gradients are to lie at `p`.
  std::size_t stage_of_gradients_at(const T* p) const {
    const auto place = static_cast<std::size_t>(p - step_.gradients().data());
    for (std::size_t s = 0; s < plan_.stages.size(); ++s) {
      for (const std::size_t index : plan_.stages[s]->parameters()) {
        const lenetpp::ParameterRows& array = step_.block().layout().arrays[index];
        if (array.offset <= place && place < array.offset + array.rows * array.row_stride) return s;
      }
    }
    throw_unknown();
  }

  std::string layer_before(const T* values) const {
    return layer(plan_.layer_before(boundary(workspace_.values, values)));
  }

  std::string layer_before_gradient(const T* gradients) const {
    return layer(plan_.layer_before(boundary_of_gradient(gradients)));
  }

  /// Of a stage's outputs.
  std::string pooling_before(const T* outputs) const { return pooling_of(boundary(workspace_.values, outputs) - 1); }
  /// A stage's pooling where it has one behind its convolution.
  std::string pooling_of(std::size_t stage) const {
    const auto* convolution = dynamic_cast<const Convolution*>(plan_.stages[stage].get());
    return layer(plan_.stages[stage]->place.layer + (convolution && convolution->has_pooling() ? 1 : 0));
  }

  std::string layer_of(std::size_t stage) const { return layer(plan_.stages[stage]->place.layer); }
  int inputs_of(std::size_t stage) const { return static_cast<int>(plan_.boundaries[stage].stack.shape.size()); }

  template <class C = Convolution, class Matches>
  const C& convolution(const Matches& matches) const {
    for (const auto& stage : plan_.stages) {
      const auto* convolution = dynamic_cast<const C*>(stage.get());
      if (convolution && matches(*convolution)) return *convolution;
    }
    throw_unknown();
  }

  /// The group of a convolution that has these offsets; null where none has.
  static const lenetpp::ConvolutionGroup* group_of(const Convolution& stage, const std::int32_t* row_offsets) {
    const auto& groups = stage.layout().groups;
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& group) { return group.row_offsets.data() == row_offsets; });
    return found == groups.end() ? nullptr : &*found;
  }
  const Convolution& convolution_of_rows(const std::int32_t* row_offsets) const {
    return convolution([&](const Convolution& each) { return group_of(each, row_offsets) != nullptr; });
  }

  CallWork of_visits(const std::int32_t* row_offsets, const lenetpp::Visits<T>* visits, int lists) const {
    const Convolution& stage = convolution_of_rows(row_offsets);
    return of_visits(stage, group_of(stage, row_offsets)->planes, visits, lists);
  }

  CallWork of_windows(const Convolution& stage, const lenetpp::Visits<T>* visits, int lists) const {
    return of_visits(stage, stage.layout().input.shape.planes, visits, lists);
  }
  /// All places of the convolution's output, and no filters that are there to fill vectors.
  CallWork of_places(const Convolution& stage) const {
    const Layout& layout = stage.layout();
    const auto places = static_cast<std::size_t>(layout.height) * static_cast<std::size_t>(layout.width);
    return {layer(stage.place.layer), products(places * layout.tap_offsets.size(),
                                               stage.place.output_stack.shape.planes, layout.input.shape.planes)};
  }

  CallWork of_visits(const Convolution& stage, int planes, const lenetpp::Visits<T>* visits, int lists) const {
    std::size_t count = 0;
    for (int list = 0; list < lists; ++list) count += visits[list].count;
    return {layer(stage.place.layer), products(count, planes, static_cast<int>(stage.layout().tap_offsets.size()))};
  }

  [[noreturn]] static void throw_unknown() {
    throw std::logic_error(
        "a kernel was called with memory of no known layer: benchmarks/kernels/call_work.h, where "
        "layers are recognized, no longer agrees with the execution");
  }

  const TrainingStep<T>& step_;
  const lenetpp::Architecture& architecture_;
  const lenetpp::Workspace<T>& workspace_;
  const lenetpp::Plan<T>& plan_;
};
