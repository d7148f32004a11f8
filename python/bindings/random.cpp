#include <lenetpp/random.h>

#include "arguments.h"
#include "topics.h"

namespace lenetpp::python {
namespace {

Purpose purpose_of(py::handle value) {
  return static_cast<Purpose>(
      checked_integer(value, "purpose", py::int_(1), py::int_(static_cast<int>(last_purpose))).cast<std::uint32_t>());
}

}  // namespace

void register_random(py::module_& module) {
  module.def(
      "random_words",
      [](const py::object& seed, const py::object& purpose, const py::object& epoch, const py::object& index) {
        const auto words = random_words(integer<std::uint64_t>(seed, "seed"), purpose_of(purpose),
                                        integer<std::uint32_t>(epoch, "epoch"), integer<std::uint64_t>(index, "index"));
        return py::make_tuple(words[0], words[1], words[2], words[3]);
      },
      py::arg("seed"), py::arg("purpose"), py::arg("epoch"), py::arg("index"));

  module.def(
      "random_order",
      [](const py::object& seed, const py::object& purpose, const py::object& epoch, const py::object& count) {
        const auto seed_value = integer<std::uint64_t>(seed, "seed");
        const auto purpose_value = purpose_of(purpose);
        const auto epoch_value = integer<std::uint32_t>(epoch, "epoch");
        const auto count_value = integer<std::size_t>(count, "count");
        return to_array(without_gil([&] { return random_order(seed_value, purpose_value, epoch_value, count_value); }));
      },
      py::arg("seed"), py::arg("purpose"), py::arg("epoch"), py::arg("count"));
}

}  // namespace lenetpp::python
