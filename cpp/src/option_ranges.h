// Which numbers options can be.
#pragma once

#include <lenetpp/words.h>

namespace lenetpp {

/// Throws std::invalid_argument unless `given` is in the range.
void check_range(const NumberRange& range, double given, const char* name);

/// The same for all numbers among some options.
template <class Options>
void check_ranges(const Options& options) {
  for_each_option(options, []([[maybe_unused]] const char* name, [[maybe_unused]] const auto& option,
                              const auto&... range) { (check_range(range, static_cast<double>(option), name), ...); });
}

}  // namespace lenetpp
