// The core's enumerations and training options by the words that Python, records, the page in the browser and C have
// for them: the one place where they are listed.
#pragma once

#include <lenetpp/augmentation.h>
#include <lenetpp/losses.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/trainer.h>

#include <array>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace lenetpp {

template <class Meaning, std::size_t count>
using Words = std::array<std::pair<std::string_view, Meaning>, count>;

inline constexpr auto loss_words = [] {
  Words<Loss, loss_rows.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = {loss_rows[i].name, loss_rows[i].loss};
  return words;
}();

inline constexpr auto optimizer_words = [] {
  Words<Optimizer, optimizer_names.size()> words;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = {optimizer_names[i], static_cast<Optimizer>(i)};
  return words;
}();

inline constexpr Words<Reduction, 2> reduction_words{{{"mean", Reduction::mean}, {"sum", Reduction::sum}}};

inline constexpr Words<Initialization, 5> initialization_words{{{"he", Initialization::he},
                                                                {"glorot", Initialization::glorot},
                                                                {"lecun", Initialization::lecun},
                                                                {"blog", Initialization::blog},
                                                                {"identity", Initialization::identity}}};

inline constexpr Words<ScheduleKind, 4> schedule_words{{{"constant", ScheduleKind::constant},
                                                        {"step", ScheduleKind::step},
                                                        {"cosine", ScheduleKind::cosine},
                                                        {"one_cycle", ScheduleKind::one_cycle}}};

/// What a word of `name` means. Throws std::invalid_argument that lists the words.
template <class Meaning, std::size_t count>
Meaning meaning_of(const Words<Meaning, count>& words, std::string_view word, std::string_view name) {
  std::string known;
  for (const auto& [candidate, meaning] : words) {
    if (candidate == word) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  throw std::invalid_argument(std::string(name) + ": expected one of " + known + ", got \"" + std::string(word) + "\"");
}

/// Calls use(name, value) for every part of an augmentation.
template <class Use>
void for_each_option(Augmentation& augmentation, const Use& use) {
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

/// Calls use(name, value) for every option of a trainer, those of its augmentation among them.
template <class Use>
void for_each_option(TrainerOptions& options, const Use& use) {
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
  use("decay_weights_only", options.decay_weights_only);
  use("gradient_clip_norm", options.gradient_clip_norm);
  use("label_smoothing", options.label_smoothing);
  use("average_decay", options.average_decay);
  for_each_option(options.augmentation, use);
  use("seed", options.seed);
  use("threads", options.threads);
}

}  // namespace lenetpp
