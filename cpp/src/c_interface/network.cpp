#include <lenetpp/words.h>

#include <cstring>
#include <string_view>
#include <utility>

#include "c_interface/handles.h"

using namespace lenetpp;
using namespace lenetpp::c;

namespace {

std::filesystem::path path_of(const char* text) {
  const std::string_view bytes = &required(text, "path");
  return std::u8string(bytes.begin(), bytes.end());
}

/// Calls use(model) where there is a network.
template <class Result, class Use>
Result of_model(const lenetpp_network* network, Result otherwise, const Use& use) noexcept {
  return result_of(otherwise, [&] { return use(*required(network, "network").model); });
}

template <class Use>
lenetpp_status with_model(const lenetpp_network* network, const Use& use) noexcept {
  return status_of([&] { use(*required(network, "network").model); });
}

template <class Make>
lenetpp_network* made(const Make& make) noexcept {
  return result_of<lenetpp_network*>(nullptr, [&] { return std::make_unique<lenetpp_network>(make()).release(); });
}

}  // namespace

lenetpp_network* lenetpp_network_parse(const char* text) {
  return made([&] { return Model{Network::parse(&required(text, "text")), {}, false, {}}; });
}

lenetpp_network* lenetpp_network_load(const char* path) {
  return made([&] { return load_model(path_of(path)); });
}

lenetpp_network* lenetpp_network_load_bytes(const void* bytes, size_t size) {
  return made([&] { return load_model(std::span(&required(static_cast<const std::byte*>(bytes), "bytes"), size)); });
}

lenetpp_network* lenetpp_network_copy(const lenetpp_network* network) {
  return made([&] { return *required(network, "network").model; });
}

void lenetpp_network_free(lenetpp_network* network) { delete network; }

lenetpp_status lenetpp_network_save(const lenetpp_network* network, const char* path) {
  return with_model(network, [&](const Model& model) { save_model(path_of(path), model); });
}

lenetpp_status lenetpp_network_initialize(lenetpp_network* network, uint64_t seed, const char* scheme) {
  return with_model(network, [&](Model& model) {
    model.network.initialize(seed, meaning_of(initialization_words, &required(scheme, "scheme"), "scheme"));
  });
}

lenetpp_status lenetpp_network_set_normalization(lenetpp_network* network, const float* mean, const float* deviation,
                                                 size_t planes) {
  return with_model(network, [&](Model& model) {
    const auto expected = static_cast<std::size_t>(model.network.architecture().input.planes);
    if (planes != expected) {  // before so many are read
      throw std::invalid_argument("planes: expected " + std::to_string(expected) + ", got " + std::to_string(planes));
    }
    const float *means = &required(mean, "mean"), *deviations = &required(deviation, "deviation");
    model.network.set_normalization({{means, means + planes}, {deviations, deviations + planes}});
  });
}

const char* lenetpp_network_text(const lenetpp_network* network) {
  return result_of<const char*>(nullptr, [&] { return required(network, "network").text.c_str(); });
}

lenetpp_status lenetpp_network_input(const lenetpp_network* network, int shape[3]) {
  return with_model(network, [&](const Model& model) {
    const auto& [planes, height, width] = model.network.architecture().input;
    required(shape, "shape");
    shape[0] = planes, shape[1] = height, shape[2] = width;
  });
}

size_t lenetpp_network_outputs(const lenetpp_network* network) {
  return of_model<size_t>(network, 0, [](const Model& model) { return model.network.outputs(); });
}

const char* lenetpp_network_class_name(const lenetpp_network* network, size_t index) {
  return of_model<const char*>(network, nullptr, [&](const Model& model) { return model.classes.at(index).c_str(); });
}

lenetpp_status lenetpp_network_set_class_names(lenetpp_network* network, const char* const* names, size_t count) {
  return with_model(network, [&](Model& model) {
    if (count != model.network.outputs()) {
      throw std::invalid_argument("count: expected one name for each of the " +
                                  std::to_string(model.network.outputs()) + " outputs, got " + std::to_string(count));
    }
    std::vector<std::string> texts;
    texts.reserve(count);
    for (size_t i = 0; i < count; ++i) texts.emplace_back(&required((&required(names, "names"))[i], "names"));
    model.classes = ClassNames(std::move(texts));
  });
}

size_t lenetpp_network_parameters(const lenetpp_network* network) {
  return of_model<size_t>(network, 0, [](const Model& model) { return model.network.parameter_shapes().size(); });
}

const char* lenetpp_network_parameter_name(const lenetpp_network* network, size_t index) {
  return of_model<const char*>(network, nullptr, [&](const Model& model) {
    return item_of(model.network.parameter_shapes(), index, "index").name.c_str();
  });
}

size_t lenetpp_network_parameter_size(const lenetpp_network* network, size_t index) {
  return of_model<size_t>(
      network, 0, [&](const Model& model) { return item_of(model.network.parameter_shapes(), index, "index").size(); });
}

lenetpp_status lenetpp_network_get_parameter(const lenetpp_network* network, size_t index, float* values, size_t size) {
  return with_model(network, [&](const Model& model) {
    const std::vector<float> numbers = model.network.parameter(index);
    if (size != numbers.size()) {
      throw std::invalid_argument("size: expected " + std::to_string(numbers.size()) + ", got " + std::to_string(size));
    }
    std::copy(numbers.begin(), numbers.end(), &required(values, "values"));
  });
}

lenetpp_status lenetpp_network_set_parameter(lenetpp_network* network, size_t index, const float* values, size_t size) {
  return with_model(
      network, [&](Model& model) { model.network.set_parameter(index, std::span(&required(values, "values"), size)); });
}
