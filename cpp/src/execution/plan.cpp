#include "execution/plan.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "execution/planner.h"
#include "execution/sharing.h"
#include "layers/kinds.h"

namespace lenetpp {
namespace {

/// An odd number of cache lines: the same value of all samples of a batch would share a few places of a cache else.
std::size_t stride_of(std::size_t values) {
  const std::size_t vectors = round_up(values, lanes) / lanes;
  return (vectors % 2 == 0 ? vectors + 1 : vectors) * lanes;
}

template <class T>
void add_boundaries(Plan<T>& plan, const PlaneStack& input) {
  plan.boundaries.push_back({.stack = input, .stride = stride_of(input.size())});
  for (const auto& stage : plan.stages) {
    const PlaneStack& output = stage->place.output_stack;
    plan.boundaries.push_back({.stack = output, .stride = stride_of(output.size()), .winners = stage->winners()});
  }
  for (const auto& stage : plan.stages) {
    // Vectors of a stage of images may read a little behind the image; that must not be the next image's.
    if (stage->as_image_stage()) plan.boundaries[stage->place.input].stride += slack;
    const BatchStage<T>* of_batch = stage->as_batch_stage();
    if (!of_batch) continue;
    const std::size_t start = stage->place.input;
    const bool goes_on_by_image = of_batch->goes_by_image() && start > 0 && plan.stages[start - 1]->as_image_stage();
    plan.boundaries[start].gradient_of_batch |= !goes_on_by_image;
    plan.boundaries[stage->place.output].gradient_of_batch = true;
  }
  plan.boundaries.back().gradient_of_batch = true;
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const StagePlace& place = plan.stages[s]->place;
    plan.boundaries[place.input].last_reader = std::max(plan.boundaries[place.input].last_reader, s);
    if (!place.second) continue;
    Boundary& start = plan.boundaries[place.second->boundary];
    start.last_reader = std::max(start.last_reader, s);
    // A worker has its own gradients within one run only.
    for (std::size_t between = place.second->boundary; between < s; ++between) {
      start.gradient_of_batch |= plan.stages[between]->as_batch_stage() != nullptr;
    }
  }
}

template <class T>
void add_runs(Plan<T>& plan) {
  // Images are fetched first.
  plan.runs.push_back({.work = Sharing::work_of_a_pixel * plan.boundaries.front().stack.shape.size()});
  for (std::size_t s = 0; s < plan.stages.size(); ++s) {
    const bool by_image = plan.stages[s]->as_image_stage() != nullptr;
    if (!by_image || !plan.runs.back().by_image) plan.runs.push_back({.first = s, .last = s, .by_image = by_image});
    StageRun& run = plan.runs.back();
    run.last = s + 1;
    run.work += plan.stages[s]->place.work;
    plan.gradient_at.push_back(run.gradient_size);
    plan.prepared_at.push_back(plan.prepared_size);
    plan.kept_at.push_back(plan.kept_size);
    const std::size_t kept = round_up(plan.stages[s]->kept(), lanes);
    run.kept_size += kept;
    plan.kept_size += kept;
    plan.prepared_size += round_up(plan.stages[s]->prepared_size(), lanes);
    if (const ImageStage<T>* stage = plan.stages[s]->as_image_stage()) {
      // Each stage's own part begins at a whole vector.
      run.gradient_size += round_up(stage->gradient_size(), lanes);
    }
  }
}

}  // namespace

Planner::Planner(const Architecture& architecture, WorkspacePurpose purpose)
    : architecture_(architecture),
      purpose_(purpose),
      places_(places_of_layers(architecture)),
      multiply_adds_(architecture.multiply_adds()),
      stack_(stack_for_layer(0, architecture.input)) {}

PlaneStack Planner::stack_for_layer(std::size_t reader, const Shape& shape) const {
  while (reader < architecture_.layers.size() && std::holds_alternative<ResidualStart>(architecture_.layers[reader])) {
    ++reader;  // it passes its input on
  }
  if (reader == architecture_.layers.size()) return gapless_stack(shape);
  return visit_kind(architecture_.layers[reader],
                    [&](const auto& layer, auto kind) { return kind.input_stack(layer, shape); });
}

StagePlace Planner::place() const {
  std::size_t work = 0;
  for (std::size_t layer = first_layer_; layer <= layer_; ++layer) {
    work += multiply_adds_[layer] + Sharing::work_of_a_number * places_[layer].output.size();
  }
  return {.layer = first_layer_,
          .input = stages_,
          .output = stages_ + 1,
          .goes_below = parameters_below_ > 0,
          .is_last = layer_ + 1 == architecture_.layers.size(),
          .input_stack = stack_,
          .output_stack = stack_for_layer(layer_ + 1, places_[layer_].output),
          .work = work,
          .second = second_};
}

void Planner::start_residual() {
  starts_.push_back({.boundary = stages_, .stack = stack_, .goes_below = parameters_below_ > 0});
}

void Planner::end_residual() {
  second_ = starts_.back();
  starts_.pop_back();
}

void Planner::go_on() {
  stack_ = place().output_stack;
  second_.reset();
  parameters_below_ = parameter_;
  ++stages_;
  pass_on();
}

std::size_t forward_work(const Architecture& architecture) {
  std::size_t work = Sharing::work_of_a_pixel * architecture.input.size();
  for (const Shape& shape : architecture.output_shapes()) work += Sharing::work_of_a_number * shape.size();
  for (const std::size_t multiply_adds : architecture.multiply_adds()) work += multiply_adds;
  return work;
}

template <class T>
Plan<T> make_plan(const Architecture& architecture, WorkspacePurpose purpose) {
  Plan<T> plan;
  Planner planner(architecture, purpose);
  const PlaneStack input = planner.input();
  while (!planner.at_end()) {
    std::unique_ptr<const Stage<T>> stage = visit_kind(
        planner.layer(), [&](const auto& layer, auto kind) { return kind.template plan<T>(layer, planner); });
    if (!stage) {
      planner.pass_on();
      continue;
    }
    plan.stages.push_back(std::move(stage));
    planner.go_on();
  }
  add_boundaries(plan, input);
  add_runs(plan);
  const auto has_parameters = [](const auto& stage) { return !stage->parameters().empty(); };
  const auto first = std::find_if(plan.stages.begin(), plan.stages.end(), has_parameters);
  plan.bottom = static_cast<std::size_t>(first - plan.stages.begin());
  plan.outputs = plan.boundaries.back().stack.shape.size();
  return plan;
}

template Plan<float> make_plan(const Architecture&, WorkspacePurpose);
template Plan<double> make_plan(const Architecture&, WorkspacePurpose);

}  // namespace lenetpp
