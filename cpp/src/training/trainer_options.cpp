#include "training/trainer_options.h"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <string>
#include <vector>

#include "batch_checks.h"
#include "execution/distortion.h"
#include "network/text_cursor.h"
#include "option_ranges.h"
#include "require.h"

namespace lenetpp {
namespace {

std::string_view without_space(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t first = text.find_first_not_of(space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(space) + 1 - first);
}

void read(std::string_view text, const char* name, double& option) {
  TextCursor cursor(text);
  option = cursor.number(name);
  if (!cursor.at_end()) cursor.fail_expecting(std::string(name) + ", a number");
}

template <std::integral Whole>
void read(std::string_view text, const char* name, Whole& option) {
  const auto [last, error] = std::from_chars(text.data(), text.data() + text.size(), option);
  require(error == std::errc() && last == text.data() + text.size(),
          std::string(name) + ": expected a whole number, got \"" + std::string(text) + "\"");
}

void read(std::string_view text, const char* name, bool& option) {
  option = meaning_of(Words<bool, 2>{{{"true", true}, {"false", false}}}, text, name);
}
void read(std::string_view text, const char* name, Loss& option) { option = meaning_of(loss_words, text, name); }
void read(std::string_view text, const char* name, Reduction& option) {
  option = meaning_of(reduction_words, text, name);
}
void read(std::string_view text, const char* name, Optimizer& option) {
  option = meaning_of(optimizer_words, text, name);
}

}  // namespace

void check(const TrainerOptions& options, const Architecture& architecture) {
  check_ranges(options);
  require(!options.nesterov || options.momentum > 0, "nesterov: needs a momentum above 0");
  check(options.augmentation, architecture.input);
  check_threads(options.threads);
  check_loss(options.loss, architecture);
}

TrainerOptions trainer_options_of(std::string_view text) {
  TrainerOptions options;
  std::vector<std::string_view> given;
  while (!without_space(text).empty()) {
    const std::string_view one = without_space(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.size(), text.find(',') < text.size() ? text.find(',') + 1 : text.size()));
    const std::size_t sign = one.find('=');
    require(sign != one.npos, "options: expected name=value, got \"" + std::string(one) + "\"");
    const std::string_view name = without_space(one.substr(0, sign)), value = without_space(one.substr(sign + 1));
    require(std::find(given.begin(), given.end(), name) == given.end(),
            "options: " + std::string(name) + " is there twice");
    given.push_back(name);
    std::string known;
    bool found = false;
    for_each_option(options, [&](const char* candidate, auto& option, const auto&...) {
      known += (known.empty() ? "" : ", ") + std::string(candidate);
      if (name != candidate) return;
      read(value, candidate, option);
      found = true;
    });
    require(found, "options: expected one of " + known + ", got \"" + std::string(name) + "\"");
  }
  return options;
}

}  // namespace lenetpp
