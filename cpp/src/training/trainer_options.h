// Which options a network can be trained with.
#pragma once

#include <lenetpp/network.h>
#include <lenetpp/trainer.h>

namespace lenetpp {

/// Throws std::invalid_argument.
void check(const TrainerOptions& options, const Architecture& architecture);

}  // namespace lenetpp
