#include "plan.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "convolution_stage.h"
#include "parameter_block.h"

namespace lenetpp {
namespace {

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
    refuse_planes(shape);
  }
  return stack;
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
    // An odd number of cache lines: the same value of all samples of a batch would share a few places of a cache else.
    const std::size_t vectors = round_up(values, lanes) / lanes;
    plan_.boundaries.push_back({(vectors % 2 == 0 ? vectors + 1 : vectors) * lanes, winners});
  }

  void add_convolution(const Conv2D& layer) {
    ConvolutionStage stage = convolution_stage(layer, stack_, shapes_[layer_]);
    stage.layer = layer_;
    stage.weight = parameter_++;
    if (layer.bias) stage.bias = parameter_++;
    const auto* pooling = reader_behind(layer_) ? std::get_if<MaxPool2D>(reader_behind(layer_)) : nullptr;
    if (pooling) {
      ++layer_;
      stage.pool_size = pooling->size;
      stage.pool_strides = pooling->strides;
    }
    stage.output = stack_for(shapes_[layer_], reader_behind(layer_));
    const std::size_t outputs = stage.output.shape.size();
    add_boundary(stage.output.size(), pooling ? outputs : 0);
    int most_filters = 0;
    for (const ConvolutionGroup& group : stage.groups) most_filters = std::max(most_filters, group.filters);
    WorkerScratch& scratch = plan_.scratch;
    scratch.convolution = std::max(scratch.convolution, static_cast<std::size_t>(most_filters * stage.plane_stride));
    scratch.phases = std::max(scratch.phases, stage.phases_size());
    if (stage.windows) {
      stage.windows->filters_at = plan_.filter_blocks;
      plan_.filter_blocks += stage.windows->of_filters.size();
      scratch.columns = std::max(scratch.columns, stage.windows->of_input.size());
    }
    make_room_for_visits(stage.output.shape);
    scratch.gradients.push_back(stage.input.size());
    plan_.last_activation = stage.activation;
    stack_ = stage.output;
    plan_.plane_stages.emplace_back(std::move(stage));
    ++layer_;
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

std::size_t Plan::layer_before(std::size_t boundary) const {
  const std::size_t stage = boundary - 1;
  if (stage >= plane_stages.size()) return dense_stages[stage - plane_stages.size()].layer;
  return std::visit([](const auto& of_planes) { return of_planes.layer; }, plane_stages[stage]);
}

void refuse_planes(const Shape& shape) {
  throw std::invalid_argument("planes of " + to_string(shape) +
                              " are too large: expected less than 2^24 places a plane "
                              "and 2^30 a stack, borders included; use smaller images or larger strides");
}

Plan make_plan(const Architecture& architecture) { return Planner(architecture).plan(); }

}  // namespace lenetpp
