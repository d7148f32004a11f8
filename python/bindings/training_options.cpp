#include "training_options.h"

#include <cstdint>
#include <string>

#include "arguments.h"
#include "words.h"

namespace lenetpp::python {
namespace {

/// Those of Trainer and of augmented_image().
template <class Use>
void for_each_augmentation(Augmentation& augmentation, const Use& use) {
  use("flip_horizontally", augmentation.flip_horizontally);
  use("alternate_flips", augmentation.alternate_flips);
  use("shift_pixels", augmentation.shift_pixels);
  use("rotation_degrees", augmentation.rotation_degrees);
  use("scaling", augmentation.scaling);
  use("shear", augmentation.shear);
  use("cutout_pixels", augmentation.cutout_pixels);
  use("brightness", augmentation.brightness);
  use("contrast", augmentation.contrast);
  use("colour_noise", augmentation.colour_noise);
}

/// Calls use(name, value) for every option that is a keyword of Trainer: the one place where they are listed.
template <class Options, class Use>
void for_each_option(Options& options, const Use& use) {
  use("batch_size", options.batch_size);
  use("loss", options.loss);
  use("reduction", options.reduction);
  use("optimizer", options.optimizer);
  use("momentum", options.momentum);
  use("nesterov", options.nesterov);
  use("adam_beta1", options.adam_beta1);
  use("adam_beta2", options.adam_beta2);
  use("adam_epsilon", options.adam_epsilon);
  use("weight_decay", options.weight_decay);
  use("gradient_clip_norm", options.gradient_clip_norm);
  use("decay_weights_only", options.decay_weights_only);
  use("label_smoothing", options.label_smoothing);
  use("average_decay", options.average_decay);
  for_each_augmentation(options.augmentation, use);
  use("seed", options.seed);
  use("threads", options.threads);
}

void read(const py::object& value, const char* name, double& option) { option = number(value, name); }
void read(const py::object& value, const char* name, bool& option) { option = boolean(value, name); }
void read(const py::object& value, const char* name, int& option) { option = integer<int>(value, name); }
void read(const py::object& value, const char* name, std::uint64_t& option) {
  option = integer<std::uint64_t>(value, name);
}
void read(const py::object& value, const char* name, Loss& option) { option = choice(value, name, loss_words); }
void read(const py::object& value, const char* name, Reduction& option) {
  option = choice(value, name, reduction_words);
}
void read(const py::object& value, const char* name, Optimizer& option) {
  option = choice(value, name, optimizer_words);
}

/// Reads the keywords that `for_each(read one)` names; throws where there are others.
template <class ForEach>
void read_keywords(const py::kwargs& keywords, const char* function, const ForEach& for_each) {
  py::kwargs rest(keywords);
  for_each([&](const char* name, auto& option) {
    if (!keywords.contains(name)) return;
    read(py::object(keywords[name]), name, option);
    rest.attr("pop")(name);
  });
  for (const auto& [name, value] : rest) {
    throw py::type_error(std::string(function) + " has no option " + std::string(py::str(name)));
  }
}

}  // namespace

TrainerOptions trainer_options(const py::kwargs& keywords) {
  TrainerOptions options;
  read_keywords(keywords, "Trainer", [&](const auto& use) { for_each_option(options, use); });
  return options;
}

Augmentation augmentation_of(const py::kwargs& keywords) {
  Augmentation augmentation;
  read_keywords(keywords, "augmented_image", [&](const auto& use) { for_each_augmentation(augmentation, use); });
  return augmentation;
}

}  // namespace lenetpp::python
