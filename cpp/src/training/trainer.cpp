#include <lenetpp/random.h>
#include <lenetpp/trainer.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <utility>

#include "floating_point_mode.h"
#include "require.h"
#include "training/divergence.h"
#include "training/step_figures.h"
#include "training/trainer_options.h"
#include "training/trainer_state.h"

namespace lenetpp {

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
void BasicTrainer<T>::check_batches(std::size_t images) const {
  state_->check_batches(images);
}

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
  const State& state = *state_;
  const std::size_t samples = state.workspace ? state.workspace->capacity : state.options.batch_size;
  const WorkspaceSizes<T> workspace(state.network.architecture(), samples, state.options.threads,
                                    WorkspacePurpose::training);
  return workspace.bytes() + block * (1 + state.state.size());
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
StepResult BasicTrainer<T>::train_step(const Images& images, std::span<const std::int32_t> labels,
                                       const StepOptions& options) {
  const DefaultFloatingPointMode mode;
  State& state = *state_;
  const TrainerOptions& settings = state.options;
  state.check_examples(images, labels, options.weights);
  require(images.count() <= settings.batch_size, "images: expected at most a batch of " +
                                                     std::to_string(settings.batch_size) + ", got " +
                                                     std::to_string(images.count()));
  require(std::isfinite(options.learning_rate) && options.learning_rate >= 0,
          "learning_rate: expected a finite number of at least 0, got " + std::to_string(options.learning_rate));
  state.check_batches(images.count());

  std::vector<Sample> samples;
  samples.reserve(images.count());
  for (std::size_t b = 0; b < images.count(); ++b) {
    samples.push_back({b, random_distortion(settings.seed, options.number, b, settings.augmentation, images.shape())});
  }
  const ImageSource<T> source(images, state.network.normalization(), colours_of(settings.augmentation, images));
  const Pass pass{.samples = samples, .training = true, .seed = settings.seed, .epoch = options.number};
  const auto batch =
      state.train_batch(source, pass, labels, options.weights, options.learning_rate, options.number, nullptr);
  StepResult result{batch.loss / static_cast<double>(images.count()), batch.correct, {}};
  if (!std::isfinite(batch.loss)) {
    result.divergence = diagnose(*state.workspace, state.network, options.number);
  } else if (const auto layer = layer_not_finite(state.network)) {
    result.divergence = {options.number, *layer, "update"};
  }
  return result;
}

template <class T>
EpochResult BasicTrainer<T>::train_epoch(const Images& images, std::span<const std::int32_t> labels,
                                         const EpochOptions& options) {
  const DefaultFloatingPointMode mode;
  State& state = *state_;
  const TrainerOptions& settings = state.options;
  state.check_examples(images, labels, options.weights);
  state.check_batches(images.count());

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
      result.divergence = diagnose(*state.workspace, state.network, step);
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
    if (const auto layer = layer_not_finite(state.network))
      result.divergence = {result.done.steps - 1, *layer, "update"};
  }
  return result;
}

template class BasicTrainer<float>;
template class BasicTrainer<double>;

}  // namespace lenetpp
