#include "layers/recenter.h"

#include "execution/planner.h"
#include "layers/running_figures.h"

namespace lenetpp {
namespace {

template <class T>
class RecenterStage final : public ImageStage<T> {
 public:
  RecenterStage(const StagePlace& where, std::size_t mean) : ImageStage<T>(where), mean_(mean) {}

  /// Of each plane, the sum of all values.
  [[nodiscard]] std::size_t kept() const override { return static_cast<std::size_t>(planes()); }

  void forward(const ImageForward<T>& call) const override {
    const T* mean = call.state.array(mean_);
    for_each_value(this->place.input_stack, this->place.output_stack,
                   [&](std::size_t plane, std::ptrdiff_t input, std::ptrdiff_t output) {
                     call.output[output] = call.input[input] - mean[plane];
                     if (call.kept) call.kept[plane] += call.input[input];
                   });
  }

  void backward(const ImageBackward<T>& call) const override {
    if (!call.input_gradient) return;
    for_each_value(this->place.input_stack, this->place.output_stack,
                   [&](std::size_t, std::ptrdiff_t input, std::ptrdiff_t output) {
                     call.input_gradient[input] += call.output_gradient[output];
                   });
  }

  void update_state(const StageCall<T>& call, const T* kept, ParameterBlock<T>& state) const override {
    const std::size_t values = call.pass.samples.size() * this->place.input_stack.shape.size();
    follow(state, mean_, kept, static_cast<T>(planes()) / static_cast<T>(values));
  }

 private:
  [[nodiscard]] int planes() const { return this->place.input_stack.shape.planes; }

  std::size_t mean_;
};

}  // namespace

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Recenter>::plan(const Recenter&, Planner& planner) {
  const std::size_t mean = planner.take_state();
  return std::make_unique<RecenterStage<T>>(planner.place(), mean);
}
template std::unique_ptr<const Stage<float>> LayerKind<Recenter>::plan(const Recenter&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Recenter>::plan(const Recenter&, Planner&);

}  // namespace lenetpp
