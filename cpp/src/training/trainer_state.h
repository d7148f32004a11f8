// What a trainer keeps between its steps, and how it makes one.
#pragma once

#include <lenetpp/trainer.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aligned_array.h"
#include "batch_checks.h"
#include "execution/passes.h"
#include "require.h"
#include "training/norms.h"
#include "training/step_figures.h"

namespace lenetpp {

template <class T>
struct BasicTrainer<T>::State {
  State(BasicNetwork<T>& trained, TrainerOptions chosen)
      : network(trained), options(chosen), gradients(trained.block().layout().size) {
    StepRules<T> rules;
    with_rule(options.optimizer, rules, [&](const auto& rule) {
      for (const std::string_view name : rule.state_names(options)) {
        state.push_back({std::string(name), ParameterBlock<T>(trained.parameter_shapes())});
      }
    });
    if (options.average_decay > 0) state.push_back({"average", trained.block()});
    if (options.weight_decay > 0 && options.decay_weights_only) set_decays();
  }

  void check_examples(const Images& images, std::span<const std::int32_t> labels,
                      std::span<const double> weights) const {
    check_images(images, network.architecture());
    check_labels(labels, images.count(), network.outputs());
    check_weights(weights, images.count());
  }

  [[nodiscard]] std::size_t largest_batch(std::size_t images) const {
    return std::min(options.batch_size, std::max<std::size_t>(images, 1));
  }

  /// The workspace, large enough for the batches of so many images: none is larger than the data.
  Workspace<T>& workspace_for(std::size_t images) {
    const std::size_t capacity = largest_batch(images);
    if (!workspace || workspace->capacity < capacity) {
      workspace.reset();  // first: there is memory planned for one
      workspace =
          std::make_unique<Workspace<T>>(network.architecture(), capacity, options.threads, WorkspacePurpose::training);
    }
    return *workspace;
  }

  void check_batches(std::size_t images) {
    const std::size_t batch = largest_batch(images), rest = images % batch;
    const std::size_t least = rest > 0 ? rest : batch;
    for (const auto& stage : workspace_for(images).plan.stages) {
      if (least >= stage->least_samples()) continue;
      const std::size_t layer = stage->place.layer;
      require(false, "batch_size: layer " + std::to_string(layer) + " (" +
                         to_string(network.architecture().layers[layer]) + ") needs batches of at least " +
                         std::to_string(stage->least_samples()) + " images, but " + std::to_string(images) +
                         " images in batches of " + std::to_string(batch) + " end with one of " +
                         std::to_string(least) + "; choose another batch size");
    }
  }

  struct BatchResult {
    double loss = 0;  // sum over the samples
    std::size_t correct = 0;
  };

  /// Of the batch of a training pass; `number` counts from 0 since training began.
  BatchResult train_batch(const ImageSource<T>& images, const Pass& pass, std::span<const std::int32_t> labels,
                          std::span<const double> weights, double learning_rate, std::uint64_t number,
                          std::vector<ArrayStep>* figures) {
    const std::span<const Sample> samples = pass.samples;
    forward(*workspace, network, images, pass);
    const bool mean = options.reduction == Reduction::mean;
    const T scale = mean ? T(1) / static_cast<T>(samples.size()) : T(1);
    BatchResult result;
    result.loss = loss_of_outputs(*workspace, options.loss, labels, scale, 0, weights, options.label_smoothing);
    for (std::size_t b = 0; b < samples.size(); ++b) result.correct += workspace->predicted_class(b) == labels[b];
    if (!std::isfinite(result.loss)) return result;
    make_step(pass, step_of(learning_rate, number), figures);
    if (options.average_decay > 0) average(number);
    update_state(*workspace, network, pass);
    return result;
  }

  /// Of the optimizer, by the gradients of a batch whose loss is known.
  void make_step(const Pass& pass, Step<T> step, std::vector<ArrayStep>* figures) {
    if (!figures && options.gradient_clip_norm == 0 && options.gradient_clip_value == 0) {
      backward_and_step(*workspace, network, pass, gradients.data(), step);
      return;
    }
    backward(*workspace, network, pass, gradients.data());
    if (options.gradient_clip_value > 0) clip_values();
    step.gradient_scale = gradient_scale();
    if (figures) {
      *figures = measured_step(workspace->kernels, workspace->pool, network.block().layout(), step);
    } else {
      workspace->kernels.optimizer_step(step);
    }
  }

  /// Of matrices only, and of what is more than that.
  void set_decays() {
    decays = AlignedArray<T>(gradients.size());
    const auto& shapes = network.parameter_shapes();
    for (std::size_t index = 0; index < shapes.size(); ++index) {
      if (shapes[index].dimensions.size() < 2) continue;
      const ParameterRows& array = network.block().layout().arrays[index];
      std::fill_n(decays.data() + array.offset, array.rows * array.row_stride, static_cast<T>(options.weight_decay));
    }
  }

  /// Behind step `number`.
  void average(std::uint64_t number) {
    const double step = static_cast<double>(number);
    const double kept = std::min(options.average_decay, (1 + step) / (10 + step));
    workspace->kernels.move_towards(state.back().values.data(), std::as_const(network).block().data(), gradients.size(),
                                    static_cast<T>(1 - kept));
  }

  /// Of the whole block.
  Step<T> step_of(double learning_rate, std::uint64_t number) {
    Step<T> step{
        .parameters = network.block().data(),
        .gradients = gradients.data(),
        .state = {},
        .count = gradients.size(),
        .learning_rate = static_cast<T>(learning_rate),
        .weight_decay = static_cast<T>(options.weight_decay),
        .gradient_scale = T(1),
        .optimizer = options.optimizer,
        .rules = {},
    };
    step.decays = decays.size() > 0 ? decays.data() : nullptr;
    const std::size_t of_rule = state.size() - (options.average_decay > 0 ? 1 : 0);
    for (std::size_t i = 0; i < of_rule; ++i) step.state[i] = state[i].values.data();
    with_rule(options.optimizer, step.rules, [&](auto& rule) { rule = rule.at_step(options, number); });
    return step;
  }

  void clip_values() {
    const T limit = static_cast<T>(options.gradient_clip_value);
    for (std::size_t i = 0; i < gradients.size(); ++i)
      gradients.data()[i] = std::clamp(gradients.data()[i], -limit, limit);
  }

  T gradient_scale() const {
    if (options.gradient_clip_norm == 0) return T(1);
    SumOfSquares squares;
    for (const ParameterRows& array : network.block().layout().arrays) {
      squares.add(gradients.data() + array.offset, array);
    }
    const double norm = std::sqrt(squares.sum());
    return norm > options.gradient_clip_norm ? static_cast<T>(options.gradient_clip_norm / norm) : T(1);
  }

  BasicNetwork<T>& network;
  TrainerOptions options;
  std::unique_ptr<Workspace<T>> workspace;  // for the largest batch so far
  AlignedArray<T> gradients;                // in the layout of the parameters
  AlignedArray<T> decays;                   // likewise, where parameters differ in their decay
  /// What the optimizer keeps for each parameter, and behind it the average, where there is one.
  struct Array {
    std::string name;
    ParameterBlock<T> values;
  };
  std::vector<Array> state;

  Array& array(std::string_view name) {
    std::string known;
    for (Array& candidate : state) {
      if (candidate.name == name) return candidate;
      known += (known.empty() ? "" : ", ") + candidate.name;
    }
    throw std::invalid_argument("state: expected " + (known.empty() ? "none with these options" : "one of " + known) +
                                ", got \"" + std::string(name) + "\"");
  }
};

}  // namespace lenetpp
