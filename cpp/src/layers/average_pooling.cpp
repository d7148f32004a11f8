// Averages of windows, and of whole planes.
#include "layers/average_pooling.h"

#include <algorithm>
#include <memory>

#include "execution/planner.h"
#include "layers/global_average_pooling.h"
#include "layers/windows.h"

namespace lenetpp {
namespace {

template <class T>
class AveragePoolingStage final : public ImageStage<T> {
 public:
  AveragePoolingStage(const AvgPool2D& layer, const StagePlace& where) : ImageStage<T>(where), layer_(layer) {}

  /// Each sum is one chain over its window, row by row.
  void forward(const ImageForward<T>& call) const override {
    for_each_window([&](std::ptrdiff_t corner, std::ptrdiff_t output, int rows, int columns) {
      T sum = T(0);
      for (int y = 0; y < rows; ++y) {
        const T* row = call.input + corner + y * this->place.input_stack.row_stride;
        for (int x = 0; x < columns; ++x) sum += row[x];
      }
      call.output[output] = sum / static_cast<T>(rows * columns);
    });
  }

  void backward(const ImageBackward<T>& call) const override {
    if (!call.input_gradient) return;
    for_each_window([&](std::ptrdiff_t corner, std::ptrdiff_t output, int rows, int columns) {
      const T share = call.output_gradient[output] / static_cast<T>(rows * columns);
      for (int y = 0; y < rows; ++y) {
        T* row = call.input_gradient + corner + y * this->place.input_stack.row_stride;
        for (int x = 0; x < columns; ++x) row[x] += share;
      }
    });
  }

 private:
  /// Calls use(place of its corner, place of its output, rows, columns) for every window, clipped at the border.
  template <class Use>
  void for_each_window(const Use& use) const {
    const PlaneStack &input = this->place.input_stack, &output = this->place.output_stack;
    for (int plane = 0; plane < output.shape.planes; ++plane) {
      for (int i = 0; i < output.shape.height; ++i) {
        const int top = i * layer_.strides.height, rows = std::min(layer_.size.height, input.shape.height - top);
        for (int j = 0; j < output.shape.width; ++j) {
          const int left = j * layer_.strides.width;
          use(input.origin(plane) + top * input.row_stride + left, output.origin(plane) + i * output.row_stride + j,
              rows, std::min(layer_.size.width, input.shape.width - left));
        }
      }
    }
  }

  AvgPool2D layer_;
};

}  // namespace

Shape LayerKind<AvgPool2D>::output_shape(const AvgPool2D& layer, const Shape& input) {
  return pooled_shape(layer.size, layer.strides, input);
}

PlaneStack LayerKind<AvgPool2D>::input_stack(const AvgPool2D&, const Shape& input) { return gapless_stack(input); }

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<AvgPool2D>::plan(const AvgPool2D& layer, Planner& planner) {
  return std::make_unique<AveragePoolingStage<T>>(layer, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<AvgPool2D>::plan(const AvgPool2D&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<AvgPool2D>::plan(const AvgPool2D&, Planner&);

PlaneStack LayerKind<GlobalAvgPool2D>::input_stack(const GlobalAvgPool2D&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<GlobalAvgPool2D>::plan(const GlobalAvgPool2D&, Planner& planner) {
  const Shape& input = planner.input().shape;
  const Extent whole{input.height, input.width};
  return std::make_unique<AveragePoolingStage<T>>(AvgPool2D{whole, whole}, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<GlobalAvgPool2D>::plan(const GlobalAvgPool2D&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<GlobalAvgPool2D>::plan(const GlobalAvgPool2D&, Planner&);

}  // namespace lenetpp
