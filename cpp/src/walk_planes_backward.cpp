// The part of the backward walk that works on planes, one image at a time.
#include <algorithm>

#include "walk.h"

namespace lenetpp {
namespace {

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

/// Gradients of a convolution whose groups each see planes of their own, row by row of the filters.
template <class T>
void backward_rows(const Workspace<T>& workspace, const ConvolutionStage& stage, const ParameterBlock<T>& parameters,
                   const StageBackward<T>& a, T* gradients, const Scratch<T>& scratch) {
  const Kernels<T>& kernels = workspace.kernels;
  const auto& arrays = parameters.layout().arrays;
  for (const ConvolutionGroup& group : stage.groups) {
    kernels.convolution_weight_gradient({
        .input = a.input,
        .row_offsets = group.row_offsets.data(),
        .rows = static_cast<int>(group.row_offsets.size()),
        .visits = scratch.visits.data() + group.first_output,
        .filters = group.filters,
        .gradients = gradients + arrays[stage.weight].offset + group.first_kernel * stage.kernel_stride,
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

/// Gradients of a convolution all of whose filters see all planes, window by window.
template <class T>
void backward_windows(const Workspace<T>& workspace, const ConvolutionStage& stage, const WindowBlocks& windows,
                      const ParameterBlock<T>& parameters, const StageBackward<T>& a, T* gradients,
                      Scratch<T>& scratch) {
  const Kernels<T>& kernels = workspace.kernels;
  const int filters = windows.of_filters.columns;
  kernels.gather_columns(windows.of_input, a.input, scratch.columns.data());
  kernels.window_weight_gradient({
      .windows = scratch.columns.data(),
      .block = windows.block,
      .visits = scratch.visits.data(),
      .filters = filters,
      .gradients = gradients + workspace.plan.plane_parameters + windows.filters_at,
      .bias_gradients = stage.bias ? gradients + parameters.layout().arrays[*stage.bias].offset : nullptr,
  });
  if (!a.input_gradient) return;
  // In place of the input's columns, which are in the first cache and needed no more.
  std::fill_n(scratch.columns.data(), windows.of_input.size(), T(0));
  kernels.window_input_gradient({
      .window_gradients = scratch.columns.data(),
      .block = windows.block,
      .visits = scratch.visits.data(),
      .filters = filters,
      .weights = workspace.filter_blocks.data() + windows.filters_at,
  });
  kernels.fold_columns(windows.of_input, scratch.columns.data(), a.input_gradient);
}

template <class T>
void backward_stage(const Workspace<T>& workspace, const ConvolutionStage& stage, const ParameterBlock<T>& parameters,
                    const StageBackward<T>& a, T* gradients, Scratch<T>& scratch) {
  make_visits(workspace.kernels, stage.output, a, stage.row_stride, stage.window_offsets, scratch);
  if (stage.windows) {
    backward_windows(workspace, stage, *stage.windows, parameters, a, gradients, scratch);
  } else {
    backward_rows(workspace, stage, parameters, a, gradients, scratch);
  }
}

template <class T>
void backward_stage(const Workspace<T>& workspace, const PoolingStage& stage, const ParameterBlock<T>&,
                    const StageBackward<T>& a, T*, Scratch<T>& scratch) {
  make_visits(workspace.kernels, stage.output, a, 0, {}, scratch);
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
          backward_stage(workspace, stage, parameters, a, gradients, scratch);
        },
        workspace.plan.plane_stages[s]);
  }
}

/// Calls use(stage, its blocks) for every convolution whose filters are blocks.
template <class T, class Use>
void for_each_window_stage(const Workspace<T>& workspace, const Use& use) {
  for (const auto& stage : workspace.plan.plane_stages) {
    if (const auto* convolution = std::get_if<ConvolutionStage>(&stage)) {
      if (convolution->windows) use(*convolution, *convolution->windows);
    }
  }
}

}  // namespace

template <class T>
void backward_planes(Workspace<T>& workspace, const ParameterBlock<T>& parameters, T* gradients) {
  const std::size_t size = workspace.plan.plane_parameters;
  const std::size_t shard_size = size + workspace.plan.filter_blocks;
  const std::size_t shards = shards_of(workspace.batch);
  for_each_window_stage(workspace, [&](const ConvolutionStage& stage, const WindowBlocks& windows) {
    workspace.kernels.gather_columns(windows.of_filters, parameters.array(stage.weight),
                                     workspace.filter_blocks.data() + windows.filters_at);
  });
  workspace.pool.run(shards, [&](std::size_t shard, int worker) {
    T* sums = workspace.shard_gradients.data() + shard * shard_size;
    std::fill_n(sums, shard_size, T(0));
    const std::size_t end = std::min(workspace.batch, (shard + 1) * samples_per_shard);
    for (std::size_t b = shard * samples_per_shard; b < end; ++b) {
      backward_image(workspace, parameters, b, sums, workspace.scratch[static_cast<std::size_t>(worker)]);
    }
  });
  T* sums = workspace.shard_gradients.data();
  for (std::size_t shard = 1; shard < shards; ++shard) {
    workspace.kernels.add(sums, workspace.shard_gradients.data() + shard * shard_size, shard_size);
  }
  std::copy_n(sums, size, gradients);
  for_each_window_stage(workspace, [&](const ConvolutionStage& stage, const WindowBlocks& windows) {
    workspace.kernels.fold_columns(windows.of_filters, sums + size + windows.filters_at,
                                   gradients + parameters.layout().arrays[stage.weight].offset);
  });
  // The rows of a kernel's gradient were summed 8 lanes wide, whatever the kernel's width.
  for (const ParameterRows& array : parameters.layout().arrays) {
    if (array.offset >= size) break;
    for (std::size_t row = 0; row < array.rows; ++row) {
      T* padding = gradients + array.offset + row * array.row_stride + array.columns;
      std::fill_n(padding, array.row_stride - array.columns, T(0));
    }
  }
}

#define LENETPP_INSTANTIATE(T) template void backward_planes(Workspace<T>&, const ParameterBlock<T>&, T*);
LENETPP_INSTANTIATE(float)
LENETPP_INSTANTIATE(double)
#undef LENETPP_INSTANTIATE

}  // namespace lenetpp
