// The execution of a dense layer, as matrix products over a whole batch.
#pragma once

#include <lenetpp/layers.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "execution/planner.h"

namespace lenetpp {

template <class T>
class DenseStage final : public BatchStage<T> {
 public:
  DenseStage(const Dense& layer, const StagePlace& where, std::size_t weight, std::optional<std::size_t> bias);

  [[nodiscard]] std::vector<std::size_t> parameters() const override;
  [[nodiscard]] std::optional<Activation> watched() const override { return activation_; }
  void forward(const BatchForward<T>& call) const override;
  void backward(const BatchBackward<T>& call) const override;

  [[nodiscard]] int inputs() const { return inputs_; }

 private:
  [[nodiscard]] std::size_t tasks_for(std::size_t batch, const ThreadPool& pool) const;
  /// The gradient of the inputs, and with `weight_step` the step of the weights in the same pass over them.
  void backward_inputs(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step) const;
  /// With `weight_step` the weights make their step; `biases_only` leaves them alone.
  void backward_parameters(const BatchBackward<T>& call, std::size_t tasks, const Step<T>* weight_step,
                           bool biases_only) const;

  Activation activation_;
  int inputs_, inputs_padded_, units_;
  std::size_t weight_;               // index of the parameter array
  std::optional<std::size_t> bias_;  // likewise
};

template <>
struct LayerExecution<Dense> {
  static PlaneStack input_stack(const Dense& layer, const Shape& input);
  template <class T>
  static std::unique_ptr<const Stage<T>> plan(const Dense& layer, Planner& planner);
};

}  // namespace lenetpp
