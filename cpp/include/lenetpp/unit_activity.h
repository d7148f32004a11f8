// What the units of a network do over many images: which are dead, how many activations are saturated.
#pragma once

#include <lenetpp/export.h>
#include <lenetpp/network.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lenetpp {

template <class T>
struct Workspace;

/// A share in [0, 1] of something in a layer.
struct LayerShare {
  std::size_t layer = 0;
  double share = 0;
};

/// Gathers what evaluate() sees in the outputs of convolutions and dense layers. A convolution's unit is a whole output
/// plane; where a max-pooling follows, the plane is looked at behind it, since nothing else is ever kept.
class LENETPP_API UnitActivity {
 public:
  explicit UnitActivity(const Architecture& architecture);

  [[nodiscard]] const Architecture& architecture() const { return architecture_; }
  /// Units that had one and the same value for every image, and in a plane at every place.
  [[nodiscard]] std::vector<LayerShare> dead_units() const;
  /// Activations within 1 % of the ends of their range; only layers whose activation has one (sigmoid and both tanh).
  [[nodiscard]] std::vector<LayerShare> saturated_units() const;

  /// The images of the last forward pass of a network with this architecture.
  template <class T>
  LENETPP_PRIVATE void observe(const Workspace<T>& workspace);

 private:
  struct LayerActivity {
    std::size_t layer = 0;
    std::size_t boundary = 0;         // where its outputs lie in a workspace
    std::vector<double> constants;    // [units] each unit's first value
    std::vector<std::uint8_t> alive;  // [units] whether it had another value since
    Activation activation;
    std::size_t saturated = 0, values = 0;
  };

  Architecture architecture_;
  std::vector<LayerActivity> layers_;
  std::size_t images_ = 0;
};

}  // namespace lenetpp
