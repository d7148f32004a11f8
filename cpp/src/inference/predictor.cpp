#include <lenetpp/predictor.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

#include "batch_checks.h"
#include "execution/passes.h"
#include "floating_point_mode.h"

namespace lenetpp {
namespace {

/// Each of the values, none negative, divided by their sum.
void shares_of(std::span<const double> values, double* shares) {
  // An image whose sigmoids are all zero has equal shares.
  constexpr double least = std::numeric_limits<double>::min();
  double sum = 0;
  for (const double value : values) sum += value + least;
  for (const double value : values) *shares++ = (value + least) / sum;
}

}  // namespace

template <class T>
struct BasicPredictor<T>::State {
  const BasicNetwork<T>& network;
  int threads;
  std::size_t work_of_an_image;             // see sharing.h
  std::unique_ptr<Workspace<T>> workspace;  // for as many images and threads as any call needed

  void check(const Images& images) const {
    check_images(images, network.architecture());
    check_initialized(network);
  }

  /// Runs the network over all images in chunks; after each, calls use(workspace, first image, number of images).
  template <class Use>
  void for_each_chunk(const Images& images, const Use& use) {
    // A thread without enough work of its own would only cost its start.
    const int useful = static_cast<int>(Sharing{}.shares(work_of_an_image * images.count(), threads));
    const std::size_t capacity = std::min(images.count(), images_of_a_chunk(useful));
    if (!workspace || workspace->capacity < capacity || workspace->pool.threads() < useful) {
      workspace.reset();  // first: there is memory planned for one
      workspace = std::make_unique<Workspace<T>>(network.architecture(), capacity, useful, WorkspacePurpose::inference);
    }
    const ImageSource<T> source(images, network.normalization());
    std::vector<Sample> samples;
    for (std::size_t first = 0; first < images.count(); first += samples.size()) {
      samples.resize(std::min(workspace->capacity, images.count() - first));
      for (std::size_t b = 0; b < samples.size(); ++b) samples[b].index = first + b;
      forward(*workspace, network, source, {.samples = samples});
      use(*workspace, first, samples.size());
    }
  }
};

template <class T>
BasicPredictor<T>::BasicPredictor(const BasicNetwork<T>& network, int threads) {
  check_threads(threads);
  state_ = std::make_unique<State>(State{network, threads, forward_work(network.architecture()), nullptr});
}

template <class T>
BasicPredictor<T>::~BasicPredictor() = default;
template <class T>
BasicPredictor<T>::BasicPredictor(BasicPredictor&&) noexcept = default;

template <class T>
std::vector<T> BasicPredictor<T>::outputs(const Images& images) {
  const DefaultFloatingPointMode mode;
  state_->check(images);
  const std::size_t count = state_->network.outputs();
  std::vector<T> all(images.count() * count);
  state_->for_each_chunk(images, [&](const Workspace<T>& workspace, std::size_t first, std::size_t size) {
    for (std::size_t b = 0; b < size; ++b) {
      std::copy_n(workspace.output(b), count, all.data() + (first + b) * count);
    }
  });
  return all;
}

template <class T>
std::vector<std::int32_t> BasicPredictor<T>::predict(const Images& images) {
  const DefaultFloatingPointMode mode;
  state_->check(images);
  std::vector<std::int32_t> classes(images.count());
  state_->for_each_chunk(images, [&](const Workspace<T>& workspace, std::size_t first, std::size_t size) {
    for (std::size_t b = 0; b < size; ++b) classes[first + b] = workspace.predicted_class(b);
  });
  return classes;
}

template <class T>
std::vector<double> BasicPredictor<T>::predict_probabilities(const Images& images) {
  const DefaultFloatingPointMode mode;
  state_->check(images);
  const std::size_t count = state_->network.outputs();
  std::vector<double> all(images.count() * count), outputs(count);
  state_->for_each_chunk(images, [&](const Workspace<T>& workspace, std::size_t first, std::size_t size) {
    const bool are_shares = workspace.plan.last_activation().kind == ActivationKind::sigmoid;
    for (std::size_t b = 0; b < size; ++b) {
      double* probabilities = all.data() + (first + b) * count;
      std::copy_n(workspace.output(b), count, outputs.data());
      if (are_shares) {
        shares_of(outputs, probabilities);
      } else {
        kernels<T>().softmax(outputs.data(), probabilities, count);
      }
    }
  });
  return all;
}

template <class T>
Evaluation BasicPredictor<T>::evaluate(const Images& images, std::span<const std::int32_t> labels, Loss loss,
                                       UnitActivity* activity, std::span<const double> weights) {
  const DefaultFloatingPointMode mode;
  const BasicNetwork<T>& network = state_->network;
  state_->check(images);
  check_labels(labels, images.count(), network.outputs());
  check_weights(weights, images.count());
  check_loss(loss, network.architecture());
  if (activity && activity->architecture() != network.architecture()) {
    throw std::invalid_argument("activity: expected one for " + network.text() + ", got one for " +
                                activity->architecture().text());
  }
  Evaluation result;
  result.predictions.resize(images.count());
  state_->for_each_chunk(images, [&](Workspace<T>& workspace, std::size_t first, std::size_t size) {
    // One chain over all images: how many a chunk has depends on the threads, the sum must not.
    const auto of_chunk = weights.empty() ? weights : weights.subspan(first, size);
    result.loss = loss_of_outputs(workspace, loss, labels.subspan(first, size), T(1), result.loss, of_chunk);
    for (std::size_t b = 0; b < size; ++b) {
      const std::int32_t predicted = workspace.predicted_class(b);
      result.predictions[first + b] = predicted;
      result.correct += predicted == labels[first + b];
    }
    if (activity) activity->observe(workspace);
  });
  result.loss /= static_cast<double>(images.count());
  return result;
}

template class BasicPredictor<float>;
template class BasicPredictor<double>;

}  // namespace lenetpp
