// What a network says about images, without changing it. For call after call, see predictor.h.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/images.h>
#include <lenetpp/network.h>
#include <lenetpp/trainer.h>
#include <lenetpp/unit_activity.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace lenetpp {

/// Outputs [N][outputs] of the last layer. The bits of an image's outputs do not depend on its neighbours.
template <class T>
LENETPP_API std::vector<T> outputs(const BasicNetwork<T>& network, const Images& images, int threads = 1);

/// The class with the largest output of each image; the first wins a tie.
template <class T>
LENETPP_API std::vector<std::int32_t> predict(const BasicNetwork<T>& network, const Images& images, int threads = 1);

/// Probabilities [N][outputs] that sum to 1: the softmax of the outputs or, where the last activation is a sigmoid, the
/// outputs divided by their sum.
template <class T>
LENETPP_API std::vector<double> predict_probabilities(const BasicNetwork<T>& network, const Images& images,
                                                      int threads = 1);

struct Evaluation {
  double loss = 0;  ///< mean over the samples, of the loss times its weight where there are weights
  std::size_t correct = 0;
  std::vector<std::int32_t> predictions;
};

/// Where there is an `activity`, of the network's architecture, what the units do is added to it. `weights` as
/// EpochOptions::weights; only the loss has a part for them.
template <class T>
LENETPP_API Evaluation evaluate(const BasicNetwork<T>& network, const Images& images,
                                std::span<const std::int32_t> labels, Loss loss = Loss::cross_entropy, int threads = 1,
                                UnitActivity* activity = nullptr, std::span<const double> weights = {});

/// Bytes that evaluate(), predict() and outputs() of many images need beside the parameters. A Predictor keeps them.
template <class T>
LENETPP_API std::size_t evaluation_memory_bytes(const BasicNetwork<T>& network, int threads = 1);

template <class T>
struct LossAndGradients {
  double loss = 0;                        ///< over the batch, by `reduction`
  std::vector<std::vector<T>> gradients;  ///< one a parameter array, canonical order and shape
};

/// What a step of training draws for dropout: functions of these and of an image's place in the batch.
struct TrainingDraws {
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0;
};

/// `weights` as EpochOptions::weights. With `training` as in a step of training: by the batch's own mean and variance,
/// and with values left out; otherwise as in inference. The network does not change.
template <class T>
LENETPP_API LossAndGradients<T> loss_and_gradients(const BasicNetwork<T>& network, const Images& images,
                                                   std::span<const std::int32_t> labels,
                                                   Loss loss = Loss::cross_entropy,
                                                   Reduction reduction = Reduction::mean, int threads = 1,
                                                   std::span<const double> weights = {},
                                                   const std::optional<TrainingDraws>& training = {});

}  // namespace lenetpp
