// A network, its workspace and a batch of images: what the tests of the walk walk through.
#pragma once

#include <lenetpp/network.h>

#include <cmath>
#include <string>
#include <vector>

#include "../kernels/numbers.h"
#include "execution/passes.h"

template <class T>
class NetworkWalk {
 public:
  /// Random weights as large as initial ones, random biases, images of random multiples of 1/256 from -2 to 2.
  NetworkWalk(const std::string& text, std::size_t batch, std::uint64_t seed, int threads = 1,
              const lenetpp::Kernels<T>& kernels = lenetpp::kernels<T>(), lenetpp::Sharing sharing = {})
      : network(lenetpp::BasicNetwork<T>::parse(text)),
        workspace(network.architecture(), batch, threads, lenetpp::WorkspacePurpose::training, kernels, sharing),
        pixels(batch * network.architecture().input.size()),
        samples_(batch) {
    Generator generator(seed);
    for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) {
      std::vector<T> values = random_values(network.parameter_shapes()[i].size(), generator);
      const double fan_in = static_cast<double>(network.parameter_shapes()[i].fan_in);
      for (T& value : values) value /= static_cast<T>(std::sqrt(fan_in > 0 ? fan_in : 4));
      network.set_parameter(i, values);
    }
    for (float& pixel : pixels) pixel = static_cast<float>(generator.between(-512, 512)) / 256;
    for (std::size_t b = 0; b < batch; ++b) samples_[b].index = b;
  }

  static std::vector<T> random_values(std::size_t count, Generator& generator) {
    std::vector<T> values(count);
    for (T& value : values) value = static_cast<T>(generator.between(-(1 << 20), 1 << 20)) / (1 << 20);
    return values;
  }

  /// Outputs [batch][outputs].
  std::vector<T> forward() {
    const lenetpp::Images images(pixels, network.architecture().input);
    const lenetpp::ImageSource<T> source(images, network.normalization());
    lenetpp::forward(workspace, network, source, pass());
    std::vector<T> outputs;
    for (std::size_t b = 0; b < samples_.size(); ++b) {
      outputs.insert(outputs.end(), workspace.output(b), workspace.output(b) + network.outputs());
    }
    return outputs;
  }

  /// What the backward pass begins with: the gradients [batch][outputs] of the last forward's outputs.
  void set_output_gradients(const std::vector<T>& output_gradients) {
    for (std::size_t b = 0; b < samples_.size(); ++b) {
      std::copy_n(output_gradients.data() + b * network.outputs(), network.outputs(),
                  workspace.gradient(workspace.plan.stages.size(), b));
    }
    workspace.activation_is_done = false;
  }

  /// Gradients of all parameters, one array each, for these gradients of the last forward's outputs.
  std::vector<std::vector<T>> backward(const std::vector<T>& output_gradients) {
    set_output_gradients(output_gradients);
    lenetpp::ParameterBlock<T> block(network.parameter_shapes());
    lenetpp::backward(workspace, network, pass(), block.data());
    std::vector<std::vector<T>> gradients;
    for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) gradients.push_back(block.unpadded(i));
    return gradients;
  }

  /// The planes [P][H][W] of a stack, without what lies between its rows.
  static std::vector<T> without_gaps(const T* values, const lenetpp::PlaneStack& stack) {
    std::vector<T> planes;
    for (int p = 0; p < stack.shape.planes; ++p) {
      for (int y = 0; y < stack.shape.height; ++y) {
        const T* row = values + stack.origin(p) + y * stack.row_stride;
        planes.insert(planes.end(), row, row + stack.shape.width);
      }
    }
    return planes;
  }

  [[nodiscard]] lenetpp::Pass pass() const { return {.samples = samples_, .training = true, .seed = 3, .epoch = 4}; }

  /// What the last backward pass left of the last image's gradient at a boundary: planes [P][H][W], or units.
  [[nodiscard]] std::vector<T> gradient_of_last_image(std::size_t boundary) {
    const lenetpp::Boundary& b = workspace.plan.boundaries[boundary];
    return without_gaps(workspace.has_gradient_of_batch(boundary) ? workspace.gradient(boundary, samples_.size() - 1)
                                                                  : workspace.workers[0].gradients[boundary].data(),
                        b.stack);
  }

  lenetpp::BasicNetwork<T> network;
  lenetpp::Workspace<T> workspace;
  std::vector<float> pixels;

 private:
  std::vector<lenetpp::Sample> samples_;
};
