#include "layers/batch_normalization_stage.h"

#include <algorithm>

#include "execution/part.h"

namespace lenetpp {

template <class T>
std::size_t BatchNormalizationStage<T>::kept() const {
  return kept_arrays * own_.room + scratch_of_plane() * own_.planes;
}

/// Of a shard: moments of its images, or sums of gradients lane by lane. Units have neither.
template <class T>
std::size_t BatchNormalizationStage<T>::scratch_of_plane() const {
  const bool are_units = own_.area() == 1 && own_.output.plane_stride == 1;
  return are_units ? 0 : std::size_t{2} * std::max<std::size_t>(samples_per_shard, lanes);
}

template <class T>
double BatchNormalizationStage<T>::values_of_plane(const Pass& pass) const {
  return static_cast<double>(pass.samples.size() * own_.area());
}

template <class T>
template <class Call>
typename BatchNormalizationStage<T>::Figures BatchNormalizationStage<T>::figures(const Call& call) const {
  const std::size_t room = own_.room;
  if (!call.pass.training) {
    return {call.state.array(own_.mean), call.state.array(own_.variance), call.prepared, call.prepared + room};
  }
  const T* kept = call.kept.values;
  return {kept + means * room, kept + variances * room, kept + scales * room, kept + shifts * room};
}

template <class T>
template <class Call>
std::size_t BatchNormalizationStage<T>::shares(const Call& call) const {
  const std::size_t work = Sharing::work_of_a_number * call.pass.samples.size() * own_.shape.size();
  return call.sharing.shares(work, call.pool.threads());
}

template <class T>
template <class Call>
typename BatchNormalizationStage<T>::ShardPart BatchNormalizationStage<T>::part_of_shard(const Call& call,
                                                                                         std::size_t shard,
                                                                                         const Range& planes) const {
  const std::size_t first = shard * samples_per_shard;
  const int images = static_cast<int>(std::min(samples_per_shard, call.pass.samples.size() - first));
  T* kept = call.kept.row(shard);
  return {first,
          {0, images, images},
          planes,
          kept + planes.first,
          kept + kept_arrays * own_.room + static_cast<std::size_t>(planes.first) * scratch_of_plane()};
}

template <class T>
template <class Call>
typename BatchNormalizationStage<T>::ShardPart BatchNormalizationStage<T>::part_of_image(const Call& call,
                                                                                         std::size_t b) const {
  ShardPart part = part_of_shard(call, b / samples_per_shard, {0, own_.shape.planes});
  part.images.first = static_cast<int>(b % samples_per_shard);
  part.images.last = part.images.first + 1;
  return part;
}

template <class T>
template <class Call, class Use>
void BatchNormalizationStage<T>::for_each_part(const Call& call, const Use& use) const {
  const std::size_t shards = shards_of(call.pass.samples.size());
  const std::size_t parts = std::clamp<std::size_t>(shares(call) / shards, 1, own_.planes);
  run_shared(call.pool, shares(call), shards * parts, [&](std::size_t task, int) {
    use(part_of_shard(call, task / parts, Part{task % parts, parts}.of(own_.shape.planes)));
  });
}

template <class T>
void BatchNormalizationStage<T>::prepare_forward(const StageCall<T>& call, T* prepared) const {
  if (!call.pass.training) own_.prepare(call, prepared);
}

template <class T>
void BatchNormalizationStage<T>::measure(const BatchForward<T>& call, const ShardPart& part) const {
  const std::size_t area = own_.area();
  call.kernels.plane_moments({
      .input = call.input.row(part.first) + static_cast<std::size_t>(part.planes.first) * area,
      .image_stride = call.input.stride,
      .images = part.images,
      .planes = part.planes.size(),
      .area = static_cast<std::ptrdiff_t>(area),
      .means = part.kept + shard_means * own_.room,
      .squares = part.kept + shard_squares * own_.room,
      .of_images = part.scratch,
  });
}

template <class T>
void BatchNormalizationStage<T>::gather_image(const BatchForward<T>& call, std::size_t b) const {
  if (call.pass.training) measure(call, part_of_image(call, b));
}

/// Mean and biased variance of each plane over the batch, and what follows of them.
template <class T>
void BatchNormalizationStage<T>::finish_moments(const BatchForward<T>& call) const {
  const std::size_t room = own_.room, area = own_.area(), batch = call.pass.samples.size();
  const double count = values_of_plane(call.pass);
  T* kept = call.kept.values;
  for (std::size_t plane = 0; plane < own_.planes; ++plane) {
    const auto for_each_shard = [&](const auto& use) {
      for (std::size_t shard = 0; shard < shards_of(batch); ++shard) {
        const T* of_shard = call.kept.row(shard) + plane;
        const std::size_t images = std::min(samples_per_shard, batch - shard * samples_per_shard);
        use(static_cast<double>(images * area), static_cast<double>(of_shard[shard_means * room]),
            static_cast<double>(of_shard[shard_squares * room]));
      }
    };
    double mean = 0, squares = 0;
    for_each_shard([&](double values, double own, double) { mean += values * own; });
    mean /= count;
    for_each_shard([&](double values, double own, double own_squares) {
      squares += own_squares + values * ((own - mean) * (own - mean));
    });
    kept[means * room + plane] = static_cast<T>(mean);
    kept[variances * room + plane] = static_cast<T>(squares / count);
  }
  own_.scale_and_shift(call.parameters, kept + means * room, kept + variances * room, kept + scales * room,
                       kept + shifts * room);
}

template <class T>
void BatchNormalizationStage<T>::forward(const BatchForward<T>& call) const {
  if (!call.pass.training) return;
  if (!call.gathered) for_each_part(call, [&](const ShardPart& part) { measure(call, part); });
  finish_moments(call);
}

template <class T>
void BatchNormalizationStage<T>::finish_image(const BatchForward<T>& call, std::size_t b) const {
  const Figures by = figures(call);
  own_.forward(call.kernels, call.input.row(b), by.scale, by.shift, call.output.row(b));
}

/// Sums over the gradients of a shard.
template <class T>
void BatchNormalizationStage<T>::add_up(const BatchBackward<T>& call, const ShardPart& part) const {
  const Figures by = figures(call);
  call.kernels.scaled_gradient_sums({
      own_.planes_of(call.input.row(part.first), part.planes, by.scale, by.shift, activation_of(call)),
      call.input.stride,
      part.images,
      call.output_gradient.row(part.first) + own_.output.origin(part.planes.first),
      call.output_gradient.stride,
      by.mean + part.planes.first,
      part.kept + gradient_sums * own_.room,
      part.kept + products * own_.room,
      part.scratch,
  });
}

template <class T>
void BatchNormalizationStage<T>::gather_image(const BatchBackward<T>& call, std::size_t b) const {
  add_up(call, part_of_image(call, b));
}

/// The gradients of weights and biases, and how the input's follows of those of the outputs: by the batch's own mean
/// and variance, which change with every input, each gradient loses its mean and what goes along with the input.
template <class T>
void BatchNormalizationStage<T>::finish_gradients(const BatchBackward<T>& call) const {
  const Figures by = figures(call);
  const auto& arrays = call.parameters.layout().arrays;
  const std::size_t room = own_.room;
  const double count = values_of_plane(call.pass);
  for (std::size_t plane = 0; plane < own_.planes; ++plane) {
    double sum = 0, product = 0;
    for (std::size_t shard = 0; shard < shards_of(call.pass.samples.size()); ++shard) {
      sum += static_cast<double>(call.kept.row(shard)[gradient_sums * room + plane]);
      product += static_cast<double>(call.kept.row(shard)[products * room + plane]);
    }
    const double inverse = own_.inverse_deviation(static_cast<double>(by.variance[plane]));
    const double scale = static_cast<double>(by.scale[plane]);
    call.gradients[arrays[own_.weight].offset + plane] = static_cast<T>(product * inverse);
    call.gradients[arrays[own_.bias].offset + plane] = static_cast<T>(sum);
    T* kept = call.kept.values + plane;
    kept[slopes * room] = call.pass.training ? static_cast<T>(-scale * inverse * inverse * product / count) : T(0);
    kept[offsets * room] = call.pass.training ? static_cast<T>(-scale * sum / count) : T(0);
  }
}

template <class T>
void BatchNormalizationStage<T>::backward(const BatchBackward<T>& call) const {
  if (!call.gathered) for_each_part(call, [&](const ShardPart& part) { add_up(call, part); });
  finish_gradients(call);
  if (!call.step) return;
  for (const std::size_t index : {own_.weight, own_.bias}) {
    const ParameterRows& array = call.parameters.layout().arrays[index];
    call.kernels.optimizer_step(part_of_step(*call.step, array.offset, own_.room));
  }
}

template <class T>
void BatchNormalizationStage<T>::finish_image(const BatchBackward<T>& call, std::size_t b, T* input_gradient) const {
  const Figures by = figures(call);
  const T* kept = call.kept.values;
  call.kernels.scaled_gradients({
      own_.planes_of(call.input.row(b), {0, own_.shape.planes}, by.scale, by.shift, activation_of(call)),
      call.output_gradient.row(b) + own_.output.origin(0),
      by.mean,
      kept + slopes * own_.room,
      kept + offsets * own_.room,
      input_gradient,
      call.adds_to_input_gradient,
  });
}

template <class T>
void BatchNormalizationStage<T>::update_state(const StageCall<T>& call, const T* kept, ParameterBlock<T>& state) const {
  const double count = values_of_plane(call.pass), momentum = own_.layer.momentum;
  const auto follow = [&](std::size_t index, const T* figures, double factor) {
    T* running = state.array(index);
    for (std::size_t plane = 0; plane < own_.planes; ++plane) {
      const double figure = static_cast<double>(figures[plane]) * factor;
      running[plane] = static_cast<T>((1 - momentum) * static_cast<double>(running[plane]) + momentum * figure);
    }
  };
  follow(own_.mean, kept + means * own_.room, 1);
  follow(own_.variance, kept + variances * own_.room, count / (count - 1));
}

template class BatchNormalizationStage<float>;
template class BatchNormalizationStage<double>;

}  // namespace lenetpp
