#include <doctest/doctest.h>
#include <lenetpp/trainer.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

using lenetpp::LearningRate;
using lenetpp::ScheduleKind;

namespace {

LearningRate scheduled(ScheduleKind kind) {
  LearningRate rate(0.5);
  rate.schedule = kind;
  return rate;
}

}  // namespace

TEST_CASE("a constant rate stays") {
  for (const double epoch : {0.0, 0.5, 1.0, 1e9}) CHECK(LearningRate(0.02).at(epoch) == 0.02);
}

TEST_CASE("a step rate drops at whole multiples of step_epochs") {
  auto rate = scheduled(ScheduleKind::step);
  rate.step_epochs = 3;
  rate.step_factor = 0.25;
  CHECK(rate.at(0) == 0.5);
  CHECK(rate.at(2.999) == 0.5);
  CHECK(rate.at(3) == 0.125);
  CHECK(rate.at(6) == 0.03125);
  CHECK(rate.at(0x1p32) == 0.0);
}

TEST_CASE("a cosine rate follows the cosine to zero and stays there") {
  auto rate = scheduled(ScheduleKind::cosine);
  rate.epochs = 20;
  CHECK(rate.at(0) == 0.5);
  CHECK(rate.at(10) == 0.25);
  CHECK(rate.at(20) == 0.0);
  CHECK(rate.at(21) == 0.0);
  for (double epoch = 0; epoch < 20; epoch += 0.37) {
    CHECK(rate.at(epoch) == doctest::Approx(0.25 * (1 + std::cos(std::numbers::pi * epoch / 20))).epsilon(1e-14));
  }
}

TEST_CASE("a cosine rate begins anew at every restart, and each descent is a cosine of its own") {
  auto rate = scheduled(ScheduleKind::cosine);
  rate.epochs = 30;
  rate.restarts = {10, 14};
  auto first = scheduled(ScheduleKind::cosine);
  first.epochs = 10;
  for (double epoch = 0; epoch < 10; epoch += 0.37) CHECK(rate.at(epoch) == first.at(epoch));
  CHECK(rate.at(10) == 0.5);
  CHECK(rate.at(12) == 0.25);
  CHECK(rate.at(14) == 0.5);
  CHECK(rate.at(22) == 0.25);
  CHECK(rate.at(30) == 0.0);
}

TEST_CASE("a warm-up multiplies any schedule by a line from zero") {
  for (const auto kind : {ScheduleKind::constant, ScheduleKind::step, ScheduleKind::cosine}) {
    auto rate = scheduled(kind);
    rate.epochs = 20;
    const auto plain = rate;
    rate.warmup_epochs = 4;
    CHECK(rate.at(0) == 0.0);
    CHECK(rate.at(1) == 0.25 * plain.at(1));
    CHECK(rate.at(3) == 0.75 * plain.at(3));
    CHECK(rate.at(4) == plain.at(4));
    CHECK(rate.at(5) == plain.at(5));
  }
}

TEST_CASE("values outside their range are refused by name") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {-0.1, nan, infinity}) {
    CHECK_THROWS_WITH_AS(static_cast<void>(LearningRate(bad).at(0)), doctest::Contains("learning rate must be"),
                         std::invalid_argument);
    auto warm = LearningRate(0.1);
    warm.warmup_epochs = bad;
    CHECK_THROWS_WITH_AS(static_cast<void>(warm.at(0)), doctest::Contains("warmup_epochs"), std::invalid_argument);
    CHECK_THROWS_WITH_AS(static_cast<void>(LearningRate(0.1).at(bad)), doctest::Contains("epoch must be"),
                         std::invalid_argument);
  }
  for (const double bad : {0.0, -1.0, nan, infinity}) {
    auto cosine = scheduled(ScheduleKind::cosine);
    cosine.epochs = bad;
    CHECK_THROWS_WITH_AS(static_cast<void>(cosine.at(0)), doctest::Contains("cosine"), std::invalid_argument);
  }
  for (const double bad : {0.0, -1.0, 3.0, 8.0, 9.0, nan}) {
    auto cosine = scheduled(ScheduleKind::cosine);
    cosine.epochs = 8;
    cosine.restarts = {3, bad};
    CHECK_THROWS_WITH_AS(static_cast<void>(cosine.at(0)), doctest::Contains("restarts"), std::invalid_argument);
  }
  for (const double bad : {0.0, -1.0, 1.5, nan}) {
    auto step = scheduled(ScheduleKind::step);
    step.step_factor = bad;
    CHECK_THROWS_WITH_AS(static_cast<void>(step.at(0)), doctest::Contains("step_factor"), std::invalid_argument);
  }
  auto step = scheduled(ScheduleKind::step);
  step.step_epochs = 0;
  CHECK_THROWS_WITH_AS(static_cast<void>(step.at(0)), "step_epochs must be at least 1, not 0", std::invalid_argument);
}
