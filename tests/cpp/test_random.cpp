#include <doctest/doctest.h>
#include <lenetpp/random.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <stdexcept>

using lenetpp::Purpose;

namespace {

struct PhiloxCase {
  std::array<std::uint32_t, 4> counter;
  std::array<std::uint32_t, 2> key;
  std::array<std::uint32_t, 4> words;
};

// The known answers of Random123 for philox4x32 with 10 rounds.
constexpr PhiloxCase known_answers[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

}  // namespace

TEST_CASE("philox gives the known answers of Random123") {
  for (const auto& [counter, key, words] : known_answers) CHECK(lenetpp::philox(counter, key) == words);
}

TEST_CASE("seed, purpose, epoch and index each have their place in counter and key") {
  const auto words =
      lenetpp::random_words(0x299f31d0a4093822, static_cast<Purpose>(0x03707344), 0x13198a2e, 0x85a308d3243f6a88);
  CHECK(words == known_answers[2].words);
}

TEST_CASE("normal numbers are those of Box and Muller, computed by mpmath from the same words") {
  struct NormalCase {
    std::uint64_t seed;
    Purpose purpose;
    std::uint32_t epoch;
    std::uint64_t index;
    std::array<double, 2> normals;
  };
  const NormalCase cases[] = {
      {1, Purpose::initial_weights, 0, 0, {-0x1.e7294071209a5p-2, 0x1.1f146dd764003p+1}},
      {1, Purpose::initial_weights, 0, 1, {-0x1.2616bef064057p-2, 0x1.287ce68616121p+1}},
      {0xfedcba9876543210, Purpose::initial_weights, 3, 0x200000007, {-0x1.18bf68e8e8099p-1, -0x1.2b0cd7a9fc79cp+0}},
      {7, Purpose::augmentation, 0xffffffff, 5, {-0x1.29bedf752c028p-1, -0x1.c7d5e3813cd1bp-3}},
  };
  for (const auto& expected : cases) {
    const auto normals = lenetpp::random_normals(expected.seed, expected.purpose, expected.epoch, expected.index);
    for (std::size_t i = 0; i < 2; ++i) CHECK(std::abs(normals[i] / expected.normals[i] - 1) < 1e-15);
  }
}

TEST_CASE("normal numbers have the moments of the normal distribution") {
  constexpr int pairs = 50000;
  std::array<double, 5> moments{};
  for (std::uint64_t index = 0; index < pairs; ++index) {
    for (const double normal : lenetpp::random_normals(42, Purpose::initial_weights, 0, index)) {
      double power = 1;
      for (double& moment : moments) {
        moment += power / (2 * pairs);
        power *= normal;
      }
    }
  }
  // Five deviations of each mean over 100,000 draws.
  CHECK(std::abs(moments[1] - 0) < 5 * std::sqrt(1 / 1e5));
  CHECK(std::abs(moments[2] - 1) < 5 * std::sqrt(2 / 1e5));
  CHECK(std::abs(moments[3] - 0) < 5 * std::sqrt(15 / 1e5));
  CHECK(std::abs(moments[4] - 3) < 5 * std::sqrt(96 / 1e5));
}

TEST_CASE("an order is the one that the float64 reference in Python computes") {
  using Order = std::vector<std::uint32_t>;
  CHECK(lenetpp::random_order(1, Purpose::order, 0, 10) == Order{1, 9, 8, 3, 4, 0, 5, 7, 6, 2});
  CHECK(lenetpp::random_order(1, Purpose::order, 1, 10) == Order{4, 1, 2, 0, 6, 3, 5, 9, 7, 8});
  CHECK(lenetpp::random_order(0xffffffffffffffff, Purpose::selection, 5, 10) == Order{7, 2, 0, 8, 5, 1, 4, 9, 3, 6});
}

TEST_CASE("an order holds every index once") {
  for (const std::size_t count : {0, 1, 2, 3, 1000}) {
    auto order = lenetpp::random_order(3, Purpose::order, 0, count);
    std::vector<std::uint32_t> expected(count);
    std::iota(expected.begin(), expected.end(), 0u);
    std::sort(order.begin(), order.end());
    CHECK(order == expected);
  }
}

TEST_CASE("all orders of four are equally likely") {
  std::map<std::vector<std::uint32_t>, int> counts;
  constexpr std::uint32_t draws = 24000;
  for (std::uint32_t epoch = 0; epoch < draws; ++epoch) ++counts[lenetpp::random_order(9, Purpose::order, epoch, 4)];
  REQUIRE(counts.size() == 24);
  double chi_square = 0;
  for (const auto& [order, count] : counts) chi_square += (count - 1000.0) * (count - 1000.0) / 1000.0;
  CHECK(chi_square < 49.7);  // 23 degrees of freedom: one in a thousand
}

TEST_CASE("an order of more indices than 32 bits can name is refused") {
  if constexpr (sizeof(std::size_t) > 4) {
    CHECK_THROWS_AS(static_cast<void>(lenetpp::random_order(1, Purpose::order, 0, std::size_t{1} << 32)),
                    std::invalid_argument);
  }
}
