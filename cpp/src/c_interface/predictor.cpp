#include <algorithm>

#include "c_interface/handles.h"

using namespace lenetpp;
using namespace lenetpp::c;

namespace {

/// Copies what answer(predictor, images) returns into `values`.
template <class T, class Answer>
lenetpp_status answer(lenetpp_predictor* predictor, const lenetpp_images& images, T* values, const char* name,
                      const Answer& answer_of) noexcept {
  return status_of([&] {
    auto& [model, own] = required(predictor, "predictor");
    T& first = required(values, name);
    const auto all = answer_of(own, view_of(images, model->network));
    std::copy(all.begin(), all.end(), &first);
  });
}

}  // namespace

lenetpp_predictor* lenetpp_predictor_new(const lenetpp_network* network, int threads) {
  return result_of<lenetpp_predictor*>(nullptr, [&] {
    return std::make_unique<lenetpp_predictor>(required(network, "network").model, threads).release();
  });
}

void lenetpp_predictor_free(lenetpp_predictor* predictor) { delete predictor; }

lenetpp_status lenetpp_predictor_classes(lenetpp_predictor* predictor, lenetpp_images images, int32_t* classes) {
  return answer(predictor, images, classes, "classes",
                [](Predictor& own, const Images& view) { return own.predict(view); });
}

lenetpp_status lenetpp_predictor_probabilities(lenetpp_predictor* predictor, lenetpp_images images,
                                               double* probabilities) {
  return answer(predictor, images, probabilities, "probabilities",
                [](Predictor& own, const Images& view) { return own.predict_probabilities(view); });
}

lenetpp_status lenetpp_predictor_outputs(lenetpp_predictor* predictor, lenetpp_images images, float* outputs) {
  return answer(predictor, images, outputs, "outputs",
                [](Predictor& own, const Images& view) { return own.outputs(view); });
}
