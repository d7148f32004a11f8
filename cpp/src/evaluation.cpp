#include <lenetpp/evaluation.h>

#include <algorithm>
#include <stdexcept>

#include "batch_checks.h"
#include "floating_point_mode.h"
#include "walk.h"

namespace lenetpp {
namespace {

template <class T>
void check_ready(const BasicNetwork<T>& network, const Images& images, int threads) {
  check_images(images, network.architecture());
  check_threads(threads);
  if (!network.initialized()) {
    throw std::logic_error("network: it has no weights yet; train it, call initialize(seed) or load a model first");
  }
}

/// So many images are looked at before the next ones.
std::size_t chunk_of(std::size_t threads) { return 4 * samples_per_shard * threads; }

/// Runs the network over all images in chunks; after each, calls use(workspace, first image, number of images).
template <class T, class Use>
void for_each_chunk(const BasicNetwork<T>& network, const Images& images, int threads, const Use& use) {
  // A thread without a shard of its own would only cost its start.
  const std::size_t useful = std::min(static_cast<std::size_t>(threads), shards_of(images.count()));
  const std::size_t capacity = std::min(images.count(), chunk_of(useful));
  // Idle threads are left to nobody: a process that forks would wait for them for ever.
  const bool is_shared = useful == 1;
  std::unique_ptr<Workspace<T>> own;
  if (is_shared) own = network.idle_workspace().take();
  if (!own || own->capacity < capacity) {
    own = std::make_unique<Workspace<T>>(network.architecture(), capacity, static_cast<int>(useful),
                                         WorkspacePurpose::inference);
  }
  Workspace<T>& workspace = *own;
  const ImageSource<T> source(images, network.normalization());
  std::vector<Sample> samples;
  for (std::size_t first = 0; first < images.count(); first += samples.size()) {
    samples.resize(std::min(workspace.capacity, images.count() - first));
    for (std::size_t b = 0; b < samples.size(); ++b) samples[b].index = first + b;
    forward(workspace, network.block(), source, samples);
    use(workspace, first, samples.size());
  }
  if (is_shared) network.idle_workspace().leave(std::move(own));
}

}  // namespace

template <class T>
std::vector<T> outputs(const BasicNetwork<T>& network, const Images& images, int threads) {
  const DefaultFloatingPointMode mode;
  check_ready(network, images, threads);
  const std::size_t count = network.outputs();
  std::vector<T> all(images.count() * count);
  for_each_chunk(network, images, threads, [&](const Workspace<T>& workspace, std::size_t first, std::size_t size) {
    for (std::size_t b = 0; b < size; ++b) {
      std::copy_n(workspace.output(b), count, all.data() + (first + b) * count);
    }
  });
  return all;
}

template <class T>
std::vector<std::int32_t> predict(const BasicNetwork<T>& network, const Images& images, int threads) {
  const DefaultFloatingPointMode mode;
  check_ready(network, images, threads);
  std::vector<std::int32_t> classes(images.count());
  for_each_chunk(network, images, threads, [&](const Workspace<T>& workspace, std::size_t first, std::size_t size) {
    for (std::size_t b = 0; b < size; ++b) classes[first + b] = workspace.predicted_class(b);
  });
  return classes;
}

template <class T>
Evaluation evaluate(const BasicNetwork<T>& network, const Images& images, std::span<const std::int32_t> labels,
                    Loss loss, int threads, UnitActivity* activity) {
  const DefaultFloatingPointMode mode;
  check_ready(network, images, threads);
  check_labels(labels, images.count(), network.outputs());
  check_loss(loss, network.architecture());
  if (activity && activity->architecture() != network.architecture()) {
    throw std::invalid_argument("activity: expected one for " + network.text() + ", got one for " +
                                activity->architecture().text());
  }
  Evaluation result;
  result.predictions.resize(images.count());
  for_each_chunk(network, images, threads, [&](Workspace<T>& workspace, std::size_t first, std::size_t size) {
    // One chain over all images: how many a chunk has depends on the threads, the sum must not.
    result.loss = loss_of_outputs(workspace, loss, labels.subspan(first, size), T(1), result.loss);
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

template <class T>
std::size_t evaluation_memory_bytes(const BasicNetwork<T>& network, int threads) {
  check_threads(threads);
  return Workspace<T>(network.architecture(), chunk_of(static_cast<std::size_t>(threads)), threads,
                      WorkspacePurpose::inference)
      .memory_bytes();
}

template <class T>
LossAndGradients<T> loss_and_gradients(const BasicNetwork<T>& network, const Images& images,
                                       std::span<const std::int32_t> labels, Loss loss, Reduction reduction,
                                       int threads) {
  const DefaultFloatingPointMode mode;
  check_ready(network, images, threads);
  check_labels(labels, images.count(), network.outputs());
  check_loss(loss, network.architecture());
  Workspace<T> workspace(network.architecture(), images.count(), threads, WorkspacePurpose::training);
  std::vector<Sample> samples(images.count());
  for (std::size_t b = 0; b < samples.size(); ++b) samples[b].index = b;
  ParameterBlock<T> gradients(network.parameter_shapes());
  forward(workspace, network.block(), ImageSource<T>(images, network.normalization()), samples);
  const auto count = static_cast<T>(images.count());
  LossAndGradients<T> result;
  result.loss = loss_of_outputs(workspace, loss, labels, reduction == Reduction::mean ? T(1) / count : T(1));
  if (reduction == Reduction::mean) result.loss /= static_cast<double>(images.count());
  backward(workspace, network.block(), gradients.data());
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) result.gradients.push_back(gradients.unpadded(i));
  return result;
}

#define LENETPP_INSTANTIATE(T)                                                                                  \
  template std::vector<T> outputs(const BasicNetwork<T>&, const Images&, int);                                  \
  template std::vector<std::int32_t> predict(const BasicNetwork<T>&, const Images&, int);                       \
  template Evaluation evaluate(const BasicNetwork<T>&, const Images&, std::span<const std::int32_t>, Loss, int, \
                               UnitActivity*);                                                                  \
  template std::size_t evaluation_memory_bytes(const BasicNetwork<T>&, int);                                    \
  template LossAndGradients<T> loss_and_gradients(const BasicNetwork<T>&, const Images&,                        \
                                                  std::span<const std::int32_t>, Loss, Reduction, int);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
