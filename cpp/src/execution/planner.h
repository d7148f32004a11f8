// The walk along the layers that a plan is made by: whom a kind of layer may ask when it is planned.
#pragma once

#include <lenetpp/network.h>

#include <cstddef>
#include <optional>
#include <variant>
#include <vector>

#include "execution/plan.h"
#include "network/layer_rules.h"

namespace lenetpp {

class Planner {
 public:
  Planner(const Architecture& architecture, WorkspacePurpose purpose);

  [[nodiscard]] WorkspacePurpose purpose() const { return purpose_; }

  [[nodiscard]] bool at_end() const { return layer_ == architecture_.layers.size(); }
  [[nodiscard]] const Layer& layer() const { return architecture_.layers[layer_]; }
  /// What comes next where that is an L; null otherwise.
  template <class L>
  [[nodiscard]] const L* follower() const {
    return layer_ + 1 < architecture_.layers.size() ? std::get_if<L>(&architecture_.layers[layer_ + 1]) : nullptr;
  }
  /// Of the present layer.
  [[nodiscard]] const LayerInput& layer_input() const { return places_[layer_].input; }
  [[nodiscard]] const Shape& output_shape() const { return places_[layer_].output; }
  /// Makes the layer behind the present one part of the same stage.
  void take_follower() { ++layer_; }
  /// The index of the next parameter array that no stage has yet.
  std::size_t take_parameter() { return parameter_++; }
  /// Likewise of the next array of state.
  std::size_t take_state() { return state_++; }
  /// What lies here is also the second input of the stage that ends the residual.
  void start_residual();
  void end_residual();
  /// Where the stage of the present layers stands.
  [[nodiscard]] StagePlace place() const;

  [[nodiscard]] const PlaneStack& input() const { return stack_; }
  /// The present layers have become a stage.
  void go_on();
  /// The present layer makes no stage: the next one has its input.
  void pass_on() { first_layer_ = ++layer_; }

 private:
  [[nodiscard]] PlaneStack stack_for_layer(std::size_t reader, const Shape& shape) const;

  const Architecture& architecture_;
  WorkspacePurpose purpose_;
  std::vector<LayerPlace> places_;
  std::vector<std::size_t> multiply_adds_;  // [layers]
  PlaneStack stack_;                        // the input of the present layers
  std::size_t first_layer_ = 0, layer_ = 0;
  std::size_t parameters_below_ = 0, parameter_ = 0, state_ = 0;
  std::size_t stages_ = 0;
  std::vector<SecondInput> starts_;  // of residuals that have not ended, the innermost one last
  std::optional<SecondInput> second_;
};

}  // namespace lenetpp
