#include "layers/subsample.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "execution/planner.h"
#include "layers/scratch_shares.h"
#include "layers/windows.h"

namespace lenetpp {
namespace {

/// The sums of the windows lie without gaps, and are the planes that are scaled.
template <class T>
class SubsampleStage final : public ImageStage<T> {
 public:
  SubsampleStage(const Subsample& layer, const StagePlace& where, std::size_t parameter)
      : ImageStage<T>(where),
        layer_(layer),
        planes_(static_cast<std::size_t>(where.output_stack.shape.planes)),
        weight_(parameter),
        bias_(parameter + 1),
        zeros_(planes_) {}

  [[nodiscard]] std::vector<std::size_t> parameters() const override { return {weight_, bias_}; }
  [[nodiscard]] std::optional<Activation> watched() const override { return layer_.activation; }
  [[nodiscard]] ScratchSize scratch(bool training) const override {
    const std::size_t sums = round_up(output_shape().size(), lanes);
    return {.numbers = training ? 2 * sums + gradient_size() + lane_sums() : sums};
  }
  [[nodiscard]] std::size_t gradient_size() const override { return 2 * round_up(planes_, lanes); }

  void forward(const ImageForward<T>& call) const override {
    T* sums = call.scratch.numbers.data();
    add_up_windows(call.input, sums);
    const Activation activation = this->place.is_last ? Activation{} : layer_.activation;
    call.kernels.scaled_planes({planes_of(call, sums, activation), call.output + this->place.output_stack.origin(0)});
  }

  void backward(const ImageBackward<T>& call) const override {
    ScratchShares<T> shares(call.scratch.numbers.data());
    T* sums = shares.take(output_shape().size());
    add_up_windows(call.input, sums);
    const auto planes = planes_of(call, sums, call.activation_is_done ? Activation{} : layer_.activation);
    const T* gradients = call.output_gradient + this->place.output_stack.origin(0);
    T *weights = shares.take(planes_), *biases = shares.take(planes_), *of_lanes = shares.take(lane_sums());
    call.kernels.scaled_gradient_sums({planes, 0, {0, 1, 1}, gradients, 0, zeros_.data(), biases, weights, of_lanes});
    for (std::size_t plane = 0; plane < planes_; ++plane) {
      call.parameter_gradients[plane] += weights[plane];
      call.parameter_gradients[round_up(planes_, lanes) + plane] += biases[plane];
    }
    if (!call.input_gradient) return;
    T* of_sums = shares.take(output_shape().size());
    call.kernels.scaled_gradients({planes, gradients, zeros_.data(), zeros_.data(), zeros_.data(), of_sums, false});
    spread_over_windows(of_sums, call.input_gradient);
  }

  void finish_gradients(const StageCall<T>& call, const T* sums, T* gradients) const override {
    const auto& arrays = call.parameters.layout().arrays;
    std::copy_n(sums, planes_, gradients + arrays[weight_].offset);
    std::copy_n(sums + round_up(planes_, lanes), planes_, gradients + arrays[bias_].offset);
  }

 private:
  [[nodiscard]] const Shape& output_shape() const { return this->place.output_stack.shape; }
  /// Scratch memory of ScaledGradientSums.
  [[nodiscard]] std::size_t lane_sums() const { return std::size_t{2} * lanes * planes_; }

  ScaledPlane<T> planes_of(const StageCall<T>& call, const T* sums, const Activation& activation) const {
    const PlaneStack& output = this->place.output_stack;
    return {.input = sums,
            .planes = output.shape.planes,
            .height = output.shape.height,
            .width = output.shape.width,
            .scale = call.parameters.array(weight_),
            .shift = call.parameters.array(bias_),
            .activation = activation,
            .plane_stride = output.plane_stride,
            .row_stride = output.row_stride};
  }

  /// Each sum is one chain over its window, row by row.
  void add_up_windows(const T* input, T* sums) const {
    std::fill_n(sums, output_shape().size(), T(0));
    for_each_row_of_windows([&](std::ptrdiff_t row, std::ptrdiff_t first) {
      const T* values = input + row;
      T* own = sums + first;
      const std::ptrdiff_t pairs = whole_pairs();
      for (std::ptrdiff_t w = 0; w < pairs; ++w) own[w] = own[w] + values[2 * w] + values[2 * w + 1];
      for_each_column(pairs, [&](std::ptrdiff_t column, std::ptrdiff_t w) { own[w] += values[column]; });
    });
  }

  void spread_over_windows(const T* of_sums, T* input_gradient) const {
    for_each_row_of_windows([&](std::ptrdiff_t row, std::ptrdiff_t first) {
      const T* own = of_sums + first;
      T* gradients = input_gradient + row;
      const std::ptrdiff_t pairs = whole_pairs();
      for (std::ptrdiff_t w = 0; w < pairs; ++w) {
        gradients[2 * w] += own[w];
        gradients[2 * w + 1] += own[w];
      }
      for_each_column(pairs, [&](std::ptrdiff_t column, std::ptrdiff_t w) { gradients[column] += own[w]; });
    });
  }

  /// So many windows of a row, from the first on, are two columns side by side: the usual ones, which compilers turn
  /// into vectors.
  [[nodiscard]] int whole_pairs() const {
    const bool are_pairs = layer_.size.width == 2 && layer_.strides.width == 2;
    return are_pairs ? this->place.input_stack.shape.width / 2 : 0;
  }

  /// Calls use(column of the input, window) for each column of each window from `first` on.
  template <class Use>
  void for_each_column(std::ptrdiff_t first, const Use& use) const {
    const std::ptrdiff_t width = this->place.input_stack.shape.width;
    for (std::ptrdiff_t window = first; window < output_shape().width; ++window) {
      const std::ptrdiff_t left = window * layer_.strides.width, right = std::min(left + layer_.size.width, width);
      for (std::ptrdiff_t column = left; column < right; ++column) use(column, window);
    }
  }

  /// Calls use(place of a row of the input, place of the first of the sums that it is part of) for every row of the
  /// windows side by side, from the top; windows are clipped at the border.
  template <class Use>
  void for_each_row_of_windows(const Use& use) const {
    const Shape &input = this->place.input_stack.shape, &output = output_shape();
    for (int plane = 0; plane < output.planes; ++plane) {
      for (int i = 0; i < output.height; ++i) {
        const int top = i * layer_.strides.height, bottom = std::min(top + layer_.size.height, input.height);
        const std::ptrdiff_t first = (std::ptrdiff_t{plane} * output.height + i) * output.width;
        for (int y = top; y < bottom; ++y) use((std::ptrdiff_t{plane} * input.height + y) * input.width, first);
      }
    }
  }

  Subsample layer_;
  std::size_t planes_;
  std::size_t weight_, bias_;  // indices of the parameter arrays
  std::vector<T> zeros_;       // [planes]
};

}  // namespace

Shape LayerKind<Subsample>::output_shape(const Subsample& layer, const Shape& input) {
  return pooled_shape(layer.size, layer.strides, input);
}

PlaneStack LayerKind<Subsample>::input_stack(const Subsample&, const Shape& input) { return gapless_stack(input); }

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Subsample>::plan(const Subsample& layer, Planner& planner) {
  const std::size_t weight = planner.take_parameter();
  planner.take_parameter();  // the bias
  return std::make_unique<SubsampleStage<T>>(layer, planner.place(), weight);
}
template std::unique_ptr<const Stage<float>> LayerKind<Subsample>::plan(const Subsample&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Subsample>::plan(const Subsample&, Planner&);

}  // namespace lenetpp
