// The part of the forward walk that works on planes, one image at a time.
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
void forward_stage(const Kernels<T>& kernels, const ConvolutionStage& stage, bool is_last,
                   const ParameterBlock<T>& parameters, const T* input, T* output, std::int32_t* winners,
                   Scratch<T>& scratch) {
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
        .activation = is_last ? Activation{} : stage.activation,
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
void forward_stage(const Kernels<T>& kernels, const PoolingStage& stage, bool, const ParameterBlock<T>&, const T* input,
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
              forward_stage(workspace.kernels, stage, s + 1 == workspace.plan.stages(), parameters,
                            workspace.value(s, b), workspace.value(s + 1, b), workspace.winners_of(s + 1, b), scratch);
            },
            workspace.plan.plane_stages[s]);
      }
    }
  });
}

#define LENETPP_INSTANTIATE(T) \
  template void forward_planes(Workspace<T>&, const ParameterBlock<T>&, const ImageSource<T>&, std::span<const Sample>);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
