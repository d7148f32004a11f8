// What a network's outputs are called.
#pragma once

#include <lenetpp/cplusplus20.h>
#include <lenetpp/export.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lenetpp {

/// One name an output, in their order: UTF-8, not empty, all different. Empty where nobody said any.
class LENETPP_API ClassNames {
 public:
  ClassNames() = default;
  /// Throws std::invalid_argument for a name that is empty, not UTF-8 or there twice.
  explicit ClassNames(std::vector<std::string> names);

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] bool empty() const { return names_.empty(); }
  /// Throws std::out_of_range.
  [[nodiscard]] const std::string& at(std::size_t index) const;
  /// The class that is called so.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  [[nodiscard]] std::vector<std::string>::const_iterator begin() const { return names_.begin(); }
  [[nodiscard]] std::vector<std::string>::const_iterator end() const { return names_.end(); }
  bool operator==(const ClassNames&) const = default;

 private:
  std::vector<std::string> names_;
};

}  // namespace lenetpp
