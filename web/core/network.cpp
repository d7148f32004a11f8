#include "network.h"

#include <lenetpp/evaluation.h>
#include <lenetpp/model_file.h>
#include <lenetpp/whitening.h>
#include <lenetpp/words.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lenetpp::page {
namespace {

/// In the module's own memory, where files are no one else's.
constexpr const char* model_path = "/model.safetensors";

/// The first `count` layers: an output's bits depend on nothing that comes later.
Network cut_off(const Network& network, std::size_t count) {
  const Architecture& whole = network.architecture();
  Network first(Architecture{whole.input, {whole.layers.begin(), whole.layers.begin() + static_cast<int>(count)}});
  first.initialize(0);  // one without parameters is then ready too
  for (std::size_t i = 0; i < first.parameter_shapes().size(); ++i) first.set_parameter(i, network.parameter(i));
  for (std::size_t i = 0; i < first.state_shapes().size(); ++i) first.set_state(i, network.state(i));
  first.set_normalization(network.normalization());
  return first;
}

/// The layers behind those; without any, one that hands its input on.
Network behind(const Network& network, std::size_t count) {
  const Architecture& whole = network.architecture();
  Architecture rest{whole.output_shapes()[count - 1],
                    {whole.layers.begin() + static_cast<int>(count), whole.layers.end()}};
  if (rest.layers.empty()) rest.layers.emplace_back(parse_layer("maxpool 1"));
  Network last(std::move(rest));
  last.initialize(0);
  const std::size_t below = network.parameter_shapes().size() - last.parameter_shapes().size();
  for (std::size_t i = 0; i < last.parameter_shapes().size(); ++i) last.set_parameter(i, network.parameter(below + i));
  const std::size_t state_below = network.state_shapes().size() - last.state_shapes().size();
  for (std::size_t i = 0; i < last.state_shapes().size(); ++i) last.set_state(i, network.state(state_below + i));
  return last;
}

val shares_of(const std::vector<LayerShare>& shares) {
  val array = val::array();
  for (const LayerShare& share : shares) {
    val entry = val::object();
    entry.set("layer", static_cast<double>(share.layer));
    entry.set("share", share.share);
    array.call<void>("push", entry);
  }
  return array;
}

void add_bytes(Sha256& digest, const std::vector<float>& values) {
  static_assert(std::endian::native == std::endian::little);
  digest.update({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)});
}

}  // namespace

val described(const std::string& text) {
  const Architecture architecture = Architecture::parse(text);
  const std::vector<Shape> shapes = architecture.output_shapes();
  const std::vector<std::size_t> multiply_adds = architecture.multiply_adds();
  std::vector<std::size_t> sizes(shapes.size());
  double parameters = 0;
  for (const ParameterShape& shape : architecture.parameter_shapes()) {
    sizes[shape.layer] += shape.size();
    parameters += static_cast<double>(shape.size());
  }
  val layers = val::array();
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    val layer = val::object();
    layer.set("text", to_string(architecture.layers[i]));
    layer.set("word", std::string(describe(architecture.layers[i]).word));
    layer.set("shape", to_array(shapes[i]));
    layer.set("parameters", static_cast<double>(sizes[i]));
    layer.set("multiplyAdds", static_cast<double>(multiply_adds[i]));
    layers.call<void>("push", layer);
  }
  val description = val::object();
  description.set("text", architecture.text());
  description.set("input", to_array(architecture.input));
  description.set("parameters", parameters);
  description.set("layers", layers);
  return description;
}

void Fingerprint::update(const val& bytes) {
  const auto content = emscripten::convertJSArrayToNumberVector<std::uint8_t>(bytes);
  sum_.update({reinterpret_cast<const char*>(content.data()), content.size()});
}

PageNetwork PageNetwork::loaded(const val& bytes) {
  const auto content = emscripten::convertJSArrayToNumberVector<std::uint8_t>(bytes);
  Model model = load_model(std::as_bytes(std::span(content)));
  PageNetwork loaded(std::move(model.network));
  loaded.metadata_ = std::move(model.metadata);
  return loaded;
}

val PageNetwork::metadata() const {
  val object = val::object();
  for (const auto& [key, value] : metadata_) object.set(key, value);
  return object;
}

void PageNetwork::initialize(double seed, const std::string& scheme) {
  network_.initialize(static_cast<std::uint64_t>(seed), meaning_of(initialization_words, scheme, "initialization"));
}

void PageNetwork::set_normalization(const val& mean, const val& deviation) {
  network_.set_normalization({emscripten::convertJSArrayToNumberVector<float>(mean),
                              emscripten::convertJSArrayToNumberVector<float>(deviation)});
}

void PageNetwork::whiten(const val& pixels) {
  const Pixels images(pixels);
  lenetpp::whiten(network_, images.as_images(network_.architecture().input));
}

val PageNetwork::normalization() const {
  const auto& [mean, deviation] = network_.normalization();
  if (mean.empty()) return val::null();
  val object = val::object();
  object.set("mean", to_array(mean));
  object.set("deviation", to_array(deviation));
  return object;
}

val PageNetwork::parameters() const {
  val array = val::array();
  for (std::size_t i = 0; i < network_.parameter_shapes().size(); ++i) {
    const ParameterShape& shape = network_.parameter_shapes()[i];
    val entry = val::object();
    entry.set("name", shape.name);
    entry.set("layer", static_cast<double>(shape.layer));
    entry.set("isBias", shape.is_bias);
    entry.set("shape", to_array(std::span<const std::size_t>(shape.dimensions)));
    entry.set("values", to_array(std::span<const float>(network_.parameter(i))));
    array.call<void>("push", entry);
  }
  return array;
}

void PageNetwork::set_parameter(const std::string& name, const val& values) {
  const auto& shapes = network_.parameter_shapes();
  const auto shape = std::find_if(shapes.begin(), shapes.end(), [&](const auto& one) { return one.name == name; });
  if (shape == shapes.end()) throw std::invalid_argument("parameter: the network has none named \"" + name + "\"");
  network_.set_parameter(static_cast<std::size_t>(shape - shapes.begin()),
                         emscripten::convertJSArrayToNumberVector<float>(values));
}

std::string PageNetwork::digest() const {
  Sha256 digest;
  for (std::size_t i = 0; i < network_.parameter_shapes().size(); ++i) add_bytes(digest, network_.parameter(i));
  for (std::size_t i = 0; i < network_.state_shapes().size(); ++i) add_bytes(digest, network_.state(i));
  return digest.hex_digest();
}

val PageNetwork::saved(const val& metadata) const {
  std::map<std::string, std::string> texts;
  const auto keys = emscripten::vecFromJSArray<std::string>(val::global("Object").call<val>("keys", metadata));
  for (const std::string& key : keys) texts[key] = metadata[key].as<std::string>();
  save_model(model_path, network_, texts);
  std::ifstream file(model_path, std::ios::binary);
  const std::vector<char> content(std::istreambuf_iterator<char>(file), {});
  std::filesystem::remove(model_path);
  const std::span<const char> view(content);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(view.data());
  return val(emscripten::typed_memory_view(view.size(), bytes)).call<val>("slice");
}

val PageNetwork::outputs(const val& pixels) const {
  const Pixels images(pixels);
  return to_array(lenetpp::outputs(network_, images.as_images(network_.architecture().input)));
}

val PageNetwork::probabilities(const val& pixels) const {
  const Pixels images(pixels);
  const auto shares = predict_probabilities(network_, images.as_images(network_.architecture().input));
  return to_array(std::span<const double>(shares));
}

val PageNetwork::layer_outputs(const val& pixels) const {
  const Pixels image(pixels);
  val array = val::array();
  const std::vector<Shape> shapes = network_.architecture().output_shapes();
  for (std::size_t count = 1; count <= shapes.size(); ++count) {
    val layer = val::object();
    layer.set("shape", to_array(shapes[count - 1]));
    const Images images = image.as_images(network_.architecture().input);
    layer.set("values", to_array(lenetpp::outputs(cut_off(network_, count), images)));
    array.call<void>("push", layer);
  }
  return array;
}

val PageNetwork::evaluate(const val& pixels, const val& labels, const std::string& loss) const {
  const Pixels images(pixels);
  UnitActivity activity(network_.architecture());
  const Evaluation evaluation =
      lenetpp::evaluate(network_, images.as_images(network_.architecture().input), labels_of(labels),
                        meaning_of(loss_words, loss, "loss"), 1, &activity);
  val result = val::object();
  result.set("loss", evaluation.loss);
  result.set("correct", static_cast<double>(evaluation.correct));
  result.set("predictions", to_array(std::span<const std::int32_t>(evaluation.predictions)));
  result.set("deadUnits", shares_of(activity.dead_units()));
  result.set("saturatedUnits", shares_of(activity.saturated_units()));
  return result;
}

val PageNetwork::correct_without_filters(int layer, const val& pixels, const val& labels) const {
  const Architecture& architecture = network_.architecture();
  const auto* convolution = layer >= 0 && layer < static_cast<int>(architecture.layers.size())
                                ? std::get_if<Conv2D>(&architecture.layers[static_cast<std::size_t>(layer)])
                                : nullptr;
  if (convolution == nullptr) {
    throw std::invalid_argument("layer: expected that of a convolution, got " + std::to_string(layer));
  }
  // Behind a pooling there are fewer outputs, and what is zero stays so.
  std::size_t count = static_cast<std::size_t>(layer) + 1;
  if (count < architecture.layers.size()) {
    const Layer& next = architecture.layers[count];
    if (std::holds_alternative<MaxPool2D>(next) || std::holds_alternative<AvgPool2D>(next)) ++count;
  }
  const std::vector<std::int32_t> classes = labels_of(labels);
  const Shape shape = architecture.output_shapes()[count - 1];
  std::vector<float> planes = lenetpp::outputs(cut_off(network_, count), Pixels(pixels).as_images(architecture.input));
  const Network last = behind(network_, count);
  const auto filters = static_cast<std::size_t>(convolution->filters);
  const std::size_t all_planes = static_cast<std::size_t>(shape.planes), size = shape.size() / all_planes;
  std::vector<std::size_t> correct(filters);
  std::vector<float> silenced;
  for (std::size_t filter = 0; filter < filters; ++filter) {
    silenced = planes;
    for (std::size_t plane = 0; plane < classes.size() * all_planes; ++plane) {
      if (plane % all_planes % filters == filter)
        std::fill_n(silenced.begin() + static_cast<int>(plane * size), size, 0.0f);
    }
    const auto predicted = predict(last, Images(std::span<const float>(silenced), shape));
    for (std::size_t i = 0; i < classes.size(); ++i) correct[filter] += predicted[i] == classes[i];
  }
  return to_array(std::span<const std::size_t>(correct));
}

}  // namespace lenetpp::page
