// The core's enumerations, and its training options with their ranges, by the words that Python, records, the page in
// the browser and C have for them: the one place where they are listed.
#pragma once

#include <lenetpp/augmentation.h>
#include <lenetpp/losses.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/trainer.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
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

/// The word of a meaning, which is among them.
template <class Meaning, std::size_t count>
constexpr std::string_view word_of(const Words<Meaning, count>& words, Meaning wanted) {
  for (const auto& [word, meaning] : words) {
    if (meaning == wanted) return word;
  }
  return {};
}

/// The numbers that an option can have, all of them finite.
struct NumberRange {
  std::optional<double> at_least{}, above{}, at_most{}, below{};
};

/// Options, or constant ones.
template <class Given, class Options>
concept OptionsLike = std::same_as<std::remove_const_t<Given>, Options>;

/// Calls use(name, value) or use(name, number, range) for every part of an augmentation.
template <OptionsLike<Augmentation> Options, class Use>
void for_each_option(Options& augmentation, const Use& use) {
  use("flip_horizontally", augmentation.flip_horizontally);
  use("alternate_flips", augmentation.alternate_flips);
  use("shift_pixels", augmentation.shift_pixels, NumberRange{.at_least = 0, .below = 1 << 16});
  use("rotation_degrees", augmentation.rotation_degrees, NumberRange{.at_least = 0, .below = 180});
  use("scaling", augmentation.scaling, NumberRange{.at_least = 0, .below = 1});
  use("shear", augmentation.shear, NumberRange{.at_least = 0, .at_most = 1});
  use("cutout_pixels", augmentation.cutout_pixels, NumberRange{.at_least = 0, .below = 1 << 16});
  use("brightness", augmentation.brightness, NumberRange{.at_least = 0, .at_most = 1});
  use("contrast", augmentation.contrast, NumberRange{.at_least = 0, .at_most = 1});
  use("colour_noise", augmentation.colour_noise, NumberRange{.at_least = 0, .at_most = 1});
}

/// The same for every option of a trainer, those of its augmentation among them.
template <OptionsLike<TrainerOptions> Options, class Use>
void for_each_option(Options& options, const Use& use) {
  use("batch_size", options.batch_size, NumberRange{.at_least = 1, .at_most = 1 << 20});
  use("loss", options.loss);
  use("reduction", options.reduction);
  use("optimizer", options.optimizer);
  use("momentum", options.momentum, NumberRange{.at_least = 0, .below = 1});
  use("nesterov", options.nesterov);
  use("adam_beta1", options.adam_beta1, NumberRange{.at_least = 0, .below = 1});
  use("adam_beta2", options.adam_beta2, NumberRange{.at_least = 0, .below = 1});
  use("adam_epsilon", options.adam_epsilon, NumberRange{.above = 0});
  use("weight_decay", options.weight_decay, NumberRange{.at_least = 0});
  use("decay_weights_only", options.decay_weights_only);
  use("gradient_clip_norm", options.gradient_clip_norm, NumberRange{.at_least = 0});
  use("gradient_clip_value", options.gradient_clip_value, NumberRange{.at_least = 0});
  use("label_smoothing", options.label_smoothing, NumberRange{.at_least = 0, .below = 1});
  use("average_decay", options.average_decay, NumberRange{.at_least = 0, .below = 1});
  for_each_option(options.augmentation, use);
  use("seed", options.seed);
  use("threads", options.threads);
}

}  // namespace lenetpp
