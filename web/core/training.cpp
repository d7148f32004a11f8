#include "training.h"

#include <lenetpp/words.h>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <limits>

namespace lenetpp::page {
namespace {

/// An object's fields by their names, each read at most once.
class Settings {
 public:
  explicit Settings(const val& object) : object_(object) {}

  void read(const char* name, double& value) const {
    if (has(name)) value = number(name);
  }
  void read(const char* name, std::vector<double>& values) const {
    if (has(name)) values = emscripten::convertJSArrayToNumberVector<double>(object_[name]);
  }
  void read(const char* name, bool& value) const {
    if (has(name)) value = object_[name].as<bool>();
  }
  template <std::integral Whole>
  void read(const char* name, Whole& value) const {
    if (!has(name)) return;
    const double given = number(name);
    // Beyond 2^53 numbers of JavaScript are not all there.
    const double largest = std::min(0x1p53, static_cast<double>(std::numeric_limits<Whole>::max()));
    if (!(given >= 0 && given <= largest && given == std::floor(given))) {
      throw std::invalid_argument(std::string(name) + ": expected a whole number of at least 0, got " +
                                  object_[name].call<std::string>("toString"));
    }
    value = static_cast<Whole>(given);
  }
  void read(const char* name, Loss& value) const { read_word(name, loss_words, value); }
  void read(const char* name, Reduction& value) const { read_word(name, reduction_words, value); }
  void read(const char* name, Optimizer& value) const { read_word(name, optimizer_words, value); }
  void read(const char* name, ScheduleKind& value) const { read_word(name, schedule_words, value); }

 private:
  template <class Meaning, std::size_t count>
  void read_word(const char* name, const Words<Meaning, count>& words, Meaning& value) const {
    if (has(name)) value = meaning_of(words, object_[name].as<std::string>(), name);
  }
  [[nodiscard]] bool has(const char* name) const { return !object_[name].isUndefined(); }
  [[nodiscard]] double number(const char* name) const {
    if (!object_[name].isNumber()) throw std::invalid_argument(std::string(name) + ": expected a number");
    return object_[name].as<double>();
  }

  const val& object_;
};

TrainerOptions trainer_options(const val& object) {
  const Settings settings(object);
  TrainerOptions options;
  for_each_option(options, [&](const char* name, auto& option, const auto&...) { settings.read(name, option); });
  return options;
}

val figures_of(const Network& network, const EpochPart& done) {
  val arrays = val::array();
  for (std::size_t i = 0; i < done.sums.size(); ++i) {
    const ParameterShape& shape = network.parameter_shapes()[i];
    const auto steps = static_cast<double>(done.measured_steps);
    val entry = val::object();
    entry.set("name", shape.name);
    entry.set("layer", static_cast<double>(shape.layer));
    entry.set("isBias", shape.is_bias);
    entry.set("gradientNorm", done.sums[i].gradient_norm / steps);
    entry.set("updateRatio", done.sums[i].update_ratio / steps);
    entry.set("lostUpdates", done.sums[i].lost_updates / steps);
    arrays.call<void>("push", entry);
  }
  return arrays;
}

}  // namespace

LearningRate PageTraining::learning_rate(const val& object) {
  const Settings settings(object);
  LearningRate rate;
  settings.read("learning_rate", rate.initial);
  settings.read("schedule", rate.schedule);
  settings.read("epochs", rate.epochs);
  settings.read("restarts", rate.restarts);
  settings.read("step_epochs", rate.step_epochs);
  settings.read("step_factor", rate.step_factor);
  settings.read("warmup_epochs", rate.warmup_epochs);
  return rate;
}

PageTraining::PageTraining(PageNetwork& network, const val& pixels, const val& labels, const val& weights,
                           const val& settings)
    : network_(network.network()),
      pixels_(pixels),
      labels_(labels_of(labels)),
      weights_(weights.isNull() ? std::vector<double>{} : emscripten::convertJSArrayToNumberVector<double>(weights)),
      trainer_(network_, trainer_options(settings)),
      learning_rate_(learning_rate(settings)) {
  // Now rather than in the first epoch.
  trainer_.check_batches(pixels_.as_images(network_.architecture().input).count());
  static_cast<void>(learning_rate_.at(0));
}

val PageTraining::train(double milliseconds) {
  const Images images = pixels_.as_images(network_.architecture().input);
  EpochOptions options;
  options.learning_rate = learning_rate_;
  options.epoch = epoch_;
  options.weights = weights_;
  options.done = done_;
  options.progress = [](std::size_t) { return false; };
  options.progress_interval = std::chrono::milliseconds(static_cast<std::int64_t>(milliseconds));
  const EpochResult result = trainer_.train_epoch(images, labels_, options);

  val slice = val::object();
  slice.set("epoch", static_cast<double>(epoch_));
  slice.set("steps", static_cast<double>(result.done.steps));
  slice.set("samples", static_cast<double>(result.samples));
  slice.set("loss", result.loss);
  slice.set("correct", static_cast<double>(result.done.correct));
  slice.set("learningRate", result.learning_rate);
  slice.set("epochEnded", !result.interrupted);
  slice.set("arrays", figures_of(network_, result.done));
  slice.set("divergence", val::null());
  if (result.divergence) {
    val divergence = val::object();
    divergence.set("step", static_cast<double>(result.divergence->step));
    divergence.set("layer", static_cast<double>(result.divergence->layer));
    divergence.set("what", result.divergence->what);
    slice.set("divergence", divergence);
  } else if (result.interrupted) {
    done_ = result.done;
  } else {
    done_ = {};
    ++epoch_;
  }
  return slice;
}

}  // namespace lenetpp::page
