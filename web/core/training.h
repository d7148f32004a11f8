// A training as the page sees it: slices of epochs, between which the worker answers questions.
#pragma once

#include <lenetpp/trainer.h>

#include <cstdint>
#include <vector>

#include "network.h"
#include "values.h"

namespace lenetpp::page {

class PageTraining {
 public:
  /// `network` must have weights and outlive the training. `settings` has the names and meanings of Python's
  /// TrainingSettings; what is missing has the core's default. `weights` has a number an image, a Float64Array, or is
  /// null for 1 each.
  PageTraining(PageNetwork& network, const val& pixels, const val& labels, const val& weights, const val& settings);

  /// Trains for about so long, a step at least, and to the end of the epoch at most; the bits do not depend on where
  /// an epoch is interrupted. {epoch, steps, samples, loss, correct, learningRate, epochEnded, arrays: [{name, layer,
  /// isBias, gradientNorm, updateRatio, lostUpdates}], divergence: null or {step, layer, what}}; loss and correct are
  /// over the epoch so far, `arrays` empty before a step was measured.
  val train(double milliseconds);

  /// Goes on with another number of epochs and other restarts, which have to leave the rates so far as they were.
  void extend(const val& settings) { learning_rate_ = learning_rate(settings); }
  /// A network with the average of the weights along the way; throws without an average_decay.
  [[nodiscard]] PageNetwork* averaged() const { return new PageNetwork(trainer_.averaged_network()); }

 private:
  static LearningRate learning_rate(const val& settings);

  Network& network_;
  Pixels pixels_;
  std::vector<std::int32_t> labels_;
  std::vector<double> weights_;
  Trainer trainer_;
  LearningRate learning_rate_;
  std::uint32_t epoch_ = 0;
  EpochPart done_{};
};

}  // namespace lenetpp::page
