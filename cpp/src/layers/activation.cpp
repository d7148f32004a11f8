#include "layers/activation.h"

#include <memory>
#include <optional>

#include "execution/planner.h"
#include "layers/plane_sums.h"

namespace lenetpp {
namespace {

template <class T>
class ActivationStage final : public ImageStage<T> {
 public:
  ActivationStage(const ActivationLayer& layer, const StagePlace& where)
      : ImageStage<T>(where), activation_(layer.activation) {}

  [[nodiscard]] std::optional<Activation> watched() const override { return activation_; }

  void forward(const ImageForward<T>& call) const override {
    call.kernels.activated_sum({
        .input = planes_at(call.input, this->place.input_stack),
        .addend = {},
        .output = planes_at(call.output, this->place.output_stack),
        .shape = this->place.output_stack.shape,
        .activation = this->place.is_last ? Activation{} : activation_,
    });
  }

  void backward(const ImageBackward<T>& call) const override {
    if (!call.input_gradient) return;
    call.kernels.activated_sum_gradient({
        .output = planes_at(call.output, this->place.output_stack),
        .output_gradient = planes_at(call.output_gradient, this->place.output_stack),
        .shape = this->place.output_stack.shape,
        .activation = call.activation_is_done ? Activation{} : activation_,
        .input_gradient = planes_at(call.input_gradient, this->place.input_stack),
        .addend_gradient = {},
    });
  }

 private:
  Activation activation_;
};

}  // namespace

void ActivationName::read(TextCursor& text, ActivationLayer& layer, const std::string& example) const {
  const TextCursor start = text;
  if (!read_activation(text, text.letters(), layer.activation) || !text.at_word_end()) {
    start.fail_expecting("an activation (" + activation_list() + "), as in " + example);
  }
}

PlaneStack LayerKind<ActivationLayer>::input_stack(const ActivationLayer&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<ActivationLayer>::plan(const ActivationLayer& layer, Planner& planner) {
  return std::make_unique<ActivationStage<T>>(layer, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<ActivationLayer>::plan(const ActivationLayer&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<ActivationLayer>::plan(const ActivationLayer&, Planner&);

}  // namespace lenetpp
