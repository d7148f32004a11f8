#include <lenetpp/augmentation.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "arguments.h"
#include "shared_network.h"
#include "topics.h"
#include "training_options.h"

namespace lenetpp::python {
namespace {

py::array augmented(const std::shared_ptr<SharedNetwork<float>>& network, const py::object& pixels,
                    const py::object& seed, const py::object& epoch, const py::object& index,
                    const py::kwargs& keywords) {
  const Augmentation augmentation = augmentation_of(keywords);
  const Shape& shape = network->network.architecture().input;
  const Reading reading(network->use);
  const std::vector<float> image =
      augmented_image(network->network, images(pixels, shape), augmentation, integer<std::uint64_t>(seed, "seed"),
                      integer<std::uint32_t>(epoch, "epoch"), integer<std::size_t>(index, "index"));
  return to_array(image, {static_cast<std::size_t>(shape.planes), static_cast<std::size_t>(shape.height),
                          static_cast<std::size_t>(shape.width)});
}

}  // namespace

void register_augmented_image(py::module_& module) {
  module.def("augmented_image", augmented, py::arg("network"), py::arg("images"), py::kw_only(), py::arg("seed"),
             py::arg("epoch"), py::arg("index"));
}

}  // namespace lenetpp::python
