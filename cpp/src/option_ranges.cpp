#include "option_ranges.h"

#include <cmath>

#include "network/number_text.h"
#include "require.h"

namespace lenetpp {
namespace {

bool contains(const NumberRange& range, double number) {
  return std::isfinite(number) && !(range.at_least && number < *range.at_least) &&
         !(range.above && number <= *range.above) && !(range.at_most && number > *range.at_most) &&
         !(range.below && number >= *range.below);
}

/// As Python's messages say it: "in [0, 1)", "at least 0".
std::string text_of(const NumberRange& range) {
  const std::string low = number_text(range.at_least ? *range.at_least : range.above.value_or(0));
  if (!range.at_most && !range.below) return (range.at_least ? "at least " : "above ") + low;
  const std::string high = number_text(range.at_most ? *range.at_most : range.below.value_or(0));
  return "in " + ((range.at_least ? "[" : "(") + low) + ", " + high + (range.at_most ? "]" : ")");
}

}  // namespace

void check_range(const NumberRange& range, double given, const char* name) {
  require(contains(range, given),
          std::string(name) + ": expected a number " + text_of(range) + ", got " + number_text(given));
}

}  // namespace lenetpp
