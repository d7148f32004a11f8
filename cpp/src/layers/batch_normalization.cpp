// Batch normalization. In training it goes over a batch twice in either direction: forward once for the moments of each
// plane, which stays in the cache for the second of its sums, and once to scale; backward once for the sums
// of the gradients and once for the input's. Shards are put together in their order, in float64.
#include "layers/batch_normalization.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "execution/part.h"
#include "execution/planner.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

template <class T>
class BatchNormalizationStage final : public BatchStage<T> {
 public:
  BatchNormalizationStage(const BatchNormalization& layer, const StagePlace& where, std::size_t parameter,
                          std::size_t state)
      : BatchStage<T>(where),
        layer_(layer),
        shape_(where.input_stack.shape),
        planes_(static_cast<std::size_t>(shape_.planes)),
        room_(round_up(planes_, lanes)),
        weight_(parameter),
        bias_(parameter + 1),
        mean_(state),
        variance_(state + 1) {}

  [[nodiscard]] std::vector<std::size_t> parameters() const override { return {weight_, bias_}; }
  [[nodiscard]] std::optional<Activation> watched() const override { return layer_.activation; }
  [[nodiscard]] std::size_t kept() const override { return kept_arrays * room_ + scratch_of_plane() * planes_; }
  [[nodiscard]] std::size_t prepared_size() const override { return 2 * room_; }
  [[nodiscard]] std::size_t least_samples() const override { return area() > 1 ? 1 : 2; }
  [[nodiscard]] bool can_write_input_gradient() const override { return true; }

  void prepare_forward(const StageCall<T>& call, T* prepared) const override;
  void forward(const BatchForward<T>& call) const override;
  void backward(const BatchBackward<T>& call) const override;
  void update_state(const StageCall<T>& call, const T* kept, ParameterBlock<T>& state) const override;

 private:
  /// What is kept, one number a plane each: of each shard, and of the batch in the first row. Scratch memory follows.
  enum Kept { shard_means, shard_squares, means, variances, scales, shifts, kept_arrays };
  // Backward, where moments of shards are no longer needed:
  static constexpr Kept gradient_sums = shard_means, products = shard_squares, slopes = shard_means,
                        offsets = shard_squares;

  /// Of which mean and by which numbers a pass normalizes.
  struct Figures {
    const T *mean, *variance, *scale, *shift;
  };
  template <class Call>
  Figures figures(const Call& call) const {
    if (!call.pass.training) {
      return {call.state.array(mean_), call.state.array(variance_), call.prepared, call.prepared + room_};
    }
    const T* kept = call.kept.values;
    return {kept + means * room_, kept + variances * room_, kept + scales * room_, kept + shifts * room_};
  }

  [[nodiscard]] std::size_t area() const { return shape_.size() / planes_; }
  /// Of a shard: moments of its images, or sums of gradients lane by lane.
  [[nodiscard]] std::size_t scratch_of_plane() const {
    const bool are_units = area() == 1 && this->place.output_stack.plane_stride == 1;
    return !are_units ? std::size_t{2} * std::max<std::size_t>(samples_per_shard, lanes) : 0;
  }
  [[nodiscard]] double values_of_plane(const Pass& pass) const {
    return static_cast<double>(pass.samples.size() * area());
  }
  [[nodiscard]] double inverse_deviation(T variance) const {
    return 1.0 / std::sqrt(static_cast<double>(variance) + layer_.epsilon);
  }

  /// Calls use(first image, images, planes, what is kept of them, scratch memory) for parts of all shards.
  template <class Call, class Use>
  void for_each_part(const Call& call, const Use& use) const;
  /// Calls use(image) for all images.
  template <class Call, class Use>
  void for_each_image(const Call& call, const Use& use) const;
  [[nodiscard]] ScaledPlane<T> planes_from(const T* input, int first, int planes, const Figures& figures,
                                           const Activation& activation) const;

  void measure(const BatchForward<T>& call) const;
  void scale_and_shift(const StageCall<T>& call, const T* mean, const T* variance, T* scale, T* shift) const;
  void add_up(const BatchBackward<T>& call, const Activation& activation) const;
  void finish_gradients(const BatchBackward<T>& call) const;

  BatchNormalization layer_;
  Shape shape_;
  std::size_t planes_, room_;
  std::size_t weight_, bias_, mean_, variance_;  // indices of the arrays of parameters and of state
};

template <class T>
template <class Call, class Use>
void BatchNormalizationStage<T>::for_each_part(const Call& call, const Use& use) const {
  const std::size_t batch = call.pass.samples.size(), shards = shards_of(batch);
  const std::size_t shares =
      call.sharing.shares(Sharing::work_of_a_number * batch * shape_.size(), call.pool.threads());
  const std::size_t parts = std::clamp<std::size_t>(shares / shards, 1, planes_);
  run_shared(call.pool, shares, shards * parts, [&](std::size_t task, int) {
    const std::size_t shard = task / parts, first = shard * samples_per_shard;
    const Range planes = Part{task % parts, parts}.of(shape_.planes);
    T* kept = call.kept.row(shard) + planes.first;
    T* scratch =
        call.kept.row(shard) + kept_arrays * room_ + static_cast<std::size_t>(planes.first) * scratch_of_plane();
    use(first, std::min(samples_per_shard, batch - first), planes, kept, scratch);
  });
}

template <class T>
template <class Call, class Use>
void BatchNormalizationStage<T>::for_each_image(const Call& call, const Use& use) const {
  const std::size_t batch = call.pass.samples.size();
  const std::size_t shares =
      call.sharing.shares(Sharing::work_of_a_number * batch * shape_.size(), call.pool.threads());
  run_shared(call.pool, shares, batch, [&](std::size_t b, int) { use(b); });
}

template <class T>
ScaledPlane<T> BatchNormalizationStage<T>::planes_from(const T* input, int first, int planes, const Figures& figures,
                                                       const Activation& activation) const {
  return {.input = input + static_cast<std::size_t>(first) * area(),
          .planes = planes,
          .height = shape_.height,
          .width = shape_.width,
          .scale = figures.scale + first,
          .shift = figures.shift + first,
          .activation = activation,
          .plane_stride = this->place.output_stack.plane_stride,
          .row_stride = this->place.output_stack.row_stride};
}

template <class T>
void BatchNormalizationStage<T>::scale_and_shift(const StageCall<T>& call, const T* mean, const T* variance, T* scale,
                                                 T* shift) const {
  const T *weight = call.parameters.array(weight_), *bias = call.parameters.array(bias_);
  for (std::size_t plane = 0; plane < planes_; ++plane) {
    scale[plane] = static_cast<T>(static_cast<double>(weight[plane]) * inverse_deviation(variance[plane]));
    shift[plane] = static_cast<T>(static_cast<double>(bias[plane]) -
                                  static_cast<double>(mean[plane]) * static_cast<double>(scale[plane]));
  }
}

template <class T>
void BatchNormalizationStage<T>::prepare_forward(const StageCall<T>& call, T* prepared) const {
  if (call.pass.training) return;
  scale_and_shift(call, call.state.array(mean_), call.state.array(variance_), prepared, prepared + room_);
}

/// Mean and biased variance of each plane over the batch, and what follows of them.
template <class T>
void BatchNormalizationStage<T>::measure(const BatchForward<T>& call) const {
  for_each_part(call, [&](std::size_t first, std::size_t images, const Range& planes, T* kept, T* scratch) {
    call.kernels.plane_moments({
        .input = call.input.row(first) + static_cast<std::size_t>(planes.first) * area(),
        .image_stride = call.input.stride,
        .images = static_cast<int>(images),
        .planes = planes.size(),
        .area = static_cast<std::ptrdiff_t>(area()),
        .means = kept + shard_means * room_,
        .squares = kept + shard_squares * room_,
        .of_images = scratch,
    });
  });
  const std::size_t batch = call.pass.samples.size();
  const double count = values_of_plane(call.pass);
  T* kept = call.kept.values;
  for (std::size_t plane = 0; plane < planes_; ++plane) {
    const auto for_each_shard = [&](const auto& use) {
      for (std::size_t shard = 0; shard < shards_of(batch); ++shard) {
        const T* own = call.kept.row(shard) + plane;
        const std::size_t images = std::min(samples_per_shard, batch - shard * samples_per_shard);
        use(static_cast<double>(images * area()), static_cast<double>(own[shard_means * room_]),
            static_cast<double>(own[shard_squares * room_]));
      }
    };
    double mean = 0, squares = 0;
    for_each_shard([&](double values, double own, double) { mean += values * own; });
    mean /= count;
    for_each_shard([&](double values, double own, double own_squares) {
      squares += own_squares + values * ((own - mean) * (own - mean));
    });
    kept[means * room_ + plane] = static_cast<T>(mean);
    kept[variances * room_ + plane] = static_cast<T>(squares / count);
  }
  scale_and_shift(call, kept + means * room_, kept + variances * room_, kept + scales * room_, kept + shifts * room_);
}

template <class T>
void BatchNormalizationStage<T>::forward(const BatchForward<T>& call) const {
  if (call.pass.training) measure(call);
  const PlaneStack& output = this->place.output_stack;
  const Activation activation = this->place.is_last ? Activation{} : layer_.activation;
  for_each_image(call, [&](std::size_t b) {
    call.kernels.scaled_planes({planes_from(call.input.row(b), 0, shape_.planes, figures(call), activation),
                                call.output.row(b) + output.origin(0)});
  });
}

/// Sums over the gradients of each shard.
template <class T>
void BatchNormalizationStage<T>::add_up(const BatchBackward<T>& call, const Activation& activation) const {
  const PlaneStack& output = this->place.output_stack;
  const Figures own = figures(call);
  for_each_part(call, [&](std::size_t first, std::size_t images, const Range& planes, T* kept, T* scratch) {
    call.kernels.scaled_gradient_sums({
        planes_from(call.input.row(first), planes.first, planes.size(), own, activation),
        call.input.stride,
        static_cast<int>(images),
        call.output_gradient.row(first) + output.origin(planes.first),
        call.output_gradient.stride,
        own.mean + planes.first,
        kept + gradient_sums * room_,
        kept + products * room_,
        scratch,
    });
  });
}

/// The gradients of weights and biases, and how the input's follows of those of the outputs: by the batch's own mean
/// and variance, which change with every input, each gradient loses its mean and what goes along with the input.
template <class T>
void BatchNormalizationStage<T>::finish_gradients(const BatchBackward<T>& call) const {
  const Figures own = figures(call);
  const auto& arrays = call.parameters.layout().arrays;
  const double count = values_of_plane(call.pass);
  for (std::size_t plane = 0; plane < planes_; ++plane) {
    double sum = 0, product = 0;
    for (std::size_t shard = 0; shard < shards_of(call.pass.samples.size()); ++shard) {
      sum += static_cast<double>(call.kept.row(shard)[gradient_sums * room_ + plane]);
      product += static_cast<double>(call.kept.row(shard)[products * room_ + plane]);
    }
    const double inverse = inverse_deviation(own.variance[plane]), scale = static_cast<double>(own.scale[plane]);
    call.gradients[arrays[weight_].offset + plane] = static_cast<T>(product * inverse);
    call.gradients[arrays[bias_].offset + plane] = static_cast<T>(sum);
    T* kept = call.kept.values + plane;
    kept[slopes * room_] = call.pass.training ? static_cast<T>(-scale * inverse * inverse * product / count) : T(0);
    kept[offsets * room_] = call.pass.training ? static_cast<T>(-scale * sum / count) : T(0);
  }
}

template <class T>
void BatchNormalizationStage<T>::backward(const BatchBackward<T>& call) const {
  const Activation activation = call.activation_is_done ? Activation{} : layer_.activation;
  add_up(call, activation);
  finish_gradients(call);
  if (call.input_gradient.values) {
    const Figures own = figures(call);
    const T* kept = call.kept.values;
    for_each_image(call, [&](std::size_t b) {
      call.kernels.scaled_gradients({
          planes_from(call.input.row(b), 0, shape_.planes, own, activation),
          call.output_gradient.row(b) + this->place.output_stack.origin(0),
          own.mean,
          kept + slopes * room_,
          kept + offsets * room_,
          call.input_gradient.row(b),
          call.adds_to_input_gradient,
      });
    });
  }
  if (!call.step) return;
  const auto& arrays = call.parameters.layout().arrays;
  for (const std::size_t index : {weight_, bias_}) {
    call.kernels.optimizer_step(part_of_step(*call.step, arrays[index].offset, room_));
  }
}

template <class T>
void BatchNormalizationStage<T>::update_state(const StageCall<T>& call, const T* kept, ParameterBlock<T>& state) const {
  const double count = values_of_plane(call.pass), momentum = layer_.momentum;
  const auto follow = [&](std::size_t index, Kept figures, double factor) {
    T* running = state.array(index);
    for (std::size_t plane = 0; plane < planes_; ++plane) {
      const double figure = static_cast<double>(kept[figures * room_ + plane]) * factor;
      running[plane] = static_cast<T>((1 - momentum) * static_cast<double>(running[plane]) + momentum * figure);
    }
  };
  follow(mean_, means, 1);
  follow(variance_, variances, count / (count - 1));
}

}  // namespace

PlaneStack LayerKind<BatchNormalization>::input_stack(const BatchNormalization&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<BatchNormalization>::plan(const BatchNormalization& layer, Planner& planner) {
  const std::size_t weight = planner.take_parameter(), mean = planner.take_state();
  planner.take_parameter();  // the bias
  planner.take_state();      // the variance
  return std::make_unique<BatchNormalizationStage<T>>(layer, planner.place(), weight, mean);
}
template std::unique_ptr<const Stage<float>> LayerKind<BatchNormalization>::plan(const BatchNormalization&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<BatchNormalization>::plan(const BatchNormalization&, Planner&);

}  // namespace lenetpp
