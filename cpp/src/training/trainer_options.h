// Which options a network can be trained with, and their text.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/trainer.h>

#include <string_view>

namespace lenetpp {

/// Throws std::invalid_argument.
void check(const TrainerOptions& options, const Architecture& architecture);

/// "batch_size=32, optimizer=adam, nesterov=true": what differs from the usual ones, by the names of words.h. Throws
/// std::invalid_argument.
TrainerOptions trainer_options_of(std::string_view text);

}  // namespace lenetpp
