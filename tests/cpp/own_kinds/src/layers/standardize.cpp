#include "layers/standardize.h"

#include <cmath>

#include "execution/planner.h"
#include "layers/running_figures.h"

namespace lenetpp {
namespace {

template <class T>
class StandardizeStage final : public BatchStage<T> {
 public:
  StandardizeStage(const StagePlace& where, std::size_t mean, std::size_t variance)
      : BatchStage<T>(where),
        mean_(mean),
        variance_(variance),
        planes_(static_cast<std::size_t>(where.input_stack.shape.planes)) {}

  /// The batch's means, then its variances.
  [[nodiscard]] std::size_t kept() const override { return 2 * planes_; }

  void forward(const BatchForward<T>& call) const override {
    if (call.pass.training) measure(call);
    const T* mean = call.pass.training ? call.kept.values : call.state.array(mean_);
    const T* variance = call.pass.training ? call.kept.values + planes_ : call.state.array(variance_);
    for_each_sample(call, [&](std::size_t b, std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t output) {
      const T centered = at(call.input, b)[input] - mean[plane];
      at(call.output, b)[output] = centered / deviation(variance[plane]);
    });
  }

  void backward(const BatchBackward<T>& call) const override {
    if (!call.input_gradient.values) return;
    std::vector<T> mean_gradient(planes_), mean_product(planes_);  // over the batch; zero for figures of elsewhere
    if (call.pass.training) {
      for_each_sample(call, [&](std::size_t b, std::size_t plane, std::ptrdiff_t, std::ptrdiff_t output) {
        const T gradient = at(call.output_gradient, b)[output] / values_of_plane(call);
        mean_gradient[plane] += gradient;
        mean_product[plane] += gradient * at(call.output, b)[output];
      });
    }
    const T* variance = call.pass.training ? call.kept.values + planes_ : call.state.array(variance_);
    for_each_sample(call, [&](std::size_t b, std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t output) {
      const T changed = mean_gradient[plane] + at(call.output, b)[output] * mean_product[plane];
      at(call.input_gradient, b)[input] += (at(call.output_gradient, b)[output] - changed) / deviation(variance[plane]);
    });
  }

  void update_state(const StageCall<T>&, const T* kept, ParameterBlock<T>& state) const override {
    follow(state, mean_, kept);
    follow(state, variance_, kept + planes_);
  }

 private:
  static T deviation(T variance) { return std::sqrt(variance + T(1e-5)); }
  template <class V>
  static V* at(const Batch<V>& batch, std::size_t b) {
    return batch.values + static_cast<std::ptrdiff_t>(b) * batch.stride;
  }
  [[nodiscard]] T values_of_plane(const StageCall<T>& call) const {
    return static_cast<T>(call.pass.samples.size() * this->place.input_stack.shape.size() / planes_);
  }

  template <class Use>
  void for_each_sample(const StageCall<T>& call, const Use& use) const {
    for (std::size_t b = 0; b < call.pass.samples.size(); ++b) {
      for_each_value(
          this->place.input_stack, this->place.output_stack,
          [&](std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t output) { use(b, plane, input, output); });
    }
  }

  void measure(const BatchForward<T>& call) const {
    const T count = values_of_plane(call);
    for_each_sample(call, [&](std::size_t b, std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t) {
      call.kept.values[plane] += at(call.input, b)[input] / count;
    });
    for_each_sample(call, [&](std::size_t b, std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t) {
      const T centered = at(call.input, b)[input] - call.kept.values[plane];
      call.kept.values[planes_ + plane] += centered * centered / count;
    });
  }

  std::size_t mean_, variance_;  // indices of the arrays of state
  std::size_t planes_;
};

}  // namespace

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Standardize>::plan(const Standardize&, Planner& planner) {
  const std::size_t mean = planner.take_state();
  const std::size_t variance = planner.take_state();
  return std::make_unique<StandardizeStage<T>>(planner.place(), mean, variance);
}
template std::unique_ptr<const Stage<float>> LayerKind<Standardize>::plan(const Standardize&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Standardize>::plan(const Standardize&, Planner&);

}  // namespace lenetpp
