#include "layers/local_response_normalization.h"

#include <memory>

#include "execution/planner.h"

namespace lenetpp {
namespace {

template <class T>
class LocalResponseStage final : public ImageStage<T> {
 public:
  LocalResponseStage(const LocalResponseNormalization& layer, const StagePlace& where)
      : ImageStage<T>(where), layer_(layer) {}

  [[nodiscard]] ScratchSize scratch(bool training) const override {
    return {.numbers = training ? this->place.input_stack.size() : 0};
  }

  void forward(const ImageForward<T>& call) const override {
    call.kernels.local_response_forward({of(call.input), call.output + this->place.output_stack.origin(0)});
  }

  void backward(const ImageBackward<T>& call) const override {
    if (!call.input_gradient) return;
    call.kernels.local_response_backward({
        of(call.input),
        call.output_gradient + this->place.output_stack.origin(0),
        static_cast<T>(-2 * layer_.alpha * layer_.beta),
        call.scratch.numbers.data(),
        call.input_gradient,
    });
  }

 private:
  [[nodiscard]] LocalResponse<T> of(const T* input) const {
    const PlaneStack &from = this->place.input_stack, &to = this->place.output_stack;
    return {.input = input,
            .planes = from.shape.planes,
            .height = from.shape.height,
            .width = from.shape.width,
            .size = layer_.size,
            .alpha = static_cast<T>(layer_.alpha),
            .k = static_cast<T>(layer_.k),
            .quarters = static_cast<int>(layer_.beta * 4),
            .plane_stride = to.plane_stride,
            .row_stride = to.row_stride};
  }

  LocalResponseNormalization layer_;
};

}  // namespace

PlaneStack LayerKind<LocalResponseNormalization>::input_stack(const Kind&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<LocalResponseNormalization>::plan(const Kind& layer, Planner& planner) {
  return std::make_unique<LocalResponseStage<T>>(layer, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<LocalResponseNormalization>::plan(const Kind&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<LocalResponseNormalization>::plan(const Kind&, Planner&);

}  // namespace lenetpp
