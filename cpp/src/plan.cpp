#include "plan.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "parameter_block.h"

namespace lenetpp {
namespace {

constexpr int row_alignment = 8;

std::ptrdiff_t padded(std::ptrdiff_t n, std::ptrdiff_t multiple) { return (n + multiple - 1) / multiple * multiple; }

/// A stack for the layer that reads it: with a convolution's border, or without gaps for a dense layer and for the
/// end of the network.
PlaneStack stack_for(const Shape& shape, const Layer* reader) {
  PlaneStack stack{shape, {0, 0}, shape.width, 0};
  if (const auto* convolution = reader ? std::get_if<Conv2D>(reader) : nullptr) stack.padding = convolution->padding;
  const std::ptrdiff_t height = shape.height + 2 * std::ptrdiff_t{stack.padding.height};
  const std::ptrdiff_t width = shape.width + 2 * std::ptrdiff_t{stack.padding.width};
  stack.row_stride = reader && !std::holds_alternative<Dense>(*reader) ? padded(width, row_alignment) : width;
  stack.plane_stride = height * stack.row_stride;
  // Positions are counted in float by max-pooling.
  if (stack.plane_stride >= 1 << 24 || stack.plane_stride * shape.planes > std::ptrdiff_t{1} << 30) {
    throw std::invalid_argument("planes of " + to_string(shape) +
                                " are too large: expected less than 2^24 places a plane "
                                "and 2^30 a stack, borders included; use smaller images or larger strides");
  }
  return stack;
}

std::vector<int> planes_of_filter(const Conv2D& layer, int filter, int input_planes) {
  if (layer.connection == Connection::table) return layer.table[static_cast<std::size_t>(filter)];
  std::vector<int> planes(static_cast<std::size_t>(input_planes));
  for (int plane = 0; plane < input_planes; ++plane) planes[static_cast<std::size_t>(plane)] = plane;
  return planes;
}

/// Who sees what: (input planes, number of outputs) of each group, with the first kernel and filter that it uses.
struct Connections {
  std::vector<int> planes;
  int filters;
  std::ptrdiff_t first_kernel;
  std::ptrdiff_t first_filter;
};

std::vector<Connections> connections_of(const Conv2D& layer, int input_planes) {
  std::vector<Connections> groups;
  if (layer.connection == Connection::separate) {
    for (int plane = 0; plane < input_planes; ++plane) groups.push_back({{plane}, layer.filters, 0, 0});
    return groups;
  }
  std::ptrdiff_t kernels = 0;
  for (int filter = 0; filter < layer.filters; ++filter) {
    std::vector<int> planes = planes_of_filter(layer, filter, input_planes);
    const auto count = static_cast<std::ptrdiff_t>(planes.size());
    if (!groups.empty() && groups.back().planes == planes) {
      ++groups.back().filters;
    } else {
      groups.push_back({std::move(planes), 1, kernels, filter});
    }
    kernels += count;
  }
  return groups;
}

class Planner {
 public:
  explicit Planner(const Architecture& architecture)
      : architecture_(architecture), shapes_(architecture.output_shapes()) {}

  Plan plan() {
    const std::vector<Layer>& layers = architecture_.layers;
    plan_.input = stack_for(architecture_.input, layers.empty() ? nullptr : &layers[0]);
    stack_ = plan_.input;
    add_boundary(stack_.size(), 0);
    while (layer_ < layers.size()) {
      const Layer& layer = layers[layer_];
      if (const auto* convolution = std::get_if<Conv2D>(&layer)) {
        add_convolution(*convolution);
      } else if (const auto* pooling = std::get_if<MaxPool2D>(&layer)) {
        add_pooling(*pooling);
      } else {
        add_dense(std::get<Dense>(layer));
      }
    }
    // Vectors of a plane stage may read a little behind the image; that must not be the next image's.
    for (std::size_t stage = 0; stage < plan_.plane_stages.size(); ++stage) plan_.boundaries[stage].stride += slack;
    plan_.outputs = layers.empty() ? architecture_.input.size() : shapes_.back().size();
    finish_parameters();
    return std::move(plan_);
  }

 private:
  const Layer* reader_behind(std::size_t layer) const {
    return layer + 1 < architecture_.layers.size() ? &architecture_.layers[layer + 1] : nullptr;
  }

  void add_boundary(std::size_t values, std::size_t winners) {
    plan_.boundaries.push_back({round_up(values, lanes), winners});
  }

  void add_convolution(const Conv2D& layer) {
    ConvolutionStage stage;
    stage.layer = layer_;
    stage.weight = parameter_++;
    if (layer.bias) stage.bias = parameter_++;
    stage.activation = layer.activation;
    stage.separate = layer.connection == Connection::separate;
    stage.input = stack_;
    const Shape convolved = shapes_[layer_];
    stage.height = convolved.height;
    stage.width = convolved.width;
    // A stride that is never taken is none; it may be far larger than the image.
    stage.strides = {stage.height > 1 ? layer.strides.height : 1, stage.width > 1 ? layer.strides.width : 1};
    const auto* pooling = reader_behind(layer_) ? std::get_if<MaxPool2D>(reader_behind(layer_)) : nullptr;
    if (pooling) {
      ++layer_;
      stage.pooled = true;
      stage.pool_size = pooling->size;
      stage.pool_strides = pooling->strides;
    }
    stage.output = stack_for(shapes_[layer_], reader_behind(layer_));
    lay_out_taps(stage, layer);
    add_groups(stage, layer);
    if (layer.connection == Connection::full && stack_.shape.planes > 1) add_window_blocks(stage, layer);

    const std::size_t outputs = stage.output.shape.size();
    add_boundary(stage.output.size(), stage.pooled ? outputs : 0);
    int most_filters = 0;
    for (const ConvolutionGroup& group : stage.groups) most_filters = std::max(most_filters, group.filters);
    WorkerScratch& scratch = plan_.scratch;
    scratch.convolution = std::max(scratch.convolution, static_cast<std::size_t>(most_filters * stage.plane_stride));
    scratch.phases = std::max(scratch.phases, stage.phases_size());
    make_room_for_visits(stage.output.shape);
    scratch.gradients.push_back(stage.input.size());
    plan_.last_activation = stage.activation;
    stack_ = stage.output;
    plan_.plane_stages.emplace_back(std::move(stage));
    ++layer_;
  }

  void lay_out_taps(ConvolutionStage& stage, const Conv2D& layer) const {
    const Extent stride = stage.strides;
    const std::ptrdiff_t input_rows = stage.input.plane_stride / stage.input.row_stride;
    if (stage.has_strides()) {
      stage.phase_row_stride = padded((stage.input.row_stride + stride.width - 1) / stride.width, row_alignment);
      stage.phase_plane_stride = (input_rows + stride.height - 1) / stride.height * stage.phase_row_stride;
    }
    stage.row_stride = stage.has_strides() ? stage.phase_row_stride : stage.input.row_stride;
    stage.positions = static_cast<int>((stage.height - 1) * stage.row_stride + stage.width);
    stage.plane_stride = padded(stage.positions, lanes) + slack;

    const std::ptrdiff_t weight_row = padded(layer.kernel_size.width, row_lanes);
    stage.kernel_stride = layer.kernel_size.height * weight_row;
    for (int y = 0; y < layer.kernel_size.height; ++y) {
      for (int x = 0; x < layer.kernel_size.width; ++x) {
        const std::ptrdiff_t phase = y % stride.height * stride.width + x % stride.width;
        const std::ptrdiff_t tap =
            phase * stage.phase_plane_stride + y / stride.height * stage.row_stride + x / stride.width;
        stage.tap_offsets.push_back(static_cast<std::int32_t>(tap));
        stage.weight_offsets.push_back(static_cast<std::int32_t>(y * weight_row + x));
      }
    }
    if (!stage.has_strides()) return;
    for (int position = 0; position < stage.positions; ++position) {
      const std::ptrdiff_t row = position / stage.row_stride, column = position % stage.row_stride;
      stage.window_offsets.push_back(
          static_cast<std::int32_t>(row * stride.height * stage.input.row_stride + column * stride.width));
    }
  }

  static void add_groups(ConvolutionStage& stage, const Conv2D& layer) {
    const std::ptrdiff_t phases = std::ptrdiff_t{stage.strides.height} * stage.strides.width;
    const std::ptrdiff_t read_plane_stride =
        stage.has_strides() ? phases * stage.phase_plane_stride : stage.input.plane_stride;
    int first_output = 0;
    for (const Connections& connections : connections_of(layer, stage.input.shape.planes)) {
      ConvolutionGroup group;
      group.first_output = first_output;
      group.filters = connections.filters;
      group.planes = static_cast<int>(connections.planes.size());
      group.first_kernel = connections.first_kernel;
      group.first_filter = connections.first_filter;
      for (const int plane : connections.planes) {
        group.plane_offsets.push_back(static_cast<std::int32_t>(plane * read_plane_stride));
        for (int y = 0; y < layer.kernel_size.height; ++y) {
          for (int x = 0; x < layer.kernel_size.width; x += row_lanes) {
            group.row_offsets.push_back(
                static_cast<std::int32_t>(plane * stage.input.plane_stride + y * stage.input.row_stride + x));
          }
        }
      }
      first_output += group.filters;
      stage.groups.push_back(std::move(group));
    }
  }

  void add_window_blocks(ConvolutionStage& stage, const Conv2D& layer) {
    WindowBlocks windows;
    const auto [height, width] = layer.kernel_size;
    const int planes = stage.input.shape.planes;
    const std::ptrdiff_t row_length = padded(std::ptrdiff_t{planes} * width, lanes);
    windows.of_input = {.planes = planes,
                        .taps = width,
                        .columns = stage.width,
                        .rows = static_cast<int>(stage.input.plane_stride / stage.input.row_stride),
                        .step = stage.strides.width,
                        .plane_stride = stage.input.plane_stride,
                        .row_stride = stage.input.row_stride,
                        .row_length = row_length};
    windows.of_filters = {.planes = planes,
                          .taps = width,
                          .columns = layer.filters,
                          .rows = height,
                          .step = planes * stage.kernel_stride,
                          .plane_stride = stage.kernel_stride,
                          .row_stride = stage.kernel_stride / height,
                          .row_length = row_length};
    windows.block = height * row_length;
    windows.filters_at = plan_.filter_blocks;
    plan_.filter_blocks += windows.of_filters.size();
    plan_.scratch.columns = std::max(plan_.scratch.columns, windows.of_input.size());
    stage.window_offsets.clear();
    for (int position = 0; position < stage.positions; ++position) {
      const std::ptrdiff_t row = position / stage.row_stride, column = position % stage.row_stride;
      const std::ptrdiff_t place = column * windows.of_input.column_stride() + row * stage.strides.height * row_length;
      stage.window_offsets.push_back(static_cast<std::int32_t>(place));
    }
    stage.windows = windows;
  }

  void make_room_for_visits(const Shape& output) {
    WorkerScratch& scratch = plan_.scratch;
    scratch.visits = std::max(scratch.visits, static_cast<std::size_t>(output.planes * visits_stride(output)));
    scratch.planes = std::max(scratch.planes, static_cast<std::size_t>(output.planes));
  }

  void add_pooling(const MaxPool2D& layer) {
    const PoolingStage stage{layer_, stack_, stack_for(shapes_[layer_], reader_behind(layer_)), layer.size,
                             layer.strides};
    const std::size_t outputs = stage.output.shape.size();
    add_boundary(stage.output.size(), outputs);
    make_room_for_visits(stage.output.shape);
    plan_.scratch.gradients.push_back(stage.input.size());
    plan_.last_activation = {};
    stack_ = stage.output;
    plan_.plane_stages.emplace_back(stage);
    ++layer_;
  }

  void add_dense(const Dense& layer) {
    DenseStage stage;
    stage.layer = layer_;
    stage.weight = parameter_++;
    if (layer.bias) stage.bias = parameter_++;
    const Shape input = layer_ == 0 ? architecture_.input : shapes_[layer_ - 1];
    stage.inputs = static_cast<int>(input.size());
    stage.inputs_padded = static_cast<int>(round_up(input.size(), lanes));
    stage.units = layer.units;
    stage.activation = layer.activation;
    add_boundary(static_cast<std::size_t>(layer.units), 0);
    plan_.last_activation = stage.activation;
    plan_.dense_stages.push_back(stage);
    ++layer_;
  }

  void finish_parameters() {
    const auto is_convolution = [](const auto& stage) { return std::holds_alternative<ConvolutionStage>(stage); };
    const auto first = std::find_if(plan_.plane_stages.begin(), plan_.plane_stages.end(), is_convolution);
    plan_.first_convolution = static_cast<std::size_t>(first - plan_.plane_stages.begin());
    for (std::size_t stage = 0; stage < plan_.plane_stages.size() && stage <= plan_.first_convolution; ++stage) {
      plan_.scratch.gradients[stage] = 0;
    }
    const BlockLayout layout = block_layout(architecture_.parameter_shapes());
    plan_.plane_parameters =
        plan_.dense_stages.empty() ? layout.size : layout.arrays[plan_.dense_stages.front().weight].offset;
  }

  const Architecture& architecture_;
  std::vector<Shape> shapes_;
  Plan plan_;
  PlaneStack stack_;
  std::size_t layer_ = 0;
  std::size_t parameter_ = 0;
};

}  // namespace

std::size_t ConvolutionStage::phases_size() const {
  return static_cast<std::size_t>(phase_plane_stride * input.shape.planes * strides.height * strides.width);
}

std::size_t Plan::layer_before(std::size_t boundary) const {
  const std::size_t stage = boundary - 1;
  if (stage >= plane_stages.size()) return dense_stages[stage - plane_stages.size()].layer;
  return std::visit([](const auto& of_planes) { return of_planes.layer; }, plane_stages[stage]);
}

Plan make_plan(const Architecture& architecture) { return Planner(architecture).plan(); }

}  // namespace lenetpp
