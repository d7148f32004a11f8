// Dense layers: matrix products over a whole batch.
#include "layers/dense.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "execution/planner.h"
#include "execution/sharing.h"
#include "layers/parameters.h"

namespace lenetpp {
namespace {

/// As the author of the blog's post draws them.
double blog_deviation(const Dense& layer, std::size_t fan_in) {
  if (layer.activation.kind == ActivationKind::sigmoid) return 2.0 / static_cast<double>(fan_in);
  return std::sqrt(2.0 / static_cast<double>(fan_in)) / 10.0;
}

/// The step of one parameter array.
template <class T>
Step<T> step_of_array(const Step<T>& step, const ParameterRows& array) {
  return part_of_step(step, array.offset, round_up(array.rows * array.row_stride, lanes));
}

template <class T>
class DenseStage final : public BatchStage<T> {
 public:
  DenseStage(const Dense& layer, const StagePlace& where, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] std::vector<std::size_t> parameters() const override;
  [[nodiscard]] std::optional<Activation> watched() const override { return activation_; }
  void forward(const BatchForward<T>& call) const override;
  void backward(const BatchBackward<T>& call) const override;

 private:
  [[nodiscard]] std::size_t tasks_for(const Pass& pass, const ThreadPool& pool) const;
  [[nodiscard]] bool is_cut_by_samples(const Pass& pass, std::size_t tasks) const;
  /// The gradient of the inputs, and with `weight_step` the step of the weights in the same pass over them.
  void backward_inputs(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step) const;
  /// With `weight_step` the weights make their step; `biases_only` leaves them alone.
  void backward_parameters(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step,
                           bool biases_only) const;

  Activation activation_;
  int inputs_, inputs_padded_, units_;
  std::size_t weight_;               // index of the parameter array
  std::optional<std::size_t> bias_;  // likewise
};

template <class T>
DenseStage<T>::DenseStage(const Dense& layer, const StagePlace& where, std::size_t weight,
                          std::optional<std::size_t> bias)
    : BatchStage<T>(where),
      activation_(layer.activation),
      inputs_(static_cast<int>(where.input_stack.shape.size())),
      inputs_padded_(static_cast<int>(round_up(where.input_stack.shape.size(), lanes))),
      units_(layer.units),
      weight_(weight),
      bias_(bias) {}

template <class T>
std::vector<std::size_t> DenseStage<T>::parameters() const {
  return bias_ ? std::vector{weight_, *bias_} : std::vector{weight_};
}

/// Into how many tasks to cut the work: too little is not worth sharing. Units share the step, inputs the gradient of
/// the inputs, so that above the bottom each processor needs weights that another one has just changed; with few
/// samples their way takes longer than what is saved, unless so many have no room in the caches anyway.
template <class T>
std::size_t DenseStage<T>::tasks_for(const Pass& pass, const ThreadPool& pool) const {
  constexpr std::size_t least_multiply_adds = 1 << 18, least_samples = 16, bytes_of_caches = 1 << 20;
  const std::size_t batch = pass.samples.size();
  const std::size_t weights = static_cast<std::size_t>(inputs_) * static_cast<std::size_t>(units_);
  if (batch * weights < least_multiply_adds) return 1;
  const bool weights_change = pass.training && this->place.goes_below;
  if (weights_change && batch < least_samples && weights * sizeof(T) < bytes_of_caches) return 1;
  return static_cast<std::size_t>(pool.threads());
}

/// Whether tasks of the forward pass have samples of their own, which they find in their caches as the stage before
/// left them, or units of their own. In training, each processor has the weights of its units from the last step.
template <class T>
bool DenseStage<T>::is_cut_by_samples(const Pass& pass, std::size_t tasks) const {
  constexpr std::size_t least_samples = 16, least_in_training = 64;  // of a task, which reads all weights
  return pass.samples.size() >= tasks * (pass.training ? least_in_training : least_samples);
}

template <class T>
void DenseStage<T>::forward(const BatchForward<T>& call) const {
  const std::size_t batch = call.pass.samples.size();
  const std::size_t tasks = tasks_for(call.pass, call.pool);
  const bool by_samples = is_cut_by_samples(call.pass, tasks);
  call.pool.run(tasks, [&](std::size_t task, int) {
    const Part part{task, tasks}, whole;
    const Range samples = (by_samples ? part : whole).of(static_cast<int>(batch), samples_per_shard);
    const Range units = (by_samples ? whole : part).of(units_, lanes);
    call.kernels.dense_forward({
        .inputs = call.input.values + samples.first * call.input.stride,
        .input_stride = call.input.stride,
        .weights = call.parameters.array(weight_),
        .weight_stride = inputs_padded_,
        .bias = bias_ ? call.parameters.array(*bias_) : nullptr,
        .activation = this->place.is_last ? Activation{} : activation_,
        .outputs = call.output.values + samples.first * call.output.stride,
        .output_stride = call.output.stride,
        .batch = static_cast<std::size_t>(samples.size()),
        .inputs_padded = inputs_padded_,
        .first_unit = units.first,
        .last_unit = units.last,
    });
  });
}

template <class T>
void DenseStage<T>::backward(const BatchBackward<T>& call) const {
  const std::size_t batch = call.pass.samples.size();
  const auto& arrays = call.parameters.layout().arrays;
  for (std::size_t b = 0; b < batch && !call.activation_is_done; ++b) {
    const auto row = static_cast<std::ptrdiff_t>(b);
    call.kernels.activation_backward({.activation = activation_,
                                      .outputs = call.output.values + row * call.output.stride,
                                      .deltas = call.output_gradient.values + row * call.output_gradient.stride,
                                      .count = static_cast<std::size_t>(units_)});
  }
  const std::size_t tasks = tasks_for(call.pass, call.pool);
  std::optional<Step<T>> weight_step;
  if (call.step) weight_step = step_of_array(*call.step, arrays[weight_]);
  const Step<T>* step = weight_step ? &*weight_step : nullptr;
  const bool in_one_pass = step && this->place.goes_below && batch <= std::size_t{most_samples_of_one_pass};
  if (this->place.goes_below) backward_inputs(call, tasks, in_one_pass ? step : nullptr);
  backward_parameters(call, tasks, step, in_one_pass);  // only now may the weights change
  if (call.step && bias_) call.kernels.optimizer_step(step_of_array(*call.step, arrays[*bias_]));
}

template <class T>
void DenseStage<T>::backward_inputs(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step) const {
  call.pool.run(tasks, [&](std::size_t task, int) {
    const Range inputs = Part{task, tasks}.of(inputs_padded_, lanes);
    const DenseInputGradient<T> input_gradient{
        .deltas = call.output_gradient.values,
        .delta_stride = call.output_gradient.stride,
        .weights = call.parameters.array(weight_),
        .weight_stride = inputs_padded_,
        .input_gradients = call.input_gradient.values,
        .input_stride = call.input_gradient.stride,
        .batch = call.pass.samples.size(),
        .units = units_,
        .first_input = inputs.first,
        .last_input = inputs.last,
    };
    if (weight_step) {
      call.kernels.dense_backward_and_step(
          {.input_gradient = input_gradient, .inputs = call.input.values, .step = *weight_step});
    } else {
      call.kernels.dense_input_gradient(input_gradient);
    }
  });
}

template <class T>
void DenseStage<T>::backward_parameters(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step,
                                        bool biases_only) const {
  const auto& arrays = call.parameters.layout().arrays;
  call.pool.run(tasks, [&](std::size_t task, int) {
    const Range units = Part{task, tasks}.of(units_);  // rows of weights, which share no vector
    call.kernels.dense_weight_gradient({
        .deltas = call.output_gradient.values,
        .delta_stride = call.output_gradient.stride,
        .inputs = call.input.values,
        .input_stride = call.input.stride,
        .weight_gradients = call.gradients + arrays[weight_].offset,
        .weight_stride = inputs_padded_,
        .bias_gradients = bias_ ? call.gradients + arrays[*bias_].offset : nullptr,
        .batch = call.pass.samples.size(),
        .inputs_padded = biases_only ? 0 : inputs_padded_,
        .first_unit = units.first,
        .last_unit = units.last,
        .step = weight_step,
    });
  });
}

}  // namespace

Shape LayerKind<Dense>::output_shape(const Dense& layer, const Shape& /*input*/) { return {layer.units, 1, 1}; }

std::vector<ParameterShape> LayerKind<Dense>::parameters(const Dense& layer, const Shape& input) {
  const auto units = static_cast<std::size_t>(layer.units);
  ParameterShape weight;
  weight.dimensions = {units, input.size()};
  weight.fan_in = input.size();
  weight.fan_out = units;
  weight.blog_deviation = blog_deviation(layer, weight.fan_in);
  return weight_and_bias(weight, layer.bias, units);
}

std::size_t LayerKind<Dense>::multiply_adds(const Dense& layer, const Shape& input, const Shape& /*output*/) {
  return static_cast<std::size_t>(layer.units) * input.size();
}

PlaneStack LayerKind<Dense>::input_stack(const Dense&, const Shape& input) { return gapless_stack(input); }

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Dense>::plan(const Dense& layer, Planner& planner) {
  const std::size_t weight = planner.take_parameter();
  std::optional<std::size_t> bias;
  if (layer.bias) bias = planner.take_parameter();
  return std::make_unique<DenseStage<T>>(layer, planner.place(), weight, bias);
}
template std::unique_ptr<const Stage<float>> LayerKind<Dense>::plan(const Dense&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Dense>::plan(const Dense&, Planner&);

}  // namespace lenetpp
