#include <lenetpp/class_names.h>

#include <algorithm>
#include <stdexcept>

#include "files/json.h"

namespace lenetpp {

ClassNames::ClassNames(std::vector<std::string> names) : names_(std::move(names)) {
  for (auto name = names_.begin(); name != names_.end(); ++name) {
    const std::string which = "classes: the name of class " + std::to_string(name - names_.begin());
    if (name->empty()) throw std::invalid_argument(which + " is empty");
    if (find_invalid_utf8(*name)) throw std::invalid_argument(which + " is not UTF-8");
    if (const auto first = std::find(names_.begin(), name, *name); first != name) {
      throw std::invalid_argument(which + " is that of class " + std::to_string(first - names_.begin()) +
                                  " too: " + json_excerpt(*name));
    }
  }
}

const std::string& ClassNames::at(std::size_t index) const {
  if (index < names_.size()) return names_[index];
  throw std::out_of_range("class " + std::to_string(index) + ": there are names of " + std::to_string(names_.size()) +
                          " classes");
}

std::optional<std::size_t> ClassNames::find(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

}  // namespace lenetpp
