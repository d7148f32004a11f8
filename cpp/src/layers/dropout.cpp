#include "layers/dropout.h"

#include <lenetpp/random.h>

#include <array>
#include <cstdint>
#include <memory>

#include "execution/planner.h"

namespace lenetpp {
namespace {

template <class T>
class DropoutStage final : public ImageStage<T> {
 public:
  DropoutStage(const Dropout& layer, const StagePlace& where)
      : ImageStage<T>(where),
        limit_(static_cast<std::uint64_t>(layer.rate * 0x1p32)),
        scale_(static_cast<T>(1.0 / (1.0 - layer.rate))) {}

  void forward(const ImageForward<T>& call) const override {
    for_each_value(call, call.sample, [&](std::ptrdiff_t input, std::ptrdiff_t output, T factor) {
      call.output[output] = call.input[input] * factor;
    });
  }

  void backward(const ImageBackward<T>& call) const override {
    if (!call.input_gradient) return;
    for_each_value(call, call.sample, [&](std::ptrdiff_t input, std::ptrdiff_t output, T factor) {
      call.input_gradient[input] += call.output_gradient[output] * factor;
    });
  }

 private:
  /// Calls use(place of the input, place of the output, factor), in C order of [P][H][W]. The four random words of one
  /// index are those of four units; the same ones are drawn again on the way back, so that nobody keeps them.
  template <class Use>
  void for_each_value(const StageCall<T>& call, std::size_t sample, const Use& use) const {
    const PlaneStack &input = this->place.input_stack, &output = this->place.output_stack;
    const std::uint64_t first = std::uint64_t{call.pass.samples[sample].index} << 36 |
                                std::uint64_t{this->place.layer} << 26;  // fewer than 2^28 units, 1,000 layers
    std::array<std::uint32_t, 4> words{};
    std::uint64_t unit = 0;
    for (int plane = 0; plane < input.shape.planes; ++plane) {
      for (int y = 0; y < input.shape.height; ++y) {
        for (int x = 0; x < input.shape.width; ++x, ++unit) {
          if (call.pass.training && unit % 4 == 0) {
            words = random_words(call.pass.seed, Purpose::dropout, call.pass.epoch, first | unit / 4);
          }
          const T kept = words[unit % 4] < limit_ ? T(0) : scale_;
          use(input.origin(plane) + y * input.row_stride + x, output.origin(plane) + y * output.row_stride + x,
              call.pass.training ? kept : T(1));
        }
      }
    }
  }

  std::uint64_t limit_;  // words below it leave a unit out
  T scale_;
};

}  // namespace

PlaneStack LayerKind<Dropout>::input_stack(const Dropout&, const Shape& input) { return gapless_stack(input); }

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<Dropout>::plan(const Dropout& layer, Planner& planner) {
  return std::make_unique<DropoutStage<T>>(layer, planner.place());
}
template std::unique_ptr<const Stage<float>> LayerKind<Dropout>::plan(const Dropout&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<Dropout>::plan(const Dropout&, Planner&);

}  // namespace lenetpp
