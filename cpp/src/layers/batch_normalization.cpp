// Batch normalization: where nothing is trained, images go through it one by one, like through their neighbours.
#include "layers/batch_normalization.h"

#include <memory>
#include <optional>
#include <vector>

#include "execution/planner.h"
#include "layers/batch_normalization_stage.h"
#include "layers/normalized_planes.h"

namespace lenetpp {
namespace {

/// By running mean and variance, forward only.
template <class T>
class NormalizationStage final : public ImageStage<T> {
 public:
  NormalizationStage(const NormalizedPlanes& own, const StagePlace& where) : ImageStage<T>(where), own_(own) {}

  [[nodiscard]] std::vector<std::size_t> parameters() const override { return {own_.weight, own_.bias}; }
  [[nodiscard]] std::optional<Activation> watched() const override { return own_.layer.activation; }
  [[nodiscard]] std::size_t prepared_size() const override { return 2 * own_.room; }
  void prepare_forward(const StageCall<T>& call, T* prepared) const override { own_.prepare(call, prepared); }

  void forward(const ImageForward<T>& call) const override {
    own_.forward(call.kernels, call.input, call.prepared, call.prepared + own_.room, call.output);
  }
  void backward(const ImageBackward<T>&) const override {}

 private:
  NormalizedPlanes own_;
};

}  // namespace

PlaneStack LayerKind<BatchNormalization>::input_stack(const BatchNormalization&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<BatchNormalization>::plan(const BatchNormalization& layer, Planner& planner) {
  const std::size_t weight = planner.take_parameter(), mean = planner.take_state();
  planner.take_parameter();  // the bias
  planner.take_state();      // the variance
  const NormalizedPlanes own(layer, planner.place(), weight, mean);
  if (planner.purpose() == WorkspacePurpose::inference) {
    return std::make_unique<NormalizationStage<T>>(own, planner.place());
  }
  return std::make_unique<BatchNormalizationStage<T>>(own, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<BatchNormalization>::plan(const BatchNormalization&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<BatchNormalization>::plan(const BatchNormalization&, Planner&);

}  // namespace lenetpp
