#include <array>

#include "c_interface/handles.h"

using namespace lenetpp;
using namespace lenetpp::c;

namespace {

// In the order of the enumerators of C.
constexpr std::array losses{Loss::cross_entropy, Loss::squared_error, Loss::binary_cross_entropy};
constexpr std::array optimizers{Optimizer::sgd, Optimizer::adam, Optimizer::adamw};
constexpr std::array schedules{ScheduleKind::constant, ScheduleKind::step, ScheduleKind::cosine,
                               ScheduleKind::one_cycle};

/// A number that C may have made of anything.
template <class List>
auto choice(const List& list, int number, const char* name) {
  return item_of(list, number, name);
}

Augmentation augmentation_of(const lenetpp_augmentation& given) {
  return {
      .flip_horizontally = given.flip_horizontally != 0,
      .alternate_flips = given.alternate_flips != 0,
      .shift_pixels = given.shift_pixels,
      .rotation_degrees = given.rotation_degrees,
      .scaling = given.scaling,
      .shear = given.shear,
      .cutout_pixels = given.cutout_pixels,
      .brightness = given.brightness,
      .contrast = given.contrast,
      .colour_noise = given.colour_noise,
  };
}

TrainerOptions options_of(const lenetpp_trainer_options& given) {
  return {
      .batch_size = given.batch_size,
      .loss = choice(losses, given.loss, "loss"),
      .reduction = given.sum_over_batch ? Reduction::sum : Reduction::mean,
      .optimizer = choice(optimizers, given.optimizer, "optimizer"),
      .momentum = given.momentum,
      .nesterov = given.nesterov != 0,
      .adam_beta1 = given.adam_beta1,
      .adam_beta2 = given.adam_beta2,
      .adam_epsilon = given.adam_epsilon,
      .weight_decay = given.weight_decay,
      .decay_weights_only = given.decay_weights_only != 0,
      .gradient_clip_norm = given.gradient_clip_norm,
      .label_smoothing = given.label_smoothing,
      .average_decay = given.average_decay,
      .augmentation = augmentation_of(given.augmentation),
      .seed = given.seed,
      .threads = given.threads,
  };
}

EpochOptions options_of(const lenetpp_epoch_options& given, const Images& images) {
  EpochOptions options{.learning_rate = given.learning_rate, .epoch = given.epoch};
  options.learning_rate.schedule = choice(schedules, given.schedule, "schedule");
  options.learning_rate.epochs = given.epochs;
  options.learning_rate.step_epochs = given.step_epochs;
  options.learning_rate.step_factor = given.step_factor;
  options.learning_rate.warmup_epochs = given.warmup_epochs;
  if (given.weights) options.weights = one_an_image(given.weights, "weights", images);
  if (given.progress) {
    options.progress = [&given](std::size_t done) { return given.progress(done, given.data) != 0; };
  }
  return options;
}

void write_divergence(const std::optional<Divergence>& divergence, lenetpp_training_result& result) {
  result.diverged = divergence.has_value();
  result.diverged_layer = divergence ? divergence->layer : 0;
}

}  // namespace

lenetpp_trainer_options lenetpp_trainer_defaults(void) {
  const TrainerOptions usual;
  lenetpp_trainer_options options{};
  options.batch_size = usual.batch_size;
  options.loss = static_cast<int>(usual.loss);
  options.sum_over_batch = usual.reduction == Reduction::sum;
  options.optimizer = static_cast<int>(usual.optimizer);
  options.momentum = usual.momentum;
  options.nesterov = usual.nesterov;
  options.adam_beta1 = usual.adam_beta1;
  options.adam_beta2 = usual.adam_beta2;
  options.adam_epsilon = usual.adam_epsilon;
  options.weight_decay = usual.weight_decay;
  options.gradient_clip_norm = usual.gradient_clip_norm;
  options.seed = usual.seed;
  options.threads = usual.threads;
  return options;
}

lenetpp_epoch_options lenetpp_epoch_defaults(void) {
  const LearningRate usual;
  lenetpp_epoch_options options{};
  options.learning_rate = usual.initial;
  options.schedule = static_cast<int>(usual.schedule);
  options.epochs = usual.epochs;
  options.step_epochs = usual.step_epochs;
  options.step_factor = usual.step_factor;
  options.warmup_epochs = usual.warmup_epochs;
  return options;
}

lenetpp_trainer* lenetpp_trainer_new(lenetpp_network* network, const lenetpp_trainer_options* options) {
  return result_of<lenetpp_trainer*>(nullptr, [&] {
    const auto& model = required(network, "network").model;
    const TrainerOptions chosen = options_of(options ? *options : lenetpp_trainer_defaults());
    return std::make_unique<lenetpp_trainer>(model, chosen).release();
  });
}

void lenetpp_trainer_free(lenetpp_trainer* trainer) { delete trainer; }

lenetpp_status lenetpp_trainer_epoch(lenetpp_trainer* trainer, lenetpp_images images, const int32_t* labels,
                                     const lenetpp_epoch_options* options, lenetpp_training_result* result) {
  return status_of([&] {
    auto& [model, own] = required(trainer, "trainer");
    const Images view = view_of(images, model->network);
    const lenetpp_epoch_options chosen = options ? *options : lenetpp_epoch_defaults();
    const EpochResult epoch = own.train_epoch(view, one_an_image(labels, "labels", view), options_of(chosen, view));
    if (!result) return;
    *result = {epoch.loss, epoch.done.correct, epoch.samples, epoch.interrupted, 0, 0};
    write_divergence(epoch.divergence, *result);
  });
}

lenetpp_status lenetpp_trainer_step(lenetpp_trainer* trainer, lenetpp_images images, const int32_t* labels,
                                    double learning_rate, uint32_t number, lenetpp_training_result* result) {
  return status_of([&] {
    auto& [model, own] = required(trainer, "trainer");
    const Images view = view_of(images, model->network);
    const StepResult step =
        own.train_step(view, one_an_image(labels, "labels", view), {.learning_rate = learning_rate, .number = number});
    if (!result) return;
    *result = {step.loss, step.correct, view.count(), 0, 0, 0};
    write_divergence(step.divergence, *result);
  });
}

lenetpp_network* lenetpp_trainer_averaged_network(const lenetpp_trainer* trainer) {
  return result_of<lenetpp_network*>(nullptr, [&] {
    const auto& [model, own] = required(trainer, "trainer");
    Model averaged = *model;
    averaged.network = own.averaged_network();
    return std::make_unique<lenetpp_network>(std::move(averaged)).release();
  });
}
