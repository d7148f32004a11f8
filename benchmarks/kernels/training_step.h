// One step of training on a batch of images of noise, by a table of kernels: what Trainer does with a batch.
#pragma once

#include <lenetpp/images.h>
#include <lenetpp/network.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "execution/passes.h"
#include "networks.h"

/// The same bytes each time, all values equally often.
inline std::vector<std::uint8_t> noise(std::size_t count) {
  std::uint32_t state = 1;
  std::vector<std::uint8_t> bytes(count);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

template <class T>
class TrainingStep {
 public:
  TrainingStep(const MeasuredNetwork& measured, std::size_t batch, const lenetpp::Kernels<T>& kernels)
      : network_(ready_network(measured.text)),
        workspace_(network_.architecture(), batch, 1, lenetpp::WorkspacePurpose::training, kernels),
        loss_(measured.loss),
        bytes_(noise(batch * architecture().input.size())),
        floats_(bytes_.begin(), bytes_.end()),
        source_(measured.pixels == Pixels::bytes ? lenetpp::Images(bytes_, architecture().input)
                                                 : lenetpp::Images(floats_, architecture().input),
                network_.normalization()),
        gradients_(block().layout().size),
        average_(block().layout().size),
        probabilities_(network_.outputs()) {
    for (std::size_t b = 0; b < batch; ++b) {
      samples_.push_back({.index = b, .distortion = {}});
      labels_.push_back(static_cast<std::int32_t>(b % network_.outputs()));
    }
    std::copy_n(block().data(), average_.size(), average_.data());
  }

  void run() {
    const lenetpp::Pass pass{.samples = samples_, .training = true};
    lenetpp::forward(workspace_, network_, source_, pass);
    lenetpp::loss_of_outputs<T>(workspace_, loss_, labels_, T(1) / static_cast<T>(samples_.size()));
    // At a rate of zero all steps are alike, so that the work counted in the first one is that of all.
    lenetpp::backward_and_step<T>(workspace_, network_, pass, gradients_.data(),
                                  {.parameters = network_.block().data(),
                                   .gradients = gradients_.data(),
                                   .state = {},
                                   .count = gradients_.size(),
                                   .learning_rate = T(0),
                                   .weight_decay = T(0),
                                   .gradient_scale = T(1),
                                   .optimizer = lenetpp::Optimizer::sgd,
                                   .rules = {}});
    lenetpp::update_state(workspace_, network_, pass);
  }

  /// As a training does behind each step where it is asked for an average of the weights.
  void average_weights() {
    workspace_.kernels.move_towards(average_.data(), block().data(), average_.size(), T(0.001));
  }

  /// Of the last run's outputs, as a prediction gives them.
  void compute_probabilities() {
    for (std::size_t b = 0; b < samples_.size(); ++b) {
      const T* output = workspace_.output(b);
      const std::vector<double> outputs(output, output + probabilities_.size());
      workspace_.kernels.softmax(outputs.data(), probabilities_.data(), probabilities_.size());
    }
  }

  [[nodiscard]] std::size_t batch() const { return samples_.size(); }
  [[nodiscard]] const lenetpp::Architecture& architecture() const { return network_.architecture(); }
  [[nodiscard]] const lenetpp::Workspace<T>& workspace() const { return workspace_; }
  [[nodiscard]] const lenetpp::ParameterBlock<T>& block() const { return network_.block(); }
  /// Of all parameters, in the block's layout.
  [[nodiscard]] const lenetpp::AlignedArray<T>& gradients() const { return gradients_; }

 private:
  static lenetpp::BasicNetwork<T> ready_network(const std::string& text) {
    auto network = lenetpp::BasicNetwork<T>::parse(text);
    network.initialize(/*seed=*/1);
    const auto planes = static_cast<std::size_t>(network.architecture().input.planes);
    // Mean and deviation of the noise.
    network.set_normalization({std::vector<float>(planes, 127.5f), std::vector<float>(planes, 73.9f)});
    return network;
  }

  lenetpp::BasicNetwork<T> network_;
  lenetpp::Workspace<T> workspace_;
  lenetpp::Loss loss_;
  std::vector<std::uint8_t> bytes_;
  std::vector<float> floats_;
  lenetpp::ImageSource<T> source_;
  std::vector<lenetpp::Sample> samples_;
  std::vector<std::int32_t> labels_;
  lenetpp::AlignedArray<T> gradients_, average_;
  std::vector<double> probabilities_;
};
