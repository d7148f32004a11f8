#include <lenetpp/model_file.h>
#include <lenetpp/runtime.h>

#include <cmath>
#include <exception>
#include <limits>
#include <memory>
#include <stdexcept>

#include "files/json.h"
#include "files/safetensors.h"
#include "network/number_text.h"
#include "network/text_cursor.h"
#include "strict_arithmetic.h"

namespace lenetpp {
namespace {

constexpr const char* reserved = "lenetpp.";
constexpr const char* network_key = "lenetpp.network";
constexpr const char* numerics_key = "lenetpp.numerics";
/// What a reader may expect; with 2 there is a digest, with 3 the normalization is in the metadata, so that the tensors
/// are what other programs call the state of a network. Files of before have no such key.
constexpr const char* format_key = "lenetpp.format";
constexpr const char* format = "3";
constexpr const char* format_with_tensors = "2";
/// Not reserved: it is Python's word, too.
constexpr const char* classes_key = "classes";
constexpr const char* mean_key = "lenetpp.mean";
constexpr const char* deviation_key = "lenetpp.deviation";
/// Where the normalization is in files of before.
constexpr const char* mean_name = "normalization.mean";
constexpr const char* deviation_name = "normalization.deviation";

std::string shape_text(const std::vector<std::size_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

void require_finite(const std::string& name, const std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      throw std::invalid_argument("network: value " + std::to_string(i) + " of " + name +
                                  " is not a finite number (has its training diverged?); such a model is not saved");
    }
  }
}

/// Whether the file has a digest, with which it agrees. Older files have none; but they have no key beside those two
/// either, so that damage to the digest's key does not make a file look old.
bool check_digest(SafetensorsFile& file) {
  if (file.check_digest()) {
    const auto given = file.metadata().find(format_key);
    const std::string found = given == file.metadata().end() ? "" : given->second;
    if (found != format && found != format_with_tensors) {
      file.fail("metadata " + json_quoted(format_key) + ": expected " + json_quoted(format) + ", found " +
                json_excerpt(found) + ": written by another version of lenetpp; read it with that");
    }
    return true;
  }
  for (const auto& [key, value] : file.metadata()) {
    if (key.starts_with(reserved) && key != network_key && key != numerics_key) {
      file.fail("its metadata have " + json_excerpt(key) + ", but no " + json_quoted(digest_key) +
                ": damaged, or changed by another program; take it from a copy, or save the network again");
    }
  }
  return false;
}

Architecture read_architecture(const SafetensorsFile& file) {
  const auto text = file.metadata().find(network_key);
  if (text == file.metadata().end()) {
    file.fail("its metadata have no " + json_quoted(network_key) + ", the network's text: not a model of lenetpp");
  }
  try {
    return Architecture::parse(text->second);
  } catch (const ParseError& error) {
    file.fail("metadata " + json_quoted(network_key) + ": " + error.what());
  }
}

std::string numbers_text(const std::vector<float>& values) {
  std::string text;
  for (const float value : values) text += (text.empty() ? "" : " ") + number_text(static_cast<double>(value));
  return text;
}

/// The numbers of a text in the metadata.
std::vector<float> read_numbers(const SafetensorsFile& file, const char* key) {
  const auto entry = file.metadata().find(key);
  const std::string text = entry == file.metadata().end() ? "" : entry->second;
  std::vector<float> values;
  try {
    TextCursor cursor(text);
    for (cursor.skip_space(); !cursor.at_end(); cursor.skip_space()) {
      const TextCursor start = cursor;
      const double value = cursor.number("one number a plane");
      if (std::abs(value) > static_cast<double>(std::numeric_limits<float>::max())) {
        start.fail_expecting("a number that float32 holds");
      }
      values.push_back(static_cast<float>(value));
    }
  } catch (const ParseError& error) {
    file.fail("metadata " + json_quoted(key) + ": " + error.what());
  }
  return values;
}

/// Whether the normalization is in the metadata, or in tensors, as in files of before.
enum class NormalizationPlace { none, metadata, tensors };

NormalizationPlace normalization_place(const SafetensorsFile& file) {
  if (file.metadata().contains(mean_key) || file.metadata().contains(deviation_key)) {
    return NormalizationPlace::metadata;
  }
  const bool in_tensors = file.entries().contains(mean_name) || file.entries().contains(deviation_name);
  return in_tensors ? NormalizationPlace::tensors : NormalizationPlace::none;
}

/// Of a file that has one.
Normalization read_normalization(SafetensorsFile& file, NormalizationPlace place) {
  if (place == NormalizationPlace::tensors) return {file.read_values(mean_name), file.read_values(deviation_name)};
  return {read_numbers(file, mean_key), read_numbers(file, deviation_key)};
}

/// The tensors that a model must have, by name.
std::map<std::string, std::vector<std::size_t>> expected_shapes(const Architecture& architecture,
                                                                NormalizationPlace normalization) {
  std::map<std::string, std::vector<std::size_t>> shapes;
  for (const ParameterShape& parameter : architecture.parameter_shapes()) shapes[parameter.name] = parameter.dimensions;
  for (const StateShape& state : architecture.state_shapes()) shapes[state.name] = state.dimensions;
  if (normalization == NormalizationPlace::tensors) {
    const std::vector<std::size_t> one_a_plane{static_cast<std::size_t>(architecture.input.planes)};
    shapes[mean_name] = one_a_plane;
    shapes[deviation_name] = one_a_plane;
  }
  return shapes;
}

void check_tensors(const SafetensorsFile& file, const std::map<std::string, std::vector<std::size_t>>& expected) {
  for (const auto& [name, shape] : expected) {
    const auto entry = file.entries().find(name);
    if (entry == file.entries().end()) file.fail("tensor \"" + name + "\" is missing");
    if (entry->second.shape != shape) {
      file.fail("tensor \"" + name + "\": shape is " + shape_text(entry->second.shape) + ", but its network needs " +
                shape_text(shape));
    }
  }
  for (const auto& [name, entry] : file.entries()) {
    if (!expected.contains(name)) file.fail("tensor " + json_excerpt(name) + " is not part of its network");
  }
}

/// The names as a list in JSON, as Python writes them.
std::string names_text(const ClassNames& classes) {
  std::string text;
  for (const std::string& name : classes) text += (text.empty() ? "[" : ", ") + json_quoted(name);
  return text + "]";
}

/// Throws std::invalid_argument unless there is one name an output.
void check_count(const ClassNames& classes, std::size_t outputs) {
  if (classes.size() == outputs) return;
  throw std::invalid_argument("classes: expected one name for each of the " + std::to_string(outputs) +
                              " outputs, got " + std::to_string(classes.size()));
}

/// Those that the metadata have, if any.
ClassNames read_classes(const SafetensorsFile& file, std::size_t outputs) {
  const auto entry = file.metadata().find(classes_key);
  if (entry == file.metadata().end()) return {};
  try {
    const JsonValue value = parse_json(entry->second);
    const auto* list = std::get_if<JsonArray>(&value.value);
    std::vector<std::string> names;
    if (list == nullptr) throw std::invalid_argument("expected a list of names");
    for (const JsonValue& name : *list) {
      const auto* text = std::get_if<std::string>(&name.value);
      if (text == nullptr) throw std::invalid_argument("expected a list of names");
      names.push_back(*text);
    }
    ClassNames classes(std::move(names));
    check_count(classes, outputs);
    return classes;
  } catch (const std::exception& error) {
    file.fail("metadata " + json_quoted(classes_key) + ": " + error.what());
  }
}

Model read_model(SafetensorsFile file) {
  const bool has_digest = check_digest(file);
  const Architecture architecture = read_architecture(file);
  const NormalizationPlace normalization = normalization_place(file);
  // Before the network is built: its memory is then no larger than the file.
  check_tensors(file, expected_shapes(architecture, normalization));

  Model model{Network(architecture), file.metadata(), has_digest, {}};
  model.classes = read_classes(file, model.network.outputs());
  std::erase_if(model.metadata, [](const auto& item) { return item.first.starts_with(reserved); });
  for (std::size_t index = 0; index < model.network.parameter_shapes().size(); ++index) {
    model.network.set_parameter(index, file.read_values(model.network.parameter_shapes()[index].name));
  }
  for (std::size_t index = 0; index < model.network.state_shapes().size(); ++index) {
    const std::vector<float> values = file.read_values(model.network.state_shapes()[index].name);
    try {
      model.network.set_state(index, values);
    } catch (const std::invalid_argument& error) {
      file.fail(error.what());
    }
  }
  if (normalization != NormalizationPlace::none) {
    try {
      model.network.set_normalization(read_normalization(file, normalization));
    } catch (const std::invalid_argument& error) {
      file.fail(error.what());
    }
  }
  return model;
}

}  // namespace

void save_model(const std::filesystem::path& path, const Network& network, const Metadata& metadata) {
  if (!network.initialized()) throw std::logic_error("network: it has no weights yet; initialize or train it first");
  Metadata all_metadata = metadata;
  for (const auto& [key, value] : metadata) {
    if (key.starts_with(reserved)) {
      throw std::invalid_argument("metadata: the key " + json_excerpt(key) +
                                  " is reserved; keys must not begin with \"" + reserved + "\"");
    }
  }
  all_metadata[network_key] = network.text();
  all_metadata[format_key] = format;
  all_metadata[numerics_key] = std::to_string(numerics_version());
  if (const Normalization& normalization = network.normalization(); !normalization.mean.empty()) {
    all_metadata[mean_key] = numbers_text(normalization.mean);
    all_metadata[deviation_key] = numbers_text(normalization.deviation);
  }

  std::vector<Tensor> tensors;
  for (std::size_t index = 0; index < network.parameter_shapes().size(); ++index) {
    const ParameterShape& shape = network.parameter_shapes()[index];
    require_finite(shape.name, network.parameter(index));
    tensors.push_back({shape.name, shape.dimensions, [&network, index] { return network.parameter(index); }});
  }
  for (std::size_t index = 0; index < network.state_shapes().size(); ++index) {
    const StateShape& shape = network.state_shapes()[index];
    require_finite(shape.name, network.state(index));
    tensors.push_back({shape.name, shape.dimensions, [&network, index] { return network.state(index); }});
  }
  write_safetensors(path, tensors, all_metadata);
}

void save_model(const std::filesystem::path& path, const Model& model) {
  Metadata metadata = model.metadata;
  if (!model.classes.empty()) {
    check_count(model.classes, model.network.outputs());
    metadata[classes_key] = names_text(model.classes);
  }
  save_model(path, model.network, metadata);
}

Model load_model(const std::filesystem::path& path) {
  return read_model(SafetensorsFile(path_text(path), std::make_unique<InputFile>(path)));
}

Model load_model(std::span<const std::byte> bytes) {
  return read_model(SafetensorsFile("the model in memory", std::make_unique<MemoryBytes>(bytes)));
}

}  // namespace lenetpp
