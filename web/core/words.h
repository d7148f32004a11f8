// The words for the core's enumerations: those of Python's settings.
#pragma once

#include <lenetpp/losses.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/trainer.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace lenetpp::page {

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
inline constexpr Words<Initialization, 4> initialization_words{{{"he", Initialization::he},
                                                                {"glorot", Initialization::glorot},
                                                                {"lecun", Initialization::lecun},
                                                                {"blog", Initialization::blog}}};
inline constexpr Words<ScheduleKind, 3> schedule_words{
    {{"constant", ScheduleKind::constant}, {"step", ScheduleKind::step}, {"cosine", ScheduleKind::cosine}}};

/// Throws std::invalid_argument that lists the words.
template <class Meaning, std::size_t count>
Meaning meaning_of(const Words<Meaning, count>& words, const std::string& word, const std::string& name) {
  std::string known;
  for (const auto& [candidate, meaning] : words) {
    if (candidate == word) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  throw std::invalid_argument(name + ": expected one of " + known + ", got \"" + word + "\"");
}

}  // namespace lenetpp::page
