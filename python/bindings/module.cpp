// lenetpp._core, described by python/lenetpp/_core.pyi. It relies on the GIL (see shared_network.h).
#include "topics.h"

PYBIND11_MODULE(_core, module) {
  using namespace lenetpp::python;
  register_errors(module);
  register_runtime(module);
  register_random(module);
  register_layers(module);
  register_network(module);
  register_augmented_image(module);
  register_learning_rate(module);
  register_epoch_result(module);
  register_trainer(module);
  register_training_options(module);
  register_model_file(module);
}
