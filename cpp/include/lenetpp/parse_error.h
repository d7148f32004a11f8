#pragma once

#include <lenetpp/cplusplus20.h>
#include <lenetpp/export.h>

#include <cstddef>
#include <stdexcept>
#include <string>

namespace lenetpp {

/// A network's text could not be understood; `column` counts from 1.
class LENETPP_API ParseError : public std::invalid_argument {
 public:
  ParseError(const std::string& message, std::size_t column) : std::invalid_argument(message), column_(column) {}
  [[nodiscard]] std::size_t column() const { return column_; }

 private:
  std::size_t column_;
};

}  // namespace lenetpp
