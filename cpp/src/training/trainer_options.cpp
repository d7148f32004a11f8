#include "training/trainer_options.h"

#include <cmath>
#include <string>
#include <utility>

#include "batch_checks.h"
#include "execution/distortion.h"
#include "require.h"

namespace lenetpp {

void check(const TrainerOptions& options, const Architecture& architecture) {
  const auto not_negative = [](double value, const char* name) {
    require(std::isfinite(value) && value >= 0,
            std::string(name) + ": expected a finite number of at least 0, got " + std::to_string(value));
  };
  require(options.batch_size >= 1 && options.batch_size <= 1 << 20,
          "batch_size: expected 1 to 1048576, got " + std::to_string(options.batch_size));
  not_negative(options.momentum, "momentum");
  require(options.momentum < 1, "momentum: expected a number below 1, got " + std::to_string(options.momentum));
  for (const double beta : {options.adam_beta1, options.adam_beta2}) {
    require(beta >= 0 && beta < 1,
            "adam_beta1 and adam_beta2: expected numbers from 0 to below 1, got " + std::to_string(beta));
  }
  require(std::isfinite(options.adam_epsilon) && options.adam_epsilon > 0,
          "adam_epsilon: expected a finite number above 0, got " + std::to_string(options.adam_epsilon));
  require(!options.nesterov || options.momentum > 0, "nesterov: needs a momentum above 0");
  not_negative(options.weight_decay, "weight_decay");
  not_negative(options.gradient_clip_norm, "gradient_clip_norm");
  for (const auto& [value, name] :
       {std::pair{options.label_smoothing, "label_smoothing"}, std::pair{options.average_decay, "average_decay"}}) {
    not_negative(value, name);
    require(value < 1, std::string(name) + ": expected a number below 1, got " + std::to_string(value));
  }
  check(options.augmentation, architecture.input);
  check_threads(options.threads);
  check_loss(options.loss, architecture);
}

}  // namespace lenetpp
