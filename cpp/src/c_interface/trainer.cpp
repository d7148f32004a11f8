#include <array>

#include "c_interface/handles.h"
#include "training/trainer_options.h"

using namespace lenetpp;
using namespace lenetpp::c;

namespace {

// In the order of the enumerators of C.
constexpr std::array schedules{ScheduleKind::constant, ScheduleKind::step, ScheduleKind::cosine,
                               ScheduleKind::one_cycle};

EpochOptions options_of(const lenetpp_epoch_options& given, const Images& images) {
  EpochOptions options{.learning_rate = given.learning_rate, .epoch = given.epoch};
  options.learning_rate.schedule = item_of(schedules, given.schedule, "schedule");
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

lenetpp_trainer* lenetpp_trainer_new(lenetpp_network* network, const char* options) {
  return result_of<lenetpp_trainer*>(nullptr, [&] {
    const auto& model = required(network, "network").model;
    return std::make_unique<lenetpp_trainer>(model, trainer_options_of(options ? options : "")).release();
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
