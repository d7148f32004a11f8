#include <lenetpp/unit_activity.h>

#include <algorithm>

#include "execution/workspace.h"

namespace lenetpp {
namespace {

constexpr double saturated_share_of_range = 0.01;

/// Where the units of a stage's output lie: [units] blocks of [rows][columns] values.
struct UnitBlocks {
  std::size_t units;
  std::ptrdiff_t first, unit_stride, rows, row_stride, columns;
};

UnitBlocks blocks_of(const PlaneStack& output) {
  const Shape& shape = output.shape;
  return {static_cast<std::size_t>(shape.planes),
          output.origin(0),
          output.plane_stride,
          shape.height,
          output.row_stride,
          shape.width};
}

template <class T, class Use>
void for_each_row(const UnitBlocks& blocks, const T* values, std::size_t unit, const Use& use) {
  const T* row = values + blocks.first + static_cast<std::ptrdiff_t>(unit) * blocks.unit_stride;
  for (std::ptrdiff_t y = 0; y < blocks.rows; ++y, row += blocks.row_stride) use(row, row + blocks.columns);
}

/// The rows of all units; those of a dense layer, whose units are one value each, as one.
template <class T, class Use>
void for_each_row(const UnitBlocks& blocks, const T* values, const Use& use) {
  if (blocks.rows == 1 && blocks.unit_stride == blocks.columns) {
    const T* row = values + blocks.first;
    use(row, row + static_cast<std::ptrdiff_t>(blocks.units) * blocks.columns);
  } else {
    for (std::size_t unit = 0; unit < blocks.units; ++unit) for_each_row(blocks, values, unit, use);
  }
}

}  // namespace

UnitActivity::UnitActivity(const Architecture& architecture) : architecture_(architecture) {
  for (const auto& stage : make_plan<float>(architecture, WorkspacePurpose::inference).stages) {
    const std::optional<Activation> activation = stage->watched();
    if (!activation) continue;
    const auto units = static_cast<std::size_t>(stage->place.output_stack.shape.planes);
    layers_.push_back({stage->place.layer, stage->place.output, std::vector<double>(units),
                       std::vector<std::uint8_t>(units), *activation});
  }
}

template <class T>
void UnitActivity::observe(const Workspace<T>& workspace) {
  for (LayerActivity& layer : layers_) {
    const UnitBlocks blocks = blocks_of(workspace.plan.boundaries[layer.boundary].stack);
    const auto range = range_of(layer.activation);
    const double margin = range ? saturated_share_of_range * (range->most - range->least) : 0;
    const T low = range ? static_cast<T>(range->least + margin) : T(0);
    const T high = range ? static_cast<T>(range->most - margin) : T(0);
    for (std::size_t b = 0; b < workspace.batch; ++b) {
      const T* values = workspace.value(layer.boundary, b);
      if (range) {
        for_each_row(blocks, values, [&](const T* begin, const T* end) {
          layer.saturated += std::count_if(begin, end, [=](T y) { return y < low || y > high; });
          layer.values += end - begin;
        });
      }
      for (std::size_t unit = 0; unit < blocks.units; ++unit) {
        if (layer.alive[unit]) continue;
        double& constant = layer.constants[unit];
        if (images_ + b == 0) constant = values[blocks.first + static_cast<std::ptrdiff_t>(unit) * blocks.unit_stride];
        for_each_row(blocks, values, unit, [&](const T* begin, const T* end) {
          layer.alive[unit] |= std::any_of(begin, end, [=](T y) { return y != constant; });
        });
      }
    }
  }
  images_ += workspace.batch;
}

std::vector<LayerShare> UnitActivity::dead_units() const {
  std::vector<LayerShare> shares;
  for (const LayerActivity& layer : layers_) {
    const auto dead = std::count(layer.alive.begin(), layer.alive.end(), 0);
    shares.push_back({layer.layer, static_cast<double>(dead) / static_cast<double>(layer.alive.size())});
  }
  return shares;
}

std::vector<LayerShare> UnitActivity::saturated_units() const {
  std::vector<LayerShare> shares;
  for (const LayerActivity& layer : layers_) {
    if (!range_of(layer.activation)) continue;
    const double values = static_cast<double>(std::max<std::size_t>(layer.values, 1));
    shares.push_back({layer.layer, static_cast<double>(layer.saturated) / values});
  }
  return shares;
}

template void UnitActivity::observe(const Workspace<float>&);
template void UnitActivity::observe(const Workspace<double>&);

}  // namespace lenetpp
