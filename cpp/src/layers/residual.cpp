#include "layers/residual.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "execution/planner.h"
#include "layers/convolution.h"
#include "layers/convolution_stage.h"
#include "layers/residual_stage.h"

namespace lenetpp {
namespace {

/// How many places of a side are left of every n-th one.
int kept_places(int side, int stride) { return (side - 1) / stride + 1; }

Shape kept_shape(const OpenResidual& residual) {
  return {residual.input.planes, kept_places(residual.input.height, residual.strides.height),
          kept_places(residual.input.width, residual.strides.width)};
}

const OpenResidual& residual_of(const LayerInput& input) {
  if (!input.residual) refuse("the end of a residual has a shape only in a network, behind the residual's start");
  return *input.residual;
}

bool has_convolution(const LayerInput& input) {
  const OpenResidual& residual = residual_of(input);
  return residual.input != input && residual.shortcut == Shortcut::convolution;
}

/// The filters of a shortcut; they see the places that its strides keep.
Conv2D filters_of(const Shape& output) { return {.filters = output.planes, .bias = false}; }

}  // namespace

void ShortcutField::read(TextCursor& text, ResidualStart& layer, const std::string& /*example*/) const {
  const TextCursor start = text;
  const std::string_view word = text.letters();
  if (!word.empty() && word != "pad") start.fail_expecting("\"[\" or \"pad [\" and the layers of the residual");
  if (!word.empty()) layer.shortcut = Shortcut::pad;
  text.skip_space();
  text.expect('[', "\"[\" and the layers of the residual");
}

void ShortcutField::write(std::string& text, const ResidualStart& layer) const {
  text += layer.shortcut == Shortcut::pad ? "pad [" : "[";
}

FieldValue ShortcutField::value(const ResidualStart& layer) const {
  return std::string(layer.shortcut == Shortcut::pad ? "pad" : "convolution");
}

PlaneStack LayerKind<ResidualStart>::input_stack(const ResidualStart&, const Shape& input) {
  return gapless_stack(input);
}

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<ResidualStart>::plan(const ResidualStart&, Planner& planner) {
  planner.start_residual();
  return nullptr;
}
template std::unique_ptr<const Stage<float>> LayerKind<ResidualStart>::plan(const ResidualStart&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<ResidualStart>::plan(const ResidualStart&, Planner&);

Shape LayerKind<ResidualEnd>::output_shape(const ResidualEnd&, const LayerInput& input) {
  const OpenResidual& residual = residual_of(input);
  if (residual.input == input) return input;
  const std::string what = "the layers within the residual make " + to_string(input) + " of " +
                           to_string(residual.input) + ", which cannot be added";
  const Shape kept = kept_shape(residual);
  if (kept.height != input.height || kept.width != input.width) {
    refuse(what + ": with their strides of " + extent_text(residual.strides) + " the shortcut gives planes of " +
           extent_text({kept.height, kept.width}) + "; pad the convolutions, or change their strides");
  }
  if (residual.shortcut == Shortcut::pad && residual.input.planes > input.planes) {
    refuse(what +
           ": the shortcut can only add planes of zeros, not leave planes out; write \"residual [\" for one "
           "with weights");
  }
  return input;
}

std::vector<ParameterShape> LayerKind<ResidualEnd>::parameters(const ResidualEnd&, const LayerInput& input) {
  if (!has_convolution(input)) return {};
  return LayerKind<Conv2D>::parameters(filters_of(input), kept_shape(residual_of(input)));
}

std::size_t LayerKind<ResidualEnd>::multiply_adds(const ResidualEnd&, const LayerInput& input, const Shape& output) {
  if (!has_convolution(input)) return 0;
  return LayerKind<Conv2D>::multiply_adds(filters_of(input), kept_shape(residual_of(input)), output);
}

PlaneStack LayerKind<ResidualEnd>::input_stack(const ResidualEnd&, const Shape& input) { return gapless_stack(input); }

template <class T>
std::unique_ptr<const Stage<T>> LayerKind<ResidualEnd>::plan(const ResidualEnd& layer, Planner& planner) {
  planner.end_residual();
  const LayerInput& input = planner.layer_input();
  const OpenResidual& residual = residual_of(input);
  const StagePlace place = planner.place();
  const SecondInput second = place.second.value_or(SecondInput{});
  if (residual.input == input) return std::make_unique<ResidualStage<T>>(layer, place, second);
  const PlaneStack kept = aligned_stack(kept_shape(residual), {0, 0});
  std::unique_ptr<const ImageStage<T>> convolution;
  if (has_convolution(input)) {
    StagePlace own = place;
    own.goes_below = second.goes_below;
    own.is_last = false;
    own.input_stack = kept;
    own.second.reset();
    convolution = convolution_stage<T>(filters_of(input), std::nullopt, own, planner.output_shape(),
                                       planner.take_parameter(), std::nullopt);
  }
  return std::make_unique<ChangingResidualStage<T>>(layer, place, second, kept, residual.strides,
                                                    std::move(convolution));
}
template std::unique_ptr<const Stage<float>> LayerKind<ResidualEnd>::plan(const ResidualEnd&, Planner&);
template std::unique_ptr<const Stage<double>> LayerKind<ResidualEnd>::plan(const ResidualEnd&, Planner&);

}  // namespace lenetpp
