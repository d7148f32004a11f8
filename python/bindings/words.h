// The words for the core's enumerations, as Python's users write them.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/trainer.h>

#include <array>
#include <string_view>
#include <utility>

namespace lenetpp::python {

template <class Meaning, std::size_t count>
using Words = std::array<std::pair<std::string_view, Meaning>, count>;

inline constexpr Words<Loss, 3> loss_words{{{"cross_entropy", Loss::cross_entropy},
                                            {"squared_error", Loss::squared_error},
                                            {"binary_cross_entropy", Loss::binary_cross_entropy}}};

inline constexpr Words<Reduction, 2> reduction_words{{{"mean", Reduction::mean}, {"sum", Reduction::sum}}};

inline constexpr Words<Initialization, 4> initialization_words{{{"he", Initialization::he},
                                                                {"glorot", Initialization::glorot},
                                                                {"lecun", Initialization::lecun},
                                                                {"blog", Initialization::blog}}};

inline constexpr Words<ScheduleKind, 3> schedule_words{
    {{"constant", ScheduleKind::constant}, {"step", ScheduleKind::step}, {"cosine", ScheduleKind::cosine}}};

inline constexpr Words<Connection, 3> connection_words{
    {{"full", Connection::full}, {"separate", Connection::separate}, {"table", Connection::table}}};

}  // namespace lenetpp::python
