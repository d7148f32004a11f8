// The words for the core's enumerations, as Python's users write them.
#pragma once

#include <lenetpp/losses.h>
#include <lenetpp/network.h>
#include <lenetpp/optimizers.h>
#include <lenetpp/trainer.h>

#include <array>
#include <string_view>
#include <utility>

namespace lenetpp::python {

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

inline constexpr Words<ScheduleKind, 4> schedule_words{{{"constant", ScheduleKind::constant},
                                                        {"step", ScheduleKind::step},
                                                        {"cosine", ScheduleKind::cosine},
                                                        {"one_cycle", ScheduleKind::one_cycle}}};

}  // namespace lenetpp::python
