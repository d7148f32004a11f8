// A max-pooling that does not follow a convolution is a stage of its own; convolution_stage.h has the others.
#include "layers/max_pooling.h"

#include <memory>

#include "execution/planner.h"
#include "layers/visits.h"
#include "layers/windows.h"

namespace lenetpp {
namespace {

template <class T>
class MaxPoolingStage final : public ImageStage<T> {
 public:
  MaxPoolingStage(const MaxPool2D& layer, const StagePlace& where) : ImageStage<T>(where), layer_(layer) {}

  [[nodiscard]] std::size_t winners() const override { return this->place.output_stack.shape.size(); }

  [[nodiscard]] ScratchSize scratch(bool training) const override {
    return training ? scratch_for_visits(this->place.output_stack) : ScratchSize{};
  }

  void forward(const ImageForward<T>& call) const override {
    const PlaneStack &input = this->place.input_stack, &output = this->place.output_stack;
    call.kernels.max_pooling({
        .input = call.input + input.origin(0),
        .input_plane_stride = input.plane_stride,
        .input_row_stride = input.row_stride,
        .planes = input.shape.planes,
        .height = input.shape.height,
        .width = input.shape.width,
        .size = layer_.size,
        .strides = layer_.strides,
        .activation = {},
        .output = call.output + output.origin(0),
        .output_plane_stride = output.plane_stride,
        .output_row_stride = output.row_stride,
        .output_height = output.shape.height,
        .output_width = output.shape.width,
        .winners = call.winners,
    });
  }

  void backward(const ImageBackward<T>& call) const override {
    const PlaneStack& input = this->place.input_stack;
    const Visits<T>* visits = make_visits(call, this->place.output_stack, {});
    for (int plane = 0; plane < input.shape.planes; ++plane) {
      T* to = call.input_gradient + input.origin(plane);
      for (std::size_t v = 0; v < visits[plane].count; ++v) to[visits[plane].positions[v]] += visits[plane].deltas[v];
    }
  }

 private:
  MaxPool2D layer_;
};

}  // namespace

Shape LayerKind<MaxPool2D>::output_shape(const MaxPool2D& layer, const Shape& input) {
  return pooled_shape(layer.size, layer.strides, input);
}

PlaneStack LayerKind<MaxPool2D>::input_stack(const MaxPool2D&, const Shape& input) {
  return aligned_stack(input, {0, 0});
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<MaxPool2D>::plan(const MaxPool2D& layer, Planner& planner) {
  return std::make_unique<MaxPoolingStage<T>>(layer, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<MaxPool2D>::plan(const MaxPool2D&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<MaxPool2D>::plan(const MaxPool2D&, Planner&);

}  // namespace lenetpp
