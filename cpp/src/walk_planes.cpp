// The part of the walk that works on planes, one image at a time.
#include <algorithm>

#include "walk.h"

namespace lenetpp {
namespace {

/// phases[plane][row % stride][column % stride][row / stride][column / stride] = input[plane][row][column].
template <class T>
void split_into_phases(const ConvolutionStage& stage, const T* input, T* phases) {
  const Extent stride = stage.strides;
  const std::ptrdiff_t rows = stage.input.plane_stride / stage.input.row_stride;
  for (int plane = 0; plane < stage.input.shape.planes; ++plane) {
    for (std::ptrdiff_t y = 0; y < rows; ++y) {
      const T* row = input + plane * stage.input.plane_stride + y * stage.input.row_stride;
      for (int x = 0; x < stride.width; ++x) {
        const std::ptrdiff_t phase = (plane * std::ptrdiff_t{stride.height} + y % stride.height) * stride.width + x;
        T* to = phases + phase * stage.phase_plane_stride + y / stride.height * stage.phase_row_stride;
        for (std::ptrdiff_t column = x; column < stage.input.row_stride; column += stride.width) *to++ = row[column];
      }
    }
  }
}

std::ptrdiff_t area(const Shape& shape) { return std::ptrdiff_t{shape.height} * shape.width; }

template <class T>
void forward_stage(const Kernels<T>& kernels, const ConvolutionStage& stage, const ParameterBlock<T>& parameters,
                   const T* input, T* output, std::int32_t* winners, Scratch<T>& scratch) {
  if (stage.has_strides()) split_into_phases(stage, input, scratch.phases.data());
  for (const ConvolutionGroup& group : stage.groups) {
    kernels.convolution_forward({
        .input = stage.has_strides() ? scratch.phases.data() : input,
        .plane_offsets = group.plane_offsets.data(),
        .planes = group.planes,
        .tap_offsets = stage.tap_offsets.data(),
        .weight_offsets = stage.weight_offsets.data(),
        .taps = static_cast<int>(stage.tap_offsets.size()),
        .weights = parameters.array(stage.weight) + group.first_kernel * stage.kernel_stride,
        .kernel_stride = stage.kernel_stride,
        .bias = stage.bias ? parameters.array(*stage.bias) + group.first_filter : nullptr,
        .output = scratch.convolution.data(),
        .output_plane_stride = stage.plane_stride,
        .filters = group.filters,
        .positions = stage.positions,
    });
    kernels.max_pooling({
        .input = scratch.convolution.data(),
        .input_plane_stride = stage.plane_stride,
        .input_row_stride = stage.row_stride,
        .planes = group.filters,
        .height = stage.height,
        .width = stage.width,
        .size = stage.pool_size,
        .strides = stage.pool_strides,
        .activation = stage.activation,
        .output = output + stage.output.origin(group.first_output),
        .output_plane_stride = stage.output.plane_stride,
        .output_row_stride = stage.output.row_stride,
        .output_height = stage.output.shape.height,
        .output_width = stage.output.shape.width,
        .winners = winners ? winners + group.first_output * area(stage.output.shape) : nullptr,
    });
  }
}

template <class T>
void forward_stage(const Kernels<T>& kernels, const PoolingStage& stage, const ParameterBlock<T>&, const T* input,
                   T* output, std::int32_t* winners, Scratch<T>&) {
  kernels.max_pooling({
      .input = input + stage.input.origin(0),
      .input_plane_stride = stage.input.plane_stride,
      .input_row_stride = stage.input.row_stride,
      .planes = stage.input.shape.planes,
      .height = stage.input.shape.height,
      .width = stage.input.shape.width,
      .size = stage.size,
      .strides = stage.strides,
      .activation = {},
      .output = output + stage.output.origin(0),
      .output_plane_stride = stage.output.plane_stride,
      .output_row_stride = stage.output.row_stride,
      .output_height = stage.output.shape.height,
      .output_width = stage.output.shape.width,
      .winners = winners,
  });
}

/// What a plane stage's backward pass reads and adds to, for one image.
template <class T>
struct StageBackward {
  const T* input;
  const T* output;
  const std::int32_t* winners;
  const T* output_gradient;
  T* input_gradient;  // zeroed; null at the first convolution, where it is never computed
  Activation activation;
};

/// Visits of all planes of a stage's output, into the scratch memory.
template <class T>
void make_visits(const Kernels<T>& kernels, const PlaneStack& stack, const StageBackward<T>& a,
                 std::ptrdiff_t position_row_stride, const std::vector<std::int32_t>& window_offsets,
                 Scratch<T>& scratch) {
  kernels.gradient_visits({
      .gradients = a.output_gradient + stack.origin(0),
      .outputs = a.output + stack.origin(0),
      .plane_stride = stack.plane_stride,
      .row_stride = stack.row_stride,
      .planes = stack.shape.planes,
      .height = stack.shape.height,
      .width = stack.shape.width,
      .activation = a.activation,
      .winners = a.winners,
      .position_row_stride = position_row_stride,
      .window_offsets = window_offsets.empty() ? nullptr : window_offsets.data(),
      .positions = scratch.positions.data(),
      .deltas = scratch.deltas.data(),
      .visits_stride = visits_stride(stack.shape),
      .visits = scratch.visits.data(),
  });
}

template <class T>
void backward_stage(const Kernels<T>& kernels, const ConvolutionStage& stage, const ParameterBlock<T>& parameters,
                    const StageBackward<T>& a, T* gradients, Scratch<T>& scratch) {
  make_visits(kernels, stage.output, a, stage.row_stride, stage.window_offsets, scratch);
  const auto& arrays = parameters.layout().arrays;
  for (const ConvolutionGroup& group : stage.groups) {
    const std::ptrdiff_t kernel = group.first_kernel * stage.kernel_stride;
    kernels.convolution_weight_gradient({
        .input = a.input,
        .row_offsets = group.row_offsets.data(),
        .rows = static_cast<int>(group.row_offsets.size()),
        .visits = scratch.visits.data() + group.first_output,
        .filters = group.filters,
        .gradients = gradients + arrays[stage.weight].offset + kernel,
        .bias_gradients = stage.bias ? gradients + arrays[*stage.bias].offset + group.first_filter : nullptr,
    });
  }
  if (!a.input_gradient) return;
  // With separate connections all groups are alike but for the plane that they see, and one call serves them all.
  const std::size_t calls = stage.separate ? 1 : stage.groups.size();
  for (std::size_t call = 0; call < calls; ++call) {
    const ConvolutionGroup& group = stage.groups[call];
    kernels.convolution_input_gradient({
        .input_gradient = a.input_gradient,
        .row_offsets = group.row_offsets.data(),
        .rows = static_cast<int>(group.row_offsets.size()),
        .weights = parameters.array(stage.weight) + group.first_kernel * stage.kernel_stride,
        .filters = group.filters,
        .targets = stage.separate ? stage.input.shape.planes : 1,
        .target_stride = stage.input.plane_stride,
        .visits = scratch.visits.data() + group.first_output,
    });
  }
}

template <class T>
void backward_stage(const Kernels<T>& kernels, const PoolingStage& stage, const ParameterBlock<T>&,
                    const StageBackward<T>& a, T*, Scratch<T>& scratch) {
  make_visits(kernels, stage.output, a, 0, {}, scratch);
  for (int plane = 0; plane < stage.input.shape.planes; ++plane) {
    T* to = a.input_gradient + stage.input.origin(plane);
    const Visits<T>& visits = scratch.visits[static_cast<std::size_t>(plane)];
    for (std::size_t v = 0; v < visits.count; ++v) to[visits.positions[v]] += visits.deltas[v];
  }
}

template <class T>
void backward_image(Workspace<T>& workspace, const ParameterBlock<T>& parameters, std::size_t b, T* gradients,
                    Scratch<T>& scratch) {
  const std::size_t stages = workspace.plan.plane_stages.size();
  const std::size_t bottom = workspace.plan.first_convolution;
  for (std::size_t s = stages; s-- > bottom;) {
    T* input_gradient = s > bottom ? scratch.input_gradients[s].data() : nullptr;
    if (input_gradient) std::fill_n(input_gradient, scratch.input_gradients[s].size(), T(0));
    std::visit(
        [&](const auto& stage) {
          StageBackward<T> a{
              .input = workspace.value(s, b),
              .output = workspace.value(s + 1, b),
              .winners = workspace.winners_of(s + 1, b),
              .output_gradient = s + 1 == stages ? workspace.delta(stages, b) : scratch.input_gradients[s + 1].data(),
              .input_gradient = input_gradient,
              .activation = {},
          };
          const bool is_last = s + 1 == workspace.plan.stages();
          if constexpr (requires { stage.activation; }) {
            if (!(is_last && workspace.output_gradient_is_complete)) a.activation = stage.activation;
          }
          backward_stage(workspace.kernels, stage, parameters, a, gradients, scratch);
        },
        workspace.plan.plane_stages[s]);
  }
}

}  // namespace

template <class T>
void forward_planes(Workspace<T>& workspace, const ParameterBlock<T>& parameters, const ImageSource<T>& images,
                    std::span<const Sample> samples) {
  const std::size_t shards = shards_of(samples.size());
  workspace.pool.run(shards, [&](std::size_t shard, int worker) {
    Scratch<T>& scratch = workspace.scratch[static_cast<std::size_t>(worker)];
    const std::size_t end = std::min(samples.size(), (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) {
      images.fetch(workspace.kernels, samples[b].index, samples[b].distortion, workspace.plan.input,
                   workspace.value(0, b));
      for (std::size_t s = 0; s < workspace.plan.plane_stages.size(); ++s) {
        std::visit(
            [&](const auto& stage) {
              forward_stage(workspace.kernels, stage, parameters, workspace.value(s, b), workspace.value(s + 1, b),
                            workspace.winners_of(s + 1, b), scratch);
            },
            workspace.plan.plane_stages[s]);
      }
    }
  });
}

template <class T>
void backward_planes(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients) {
  const std::size_t size = workspace.plan.plane_parameters;
  const std::size_t shards = shards_of(workspace.batch);
  workspace.pool.run(shards, [&](std::size_t shard, int worker) {
    T* sums = workspace.shard_gradients.data() + shard * size;
    std::fill_n(sums, size, T(0));
    const std::size_t end = std::min(workspace.batch, (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) {
      backward_image(workspace, parameters, b, sums, workspace.scratch[static_cast<std::size_t>(worker)]);
    }
  });
  std::copy_n(workspace.shard_gradients.data(), size, gradients);
  for (std::size_t shard = 1; shard < shards; ++shard) {
    workspace.kernels.add(gradients, workspace.shard_gradients.data() + shard * size, size);
  }
  // The rows of a kernel's gradient were summed 8 lanes wide, whatever the kernel's width.
  for (const ParameterRows& array : parameters.layout().arrays) {
    if (array.offset >= size) break;
    for (std::size_t row = 0; row < array.rows; ++row) {
      T* padding = gradients + array.offset + row * array.row_stride + array.columns;
      std::fill_n(padding, array.row_stride - array.columns, T(0));
    }
  }
}

#define LENETPP_INSTANTIATE(T)                                                                 \
  template void forward_planes(Workspace<T>&, const ParameterBlock<T>&, const ImageSource<T>&, \
                               std::span<const Sample>);                                       \
  template void backward_planes(Workspace<T>&, const ParameterBlock<T>&, T*);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
