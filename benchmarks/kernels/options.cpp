#include "options.h"

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "networks.h"

const char* const usage = R"(Usage: lenetpp_kernel_benchmark [options]

Measures every kernel on every instruction set of this machine, sparse against
dense backward passes, and where the time of a training step goes.

  --filter TEXT   only rows that hold TEXT, which are named
                    kernels NETWORK KERNEL LAYER
                    sparse NETWORK LAYER
                    steps NETWORK
  --network NAME  only this network, which may also be one of the wider ones:
                    three-conv, vgg-small, alexnet-small, strided
  --seconds S     length of one measurement (0.02)
  --rounds N      measurements of each, of which the median counts (9)
  --double        float64 instead of float32
  --markdown      tables as Markdown
  --help          this

Examples: lenetpp_kernel_benchmark --filter "kernels lenet5 convolution"
          lenetpp_kernel_benchmark --network vgg-small --filter steps
          lenetpp_kernel_benchmark --filter steps --markdown
)";

namespace {

template <class Number>
Number parse_number(std::string_view option, std::string_view text, Number least, Number most, const char* expected) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  // Written so that NaN is refused too.
  if (error != std::errc() || end != text.data() + text.size() || !(number >= least && number <= most)) {
    throw std::invalid_argument(std::string(option) + ": expected " + expected + ", got \"" + std::string(text) + "\"");
  }
  return number;
}

}  // namespace

Options parse_options(int count, const char* const* arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    const auto value = [&]() -> std::string_view {
      if (i + 1 == count) throw std::invalid_argument(std::string(option) + ": expected a value behind it, got none");
      return arguments[++i];
    };
    if (option == "--filter") {
      options.filter = value();
    } else if (option == "--network") {
      options.network = value();
      networks_to_measure(options.network);  // throws where there is none
    } else if (option == "--seconds") {
      options.seconds = parse_number(option, value(), 1e-9, 3600.0, "seconds above 0, at most 3600");
    } else if (option == "--rounds") {
      options.rounds = parse_number(option, value(), 1, 1000000, "a whole number from 1 to 1000000");
    } else if (option == "--double") {
      options.use_double = true;
    } else if (option == "--markdown") {
      options.markdown = true;
    } else if (option == "--help") {
      options.help = true;
    } else {
      throw std::invalid_argument("there is no option \"" + std::string(option) + "\"; --help lists them");
    }
  }
  return options;
}
