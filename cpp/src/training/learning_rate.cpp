#include <lenetpp/trainer.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

#include "mathematics.h"
#include "network/number_text.h"

namespace lenetpp {
namespace {

/// Throws unless `valid`, which must be written so that NaN makes it false.
void require_of_rate(bool valid, const char* name, const char* expected, double given) {
  if (!valid) throw std::invalid_argument(std::string(name) + " must be " + expected + ", not " + number_text(given));
}

void check(const LearningRate& rate) {
  require_of_rate(rate.initial >= 0 && std::isfinite(rate.initial), "learning rate", "zero or positive and finite",
                  rate.initial);
  require_of_rate(rate.warmup_epochs >= 0 && std::isfinite(rate.warmup_epochs), "warmup_epochs",
                  "zero or positive and finite", rate.warmup_epochs);
  if (rate.schedule == ScheduleKind::step) {
    require_of_rate(rate.step_epochs >= 1, "step_epochs", "at least 1", rate.step_epochs);
    require_of_rate(rate.step_factor > 0 && rate.step_factor <= 1, "step_factor", "above 0 and at most 1",
                    rate.step_factor);
  }
  if (rate.schedule == ScheduleKind::one_cycle) {
    require_of_rate(rate.epochs > 0 && std::isfinite(rate.epochs), "epochs of a one-cycle schedule",
                    "positive and finite", rate.epochs);
  }
  if (rate.schedule == ScheduleKind::cosine) {
    require_of_rate(rate.epochs > 0 && std::isfinite(rate.epochs), "epochs of a cosine schedule", "positive and finite",
                    rate.epochs);
    double before = 0;
    for (const double restart : rate.restarts) {
      require_of_rate(restart > before && restart < rate.epochs, "restarts of a cosine schedule",
                      "rising, above 0 and below epochs", restart);
      before = restart;
    }
  }
}

/// By repeated squaring: a fixed sequence of products, unlike std::pow.
double power(double base, std::uint64_t exponent) {
  double result = 1;
  for (; exponent > 0; exponent >>= 1, base *= base) {
    if (exponent & 1) result *= base;
  }
  return result;
}

/// From one at the beginning of a descent to zero at its end; there are as many descents as restarts and one more.
double cosine_factor(const LearningRate& rate, double epoch) {
  if (epoch >= rate.epochs) return 0;
  const auto next = std::upper_bound(rate.restarts.begin(), rate.restarts.end(), epoch);
  const double begin = next == rate.restarts.begin() ? 0 : *(next - 1);
  const double end = next == rate.restarts.end() ? rate.epochs : *next;
  return (1 + sine_and_cosine_of_turns((epoch - begin) / (end - begin) * 0.5).cosine) * 0.5;
}

/// Rises by half a cosine from a 25th to one, and falls by half a cosine to zero (Smith and Topin 2018, in the form and
/// with the numbers of PyTorch's OneCycleLR).
double one_cycle_factor(double share) {
  constexpr double top = 0.3, begin = 1.0 / 25;
  const auto falling = [](double way) { return (1 + sine_and_cosine_of_turns(way * 0.5).cosine) * 0.5; };
  if (share >= 1) return 0;
  return share < top ? begin + (1 - begin) * (1 - falling(share / top)) : falling((share - top) / (1 - top));
}

double schedule_factor(const LearningRate& rate, double epoch) {
  switch (rate.schedule) {
    case ScheduleKind::step:
      return power(rate.step_factor, static_cast<std::uint64_t>(epoch / rate.step_epochs));
    case ScheduleKind::cosine:
      return cosine_factor(rate, epoch);
    case ScheduleKind::one_cycle:
      return one_cycle_factor(epoch / rate.epochs);
    case ScheduleKind::constant:
      break;
  }
  return 1;
}

}  // namespace

double LearningRate::at(double epoch) const {
  check(*this);
  require_of_rate(epoch >= 0 && epoch <= 0x1p32, "epoch", "between 0 and 2^32", epoch);
  const double warmup = epoch < warmup_epochs ? epoch / warmup_epochs : 1.0;
  return initial * warmup * schedule_factor(*this, epoch);
}

}  // namespace lenetpp
