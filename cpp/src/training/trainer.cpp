#include <lenetpp/random.h>
#include <lenetpp/trainer.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "batch_checks.h"
#include "execution/passes.h"
#include "floating_point_mode.h"
#include "training/norms.h"
#include "training/step_figures.h"

namespace lenetpp {
namespace {

void require(bool holds, const std::string& message) {
  if (!holds) throw std::invalid_argument(message);
}

void check(const TrainerOptions& options, const Architecture& architecture) {
  const auto not_negative = [](double value, const char* name) {
    require(std::isfinite(value) && value >= 0,
            std::string(name) + ": expected a finite number of at least 0, got " + std::to_string(value));
  };
  require(options.batch_size >= 1 && options.batch_size <= 1 << 20,
          "batch_size: expected 1 to 1048576, got " + std::to_string(options.batch_size));
  not_negative(options.momentum, "momentum");
  require(options.momentum < 1, "momentum: expected a number below 1, got " + std::to_string(options.momentum));
  for (const double beta : {options.adam_beta1, options.adam_beta2}) {
    require(beta >= 0 && beta < 1,
            "adam_beta1 and adam_beta2: expected numbers from 0 to below 1, got " + std::to_string(beta));
  }
  require(std::isfinite(options.adam_epsilon) && options.adam_epsilon > 0,
          "adam_epsilon: expected a finite number above 0, got " + std::to_string(options.adam_epsilon));
  require(!options.nesterov || options.momentum > 0, "nesterov: needs a momentum above 0");
  not_negative(options.weight_decay, "weight_decay");
  not_negative(options.gradient_clip_norm, "gradient_clip_norm");
  for (const auto& [value, name] :
       {std::pair{options.label_smoothing, "label_smoothing"}, std::pair{options.average_decay, "average_decay"}}) {
    not_negative(value, name);
    require(value < 1, std::string(name) + ": expected a number below 1, got " + std::to_string(value));
  }
  check(options.augmentation, architecture.input);
  check_threads(options.threads);
  check_loss(options.loss, architecture);
}

constexpr std::string_view average_name = "average";

template <class T>
bool all_finite(const T* values, std::size_t count) {
  bool finite = true;  // to the end: whoever may stop at any number looks at them one by one
  for (std::size_t i = 0; i < count; ++i) finite &= std::abs(values[i]) <= std::numeric_limits<T>::max();
  return finite;
}

}  // namespace

template <class T>
struct BasicTrainer<T>::State {
  State(BasicNetwork<T>& trained, TrainerOptions chosen)
      : network(trained),
        options(chosen),
        workspace(trained.architecture(), chosen.batch_size, chosen.threads, WorkspacePurpose::training),
        gradients(trained.block().layout().size) {
    StepRules<T> rules;
    with_rule(options.optimizer, rules, [&](const auto& rule) {
      for (const std::string_view name : rule.state_names(options)) {
        state.push_back({std::string(name), ParameterBlock<T>(trained.parameter_shapes())});
      }
    });
    if (options.average_decay > 0) state.push_back({std::string(average_name), trained.block()});
    if (options.weight_decay > 0 && options.decay_weights_only) set_decays();
  }

  struct BatchResult {
    double loss = 0;  // sum over the samples
    std::size_t correct = 0;
  };

  /// Of the batch of a training pass; `number` counts from 0 since training began.
  BatchResult train_batch(const ImageSource<T>& images, const Pass& pass, std::span<const std::int32_t> labels,
                          std::span<const double> weights, double learning_rate, std::uint64_t number,
                          std::vector<ArrayStep>* figures) {
    const std::span<const Sample> samples = pass.samples;
    forward(workspace, network, images, pass);
    const bool mean = options.reduction == Reduction::mean;
    const T scale = mean ? T(1) / static_cast<T>(samples.size()) : T(1);
    BatchResult result;
    result.loss = loss_of_outputs(workspace, options.loss, labels, scale, 0, weights, options.label_smoothing);
    for (std::size_t b = 0; b < samples.size(); ++b) result.correct += workspace.predicted_class(b) == labels[b];
    if (!std::isfinite(result.loss)) return result;
    make_step(pass, step_of(learning_rate, number), figures);
    if (options.average_decay > 0) average(number);
    update_state(workspace, network, pass);
    return result;
  }

  /// Of the optimizer, by the gradients of a batch whose loss is known.
  void make_step(const Pass& pass, Step<T> step, std::vector<ArrayStep>* figures) {
    if (!figures && options.gradient_clip_norm == 0) {
      backward_and_step(workspace, network, pass, gradients.data(), step);
      return;
    }
    backward(workspace, network, pass, gradients.data());
    step.gradient_scale = gradient_scale();
    if (figures) {
      *figures = measured_step(workspace.kernels, workspace.pool, network.block().layout(), step);
    } else {
      workspace.kernels.optimizer_step(step);
    }
  }

  /// Of matrices only, and of what is more than that.
  void set_decays() {
    decays = AlignedArray<T>(gradients.size());
    const auto& shapes = network.parameter_shapes();
    for (std::size_t index = 0; index < shapes.size(); ++index) {
      if (shapes[index].dimensions.size() < 2) continue;
      const ParameterRows& array = network.block().layout().arrays[index];
      std::fill_n(decays.data() + array.offset, array.rows * array.row_stride, static_cast<T>(options.weight_decay));
    }
  }

  /// Behind step `number`.
  void average(std::uint64_t number) {
    const double step = static_cast<double>(number);
    const double kept = std::min(options.average_decay, (1 + step) / (10 + step));
    workspace.kernels.move_towards(state.back().values.data(), std::as_const(network).block().data(), gradients.size(),
                                   static_cast<T>(1 - kept));
  }

  /// Of the whole block.
  Step<T> step_of(double learning_rate, std::uint64_t number) {
    Step<T> step{
        .parameters = network.block().data(),
        .gradients = gradients.data(),
        .state = {},
        .count = gradients.size(),
        .learning_rate = static_cast<T>(learning_rate),
        .weight_decay = static_cast<T>(options.weight_decay),
        .gradient_scale = T(1),
        .optimizer = options.optimizer,
        .rules = {},
    };
    step.decays = decays.size() > 0 ? decays.data() : nullptr;
    const std::size_t of_rule = state.size() - (options.average_decay > 0 ? 1 : 0);
    for (std::size_t i = 0; i < of_rule; ++i) step.state[i] = state[i].values.data();
    with_rule(options.optimizer, step.rules, [&](auto& rule) { rule = rule.at_step(options, number); });
    return step;
  }

  T gradient_scale() const {
    if (options.gradient_clip_norm == 0) return T(1);
    SumOfSquares squares;
    for (const ParameterRows& array : network.block().layout().arrays) {
      squares.add(gradients.data() + array.offset, array);
    }
    const double norm = std::sqrt(squares.sum());
    return norm > options.gradient_clip_norm ? static_cast<T>(options.gradient_clip_norm / norm) : T(1);
  }

  /// The highest layer with a parameter that is not finite: gradients come from above. Else one with such state.
  std::optional<std::size_t> layer_not_finite() const {
    const auto last_in = [](const ParameterBlock<T>& block, const auto& shapes) -> std::optional<std::size_t> {
      for (std::size_t index = shapes.size(); index-- > 0;) {
        const ParameterRows& rows = block.layout().arrays[index];
        if (!all_finite(block.array(index), rows.rows * rows.row_stride)) return shapes[index].layer;
      }
      return std::nullopt;
    };
    const auto layer = last_in(network.block(), network.parameter_shapes());
    return layer ? layer : last_in(network.state_block(), network.state_shapes());
  }

  /// Where numbers ended, for a step whose loss is not finite: in the update before it, or in a layer's output.
  Divergence diagnose(std::size_t step) const {
    if (const auto layer = layer_not_finite()) return {step > 0 ? step - 1 : 0, *layer, "update"};
    const Plan<T>& plan = workspace.plan;
    std::size_t boundary = 1;
    while (boundary < plan.stages.size() &&
           all_finite(workspace.value(boundary, 0), workspace.batch * plan.boundaries[boundary].stride)) {
      ++boundary;
    }
    return {step, plan.layer_before(boundary), "output"};
  }

  BasicNetwork<T>& network;
  TrainerOptions options;
  Workspace<T> workspace;
  AlignedArray<T> gradients;  // in the layout of the parameters
  AlignedArray<T> decays;     // likewise, where parameters differ in their decay
  /// What the optimizer keeps for each parameter, and behind it the average, where there is one.
  struct Array {
    std::string name;
    ParameterBlock<T> values;
  };
  std::vector<Array> state;

  Array& array(std::string_view name) {
    std::string known;
    for (Array& candidate : state) {
      if (candidate.name == name) return candidate;
      known += (known.empty() ? "" : ", ") + candidate.name;
    }
    throw std::invalid_argument("state: expected " + (known.empty() ? "none with these options" : "one of " + known) +
                                ", got \"" + std::string(name) + "\"");
  }
};

template <class T>
BasicTrainer<T>::BasicTrainer(BasicNetwork<T>& network, TrainerOptions options) {
  check(options, network.architecture());
  if (!network.initialized()) {
    throw std::logic_error("network: it has no weights yet; call initialize(seed) or load a model first");
  }
  state_ = std::make_unique<State>(network, options);
}

template <class T>
BasicTrainer<T>::~BasicTrainer() = default;
template <class T>
BasicTrainer<T>::BasicTrainer(BasicTrainer&&) noexcept = default;

template <class T>
BasicNetwork<T> BasicTrainer<T>::averaged_network() const {
  if (state_->options.average_decay == 0) throw std::logic_error("averaged_network: expected an average_decay above 0");
  BasicNetwork<T> averaged = state_->network;
  averaged.block() = state_->state.back().values;
  return averaged;
}

template <class T>
std::size_t BasicTrainer<T>::memory_bytes() const {
  const std::size_t block = state_->gradients.size() * sizeof(T);
  return state_->workspace.memory_bytes() + block * (1 + state_->state.size());
}

template <class T>
std::vector<std::string> BasicTrainer<T>::state_names() const {
  std::vector<std::string> names;
  for (const auto& array : state_->state) names.push_back(array.name);
  return names;
}

template <class T>
std::vector<T> BasicTrainer<T>::state(std::string_view name, std::size_t parameter) const {
  static_cast<void>(checked_shape(state_->network.parameter_shapes(), parameter));
  return state_->array(name).values.unpadded(parameter);
}

template <class T>
void BasicTrainer<T>::set_state(std::string_view name, std::size_t parameter, std::span<const T> values) {
  const ParameterShape& shape = checked_shape(state_->network.parameter_shapes(), parameter);
  require(values.size() == shape.size(), std::string(name) + " of " + shape.name + ": expected " +
                                             std::to_string(shape.size()) + " values, got " +
                                             std::to_string(values.size()));
  state_->array(name).values.set_unpadded(parameter, values);
}

template <class T>
EpochResult BasicTrainer<T>::train_epoch(const Images& images, std::span<const std::int32_t> labels,
                                         const EpochOptions& options) {
  const DefaultFloatingPointMode mode;
  State& state = *state_;
  const TrainerOptions& settings = state.options;
  check_images(images, state.network.architecture());
  check_labels(labels, images.count(), state.network.outputs());
  check_weights(options.weights, images.count());

  const ImageSource<T> source(images, state.network.normalization(), colours_of(settings.augmentation, images));
  const std::vector<std::uint32_t> order = random_order(settings.seed, Purpose::order, options.epoch, images.count());
  const std::size_t steps = (images.count() + settings.batch_size - 1) / settings.batch_size;
  require(options.done.steps < steps, "done: expected fewer than the " + std::to_string(steps) +
                                          " steps of the epoch, got " + std::to_string(options.done.steps));
  std::vector<Sample> samples;
  std::vector<std::int32_t> batch_labels;
  std::vector<double> batch_weights;
  std::vector<ArrayStep> figures;
  EpochResult result;
  result.done = options.done;
  result.samples = options.done.steps * settings.batch_size;
  const std::size_t arrays = state.network.parameter_shapes().size();
  require(options.done.sums.size() == (options.done.measured_steps > 0 ? arrays : 0),
          "done: expected figures of " + std::to_string(arrays) + " parameter arrays where steps were measured, got " +
              std::to_string(options.done.sums.size()));
  auto last_progress = std::chrono::steady_clock::now();

  for (std::size_t step = options.done.steps; step < steps && !result.interrupted; ++step) {
    const std::size_t first = step * settings.batch_size;
    const std::size_t last = std::min(images.count(), first + settings.batch_size);
    samples.clear();
    batch_labels.clear();
    batch_weights.clear();
    for (std::size_t i = first; i < last; ++i) {
      const std::size_t index = order[i];
      samples.push_back(
          {index, random_distortion(settings.seed, options.epoch, index, settings.augmentation, images.shape())});
      batch_labels.push_back(labels[index]);
      if (!options.weights.empty()) batch_weights.push_back(options.weights[index]);
    }
    const double moment = options.epoch + static_cast<double>(step) / static_cast<double>(steps);
    result.learning_rate = options.learning_rate.at(moment);
    const Pass pass{.samples = samples, .training = true, .seed = settings.seed, .epoch = options.epoch};
    const std::uint64_t number = std::uint64_t{options.epoch} * steps + step;
    const bool measured = is_measured(step, steps, settings.batch_size);
    const auto batch = state.train_batch(source, pass, batch_labels, batch_weights, result.learning_rate, number,
                                         measured ? &figures : nullptr);
    if (!std::isfinite(batch.loss)) {
      result.divergence = state.diagnose(step);
      break;
    }
    result.done.loss_sum += batch.loss;
    result.done.correct += batch.correct;
    if (measured) add_figures(result.done, figures);
    result.done.steps = step + 1;
    result.samples = last;
    if (!options.progress) continue;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_progress < options.progress_interval && last < images.count()) continue;
    last_progress = now;
    result.interrupted = !options.progress(last) && last < images.count();
  }
  if (result.samples > 0) result.loss = result.done.loss_sum / static_cast<double>(result.samples);
  result.step_figures = mean_figures(result.done, arrays);
  if (!result.divergence) {
    if (const auto layer = state.layer_not_finite()) result.divergence = {result.done.steps - 1, *layer, "update"};
  }
  return result;
}

template class BasicTrainer<float>;
template class BasicTrainer<double>;

}  // namespace lenetpp
