// What JavaScript calls: names in its own manner, every exception an Error of its own.
#include <emscripten/bind.h>
#include <lenetpp/runtime.h>

#include "network.h"
#include "training.h"
#include "values.h"

namespace lenetpp::page {
namespace {

/// `function` with JavaScript's errors, as something that embind can bind.
template <auto function>
struct WithErrors;

template <class Result, class... Arguments, Result (*function)(Arguments...)>
struct WithErrors<function> {
  static Result call(Arguments... arguments) {
    return with_errors([&] { return function(arguments...); });
  }
};
template <class Self, class Result, class... Arguments, Result (Self::*function)(Arguments...)>
struct WithErrors<function> {
  static Result call(Self& self, Arguments... arguments) {
    return with_errors([&] { return (self.*function)(arguments...); });
  }
};
template <class Self, class Result, class... Arguments, Result (Self::*function)(Arguments...) const>
struct WithErrors<function> {
  static Result call(Self& self, Arguments... arguments) {
    return with_errors([&] { return (self.*function)(arguments...); });
  }
};

PageNetwork* parsed(const std::string& text) { return new PageNetwork(Network::parse(text)); }
PageNetwork* loaded(const val& bytes) { return new PageNetwork(PageNetwork::loaded(bytes)); }
PageTraining* training(PageNetwork& network, const val& pixels, const val& labels, const val& weights,
                       const val& settings) {
  return new PageTraining(network, pixels, labels, weights, settings);
}

std::vector<std::string> instruction_sets() { return available_instruction_sets(); }

}  // namespace

EMSCRIPTEN_BINDINGS(lenetpp) {
  using namespace emscripten;

  function("numericsVersion", &numerics_version);
  function("version", +[] { return std::string(version()); });
  // Empty where the module's multiply-add rounds twice.
  function("instructionSets", +[] { return val::array(instruction_sets()); });
  function("described", &WithErrors<&described>::call);

  class_<PageNetwork>("Network")
      .class_function("parse", &WithErrors<&parsed>::call, return_value_policy::take_ownership())
      .class_function("load", &WithErrors<&loaded>::call, return_value_policy::take_ownership())
      .property("text", &PageNetwork::text)
      .function("metadata", &WithErrors<&PageNetwork::metadata>::call)
      .function("initialize", &WithErrors<&PageNetwork::initialize>::call)
      .function("setNormalization", &WithErrors<&PageNetwork::set_normalization>::call)
      .function("whiten", &WithErrors<&PageNetwork::whiten>::call)
      .function("normalization", &WithErrors<&PageNetwork::normalization>::call)
      .function("parameters", &WithErrors<&PageNetwork::parameters>::call)
      .function("setParameter", &WithErrors<&PageNetwork::set_parameter>::call)
      .function("digest", &WithErrors<&PageNetwork::digest>::call)
      .function("save", &WithErrors<&PageNetwork::saved>::call)
      .function("outputs", &WithErrors<&PageNetwork::outputs>::call)
      .function("probabilities", &WithErrors<&PageNetwork::probabilities>::call)
      .function("layerOutputs", &WithErrors<&PageNetwork::layer_outputs>::call)
      .function("evaluate", &WithErrors<&PageNetwork::evaluate>::call)
      .function("correctWithoutFilters", &WithErrors<&PageNetwork::correct_without_filters>::call);

  class_<PageTraining>("Training")
      .class_function("start", &WithErrors<&training>::call, return_value_policy::take_ownership())
      .function("train", &WithErrors<&PageTraining::train>::call)
      .function("extend", &WithErrors<&PageTraining::extend>::call)
      .function("averaged", &WithErrors<&PageTraining::averaged>::call, return_value_policy::take_ownership());

  class_<Fingerprint>("Fingerprint")
      .constructor<>()
      .function("update", &WithErrors<&Fingerprint::update>::call)
      .function("digest", &WithErrors<&Fingerprint::digest>::call);
}

}  // namespace lenetpp::page
