// Trainer: batches -> shards -> threads -> ordered gradient sum -> step of the optimizer. The only place where time
// passes.
#pragma once

#include <lenetpp/augmentation.h>
#include <lenetpp/export.h>
#include <lenetpp/images.h>
#include <lenetpp/losses.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lenetpp {

enum class Reduction { mean, sum };  ///< over the samples of a batch

struct TrainerOptions {
  std::size_t batch_size = 16;
  Loss loss = Loss::cross_entropy;
  Reduction reduction = Reduction::mean;
  Optimizer optimizer = Optimizer::sgd;
  double momentum = 0.9;  ///< sgd: v = momentum v + g; w -= rate v (PyTorch's form)
  bool nesterov = false;
  double adam_beta1 = 0.9;          ///< adam: what a step keeps of the mean of the gradients
  double adam_beta2 = 0.999;        ///< and of the mean of their squares
  double adam_epsilon = 1e-8;       ///< added to the root of that mean
  double weight_decay = 0.0;        ///< g += weight_decay w; adamw: w -= rate weight_decay w
  bool decay_weights_only = false;  ///< only arrays of two and more dimensions: no biases, scales and shifts
  double gradient_clip_norm = 0.0;  ///< the norm of all gradients together is kept at or below this; 0: no limit
  double gradient_clip_value =
      0.0;                       ///< each number of the gradients is kept within this, before their norm; 0: no limit
  double label_smoothing = 0.0;  ///< share of the target that is spread over all classes (Szegedy et al. 2016)
  /// What averaged_network() keeps of the average at a step t, counted from 0, at most: (1 + t) / (10 + t) where that
  /// is less, so that early weights are soon forgotten. 0: no average.
  double average_decay = 0.0;
  Augmentation augmentation{};
  std::uint64_t seed = 1;  ///< order of the images and augmentation
  int threads = 1;
};

struct StepOptions {
  double learning_rate = 0.01;
  /// Counts from 0 since training began; chooses what is random, and is part of Adam's rule.
  std::uint32_t number = 0;
  std::span<const double> weights{};  ///< as EpochOptions::weights
};

enum class ScheduleKind { constant, step, cosine, one_cycle };

/// The learning rate at a moment `epoch` (a real number: 2.5 is the middle of the third epoch).
struct LENETPP_API LearningRate {
  LearningRate(double rate = 0.01) : initial(rate) {}  // NOLINT(google-explicit-constructor): a number is a rate

  double initial;
  ScheduleKind schedule = ScheduleKind::constant;
  double epochs = 0;               ///< cosine and one_cycle: where the rate reaches zero
  std::vector<double> restarts{};  ///< cosine: where it reaches zero before and begins anew at `initial`, rising
  int step_epochs = 1;             ///< step: the rate is multiplied by step_factor every so many epochs
  double step_factor = 0.1;
  double warmup_epochs = 0;  ///< the rate rises linearly from zero over so many epochs, whatever the schedule

  [[nodiscard]] double at(double epoch) const;
};

/// What a step did to one parameter array.
struct ArrayStep {
  double gradient_norm = 0;  ///< Euclidean
  double update_ratio = 0;   ///< norm of the change of the parameters / norm of the parameters
  /// Share of the parameters that the step should have changed, but whose change was too small for the number type.
  double lost_updates = 0;
};

/// The part of an epoch that is done: what train_epoch() needs to go on with an epoch that was stopped.
struct EpochPart {
  std::size_t steps = 0;
  double loss_sum = 0;             ///< over the samples, each measured before its step
  std::size_t correct = 0;         ///< samples whose largest output was their label's, measured before their step
  std::size_t measured_steps = 0;  ///< of which there are figures
  std::vector<ArrayStep> sums{};   ///< of these figures: one a parameter array; empty before the first measured step
};

struct EpochOptions {
  LearningRate learning_rate = 0.01;
  std::uint32_t epoch = 0;  ///< counts from 0; chooses the order of the images, the augmentation and the rate
  /// One an image: what its loss, and so its gradient, is multiplied by; finite and not negative. None: 1 each. A mean
  /// over a batch is over its number of images, whatever their weights.
  std::span<const double> weights{};
  EpochPart done{};  ///< of an epoch that was stopped: EpochResult::done; training goes on behind it
  /// Called with the number of samples done, and at the epoch's end; false stops after the current step.
  std::function<bool(std::size_t)> progress{};
  std::chrono::milliseconds progress_interval{100};  ///< at least so long between two calls; 0: after every step
};

/// Where training stopped being numbers.
struct Divergence {
  std::size_t step = 0;   ///< of this epoch, counted from 0
  std::size_t layer = 0;  ///< the layer whose output or parameters were the first that are not finite
  std::string what;       ///< "output", or "update": a gradient, the step it led to, or the state
};

struct StepResult {
  double loss = 0;          ///< mean over the samples, measured before the step
  std::size_t correct = 0;  ///< samples whose largest output was their label's, likewise
  std::optional<Divergence> divergence;
};

struct EpochResult {
  EpochPart done;            ///< from the epoch's beginning, also where it was continued
  std::size_t samples = 0;   ///< of `done`
  double loss = 0;           ///< of `done`, mean over the samples
  double learning_rate = 0;  ///< of the last step
  /// Means over the measured steps: one a parameter array, zeros where no step was measured. Measured are the last step
  /// of an epoch and others before it, at most 16 in all, at least 32 steps and 500 images apart: a function of the
  /// step's number.
  std::vector<ArrayStep> step_figures;
  bool interrupted = false;
  std::optional<Divergence> divergence;
};

template <class T>
class LENETPP_API BasicTrainer {
 public:
  /// `network` must outlive the trainer, which writes its parameters and its state. Throws std::invalid_argument on
  /// options outside their range and std::logic_error when the network is not initialized.
  BasicTrainer(BasicNetwork<T>& network, TrainerOptions options);
  ~BasicTrainer();
  BasicTrainer(BasicTrainer&&) noexcept;
  BasicTrainer& operator=(BasicTrainer&&) = delete;
  BasicTrainer(const BasicTrainer&) = delete;
  BasicTrainer& operator=(const BasicTrainer&) = delete;

  /// Throws std::invalid_argument where a batch of an epoch of so many images, the last one too, which may be smaller,
  /// has fewer images than a layer needs: one value has no variance.
  void check_batches(std::size_t images) const;

  /// One pass over all images in an order that is a function of (seed, epoch). The last batch may be smaller.
  /// Throws std::invalid_argument when shapes differ, a label is outside 0..outputs-1, or as check_batches().
  /// A stopped epoch can be continued, also by another trainer whose network has the same parameters and state and
  /// which was given the same state of the optimizer, with the bits of one that was never stopped.
  EpochResult train_epoch(const Images& images, std::span<const std::int32_t> labels, const EpochOptions& options);

  /// One step with these images, at most a batch, in their order: for whoever chooses them. Colour noise is along the
  /// principal components of these images. Throws as train_epoch().
  StepResult train_step(const Images& images, std::span<const std::int32_t> labels, const StepOptions& options);

  /// Names of the arrays that are kept for each parameter: "velocity" (the momentum's v) where there is a momentum,
  /// "average" where there is an average_decay.
  [[nodiscard]] std::vector<std::string> state_names() const;
  /// A copy of what is kept for one parameter array, in the canonical order of BasicNetwork::parameter(). Before the
  /// first step the average is the parameters, and all else is zero. Throws std::out_of_range, and
  /// std::invalid_argument for a name that is not one of state_names().
  [[nodiscard]] std::vector<T> state(std::string_view name, std::size_t parameter) const;
  /// Its inverse. Throws likewise, and std::invalid_argument unless `values` has exactly the array's size.
  void set_state(std::string_view name, std::size_t parameter, std::span<const T> values);

  /// A copy of the network with the average of its parameters along the way; its state is the last one. Throws
  /// std::logic_error without an average_decay.
  [[nodiscard]] BasicNetwork<T> averaged_network() const;

  /// Bytes of gradients, optimizer state and workspace: before the first images for batches as large as the options
  /// say, then for those that there were, which are no larger than the data.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct LENETPP_PRIVATE State;
  std::unique_ptr<State> state_;
};

using Trainer = BasicTrainer<float>;
using Trainer64 = BasicTrainer<double>;

extern template class BasicTrainer<float>;
extern template class BasicTrainer<double>;

}  // namespace lenetpp
