#include <lenetpp/evaluation.h>
#include <lenetpp/predictor.h>

#include "batch_checks.h"
#include "execution/passes.h"
#include "floating_point_mode.h"

namespace lenetpp {

template <class T>
std::vector<T> outputs(const BasicNetwork<T>& network, const Images& images, int threads) {
  return BasicPredictor<T>(network, threads).outputs(images);
}

template <class T>
std::vector<std::int32_t> predict(const BasicNetwork<T>& network, const Images& images, int threads) {
  return BasicPredictor<T>(network, threads).predict(images);
}

template <class T>
std::vector<double> predict_probabilities(const BasicNetwork<T>& network, const Images& images, int threads) {
  return BasicPredictor<T>(network, threads).predict_probabilities(images);
}

template <class T>
Evaluation evaluate(const BasicNetwork<T>& network, const Images& images, std::span<const std::int32_t> labels,
                    Loss loss, int threads, UnitActivity* activity, std::span<const double> weights) {
  return BasicPredictor<T>(network, threads).evaluate(images, labels, loss, activity, weights);
}

template <class T>
std::size_t evaluation_memory_bytes(const BasicNetwork<T>& network, int threads) {
  check_threads(threads);
  return WorkspaceSizes<T>(network.architecture(), images_of_a_chunk(threads), threads, WorkspacePurpose::inference)
      .bytes();
}

template <class T>
LossAndGradients<T> loss_and_gradients(const BasicNetwork<T>& network, const Images& images,
                                       std::span<const std::int32_t> labels, Loss loss, Reduction reduction,
                                       int threads, std::span<const double> weights,
                                       const std::optional<TrainingDraws>& training) {
  const DefaultFloatingPointMode mode;
  check_images(images, network.architecture());
  check_threads(threads);
  check_initialized(network);
  check_labels(labels, images.count(), network.outputs());
  check_weights(weights, images.count());
  check_loss(loss, network.architecture());
  Workspace<T> workspace(network.architecture(), images.count(), threads, WorkspacePurpose::training);
  std::vector<Sample> samples(images.count());
  for (std::size_t b = 0; b < samples.size(); ++b) samples[b].index = b;
  ParameterBlock<T> gradients(network.parameter_shapes());
  Pass pass{.samples = samples};
  if (training) pass = {.samples = samples, .training = true, .seed = training->seed, .epoch = training->epoch};
  forward(workspace, network, ImageSource<T>(images, network.normalization()), pass);
  const auto count = static_cast<T>(images.count());
  LossAndGradients<T> result;
  result.loss =
      loss_of_outputs(workspace, loss, labels, reduction == Reduction::mean ? T(1) / count : T(1), 0, weights);
  if (reduction == Reduction::mean) result.loss /= static_cast<double>(images.count());
  backward(workspace, network, pass, gradients.data());
  for (std::size_t i = 0; i < network.parameter_shapes().size(); ++i) result.gradients.push_back(gradients.unpadded(i));
  return result;
}

#define LENETPP_INSTANTIATE(T)                                                                                  \
  template std::vector<T> outputs(const BasicNetwork<T>&, const Images&, int);                                  \
  template std::vector<std::int32_t> predict(const BasicNetwork<T>&, const Images&, int);                       \
  template std::vector<double> predict_probabilities(const BasicNetwork<T>&, const Images&, int);               \
  template Evaluation evaluate(const BasicNetwork<T>&, const Images&, std::span<const std::int32_t>, Loss, int, \
                               UnitActivity*, std::span<const double>);                                         \
  template std::size_t evaluation_memory_bytes(const BasicNetwork<T>&, int);                                    \
  template LossAndGradients<T> loss_and_gradients(const BasicNetwork<T>&, const Images&,                        \
                                                  std::span<const std::int32_t>, Loss, Reduction, int,          \
                                                  std::span<const double>, const std::optional<TrainingDraws>&);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
