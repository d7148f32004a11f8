// Predictor: what a network says about images, with the memory for it.
#pragma once

#include <lenetpp/evaluation.h>
#include <lenetpp/export.h>
#include <lenetpp/images.h>
#include <lenetpp/network.h>
#include <lenetpp/unit_activity.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace lenetpp {

/// Keeps between calls what the free functions of evaluation.h plan and allocate anew, which takes longer than an
/// image. One thread at a time may use a predictor; any number of predictors may share one network, each at full speed.
/// The network must outlive the predictor, and may change between its calls.
template <class T>
class LENETPP_API BasicPredictor {
 public:
  /// Throws std::invalid_argument for a number of threads outside its range.
  explicit BasicPredictor(const BasicNetwork<T>& network, int threads = 1);
  ~BasicPredictor();
  BasicPredictor(BasicPredictor&&) noexcept;
  BasicPredictor& operator=(BasicPredictor&&) = delete;
  BasicPredictor(const BasicPredictor&) = delete;
  BasicPredictor& operator=(const BasicPredictor&) = delete;

  /// As the free functions of evaluation.h, which say what they throw.
  std::vector<T> outputs(const Images& images);
  std::vector<std::int32_t> predict(const Images& images);
  std::vector<double> predict_probabilities(const Images& images);
  Evaluation evaluate(const Images& images, std::span<const std::int32_t> labels, Loss loss = Loss::cross_entropy,
                      UnitActivity* activity = nullptr, std::span<const double> weights = {});

 private:
  struct LENETPP_PRIVATE State;
  std::unique_ptr<State> state_;
};

using Predictor = BasicPredictor<float>;
using Predictor64 = BasicPredictor<double>;

extern template class BasicPredictor<float>;
extern template class BasicPredictor<double>;

}  // namespace lenetpp
