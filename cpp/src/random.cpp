#include <lenetpp/random.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

#include "mathematics.h"

namespace lenetpp {
namespace {

struct Product {
  std::uint32_t high;
  std::uint32_t low;
};

Product multiply(std::uint32_t a, std::uint32_t b) {
  const std::uint64_t product = std::uint64_t{a} * b;
  return {static_cast<std::uint32_t>(product >> 32), static_cast<std::uint32_t>(product)};
}

std::uint32_t low_word(std::uint64_t value) { return static_cast<std::uint32_t>(value); }
std::uint32_t high_word(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }

/// A multiple of 2^-53 in (0, 1]: never zero, whose logarithm does not exist.
double uniform(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 11;
  return static_cast<double>(bits + 1) * 0x1p-53;
}

}  // namespace

std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const Product even = multiply(0xD2511F53, counter[0]);
    const Product odd = multiply(0xCD9E8D57, counter[2]);
    counter = {odd.high ^ counter[1] ^ key[0], odd.low, even.high ^ counter[3] ^ key[1], even.low};
    key[0] += 0x9E3779B9;  // the fraction of the golden ratio
    key[1] += 0xBB67AE85;  // and of the square root of 3
  }
  return counter;
}

std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint32_t epoch,
                                          std::uint64_t index) {
  return philox({low_word(index), high_word(index), epoch, static_cast<std::uint32_t>(purpose)},
                {low_word(seed), high_word(seed)});
}

std::array<double, 2> random_normals(std::uint64_t seed, Purpose purpose, std::uint32_t epoch, std::uint64_t index) {
  const auto words = random_words(seed, purpose, epoch, index);
  const double radius = std::sqrt(-2.0 * natural_logarithm(uniform(words[0], words[1])));
  const auto [sine, cosine] = sine_and_cosine_of_turns(uniform(words[2], words[3]));
  return {radius * cosine, radius * sine};
}

std::vector<std::uint32_t> random_order(std::uint64_t seed, Purpose purpose, std::uint32_t epoch, std::size_t count) {
  if (count > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("count: " + std::to_string(count) + " is too large; at most 2^32 - 1 can be ordered");
  }
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  for (std::size_t place = count; place-- > 1;) {
    // floor(word (place + 1) / 2^32) takes each value of 0..place with a probability that differs from
    // 1 / (place + 1) by less than 2^-32: for 60,000 images, 14 parts in a million of that probability.
    const std::uint32_t word = random_words(seed, purpose, epoch, place)[0];
    const std::uint32_t partner = multiply(word, static_cast<std::uint32_t>(place + 1)).high;
    std::swap(order[place], order[partner]);
  }
  return order;
}

}  // namespace lenetpp
