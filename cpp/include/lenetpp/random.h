// Random numbers as pure functions of (seed, purpose, epoch, index): Philox4x32-10 (Salmon et al. 2011).
#pragma once

#include <lenetpp/cplusplus20.h>
#include <lenetpp/export.h>

#include <array>
#include <cstdint>
#include <vector>

namespace lenetpp {

/// What a random number is for; numbers of different purposes are independent. Values are part of the contract.
enum class Purpose : std::uint32_t {
  initial_weights = 1,
  order = 2,
  augmentation = 3,  ///< mirrored and moved images
  selection = 4,
  dropout = 5,
  geometry = 6,  ///< turned, scaled, sheared and cut images
  colours = 7,
  colour_noise = 8,
};
inline constexpr Purpose last_purpose = Purpose::colour_noise;

/// Philox4x32-10 of counter and key, as in the paper and in Random123's known answers.
LENETPP_API std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Four random words for (seed, purpose, epoch, index): counter {index low, index high, epoch, purpose}, key seed.
LENETPP_API std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint32_t epoch,
                                                      std::uint64_t index);

/// Two independent standard normal numbers by Box and Muller, from uniform numbers (n + 1) / 2^53: n is the upper 53
/// bits of words 0 and 1 for the radius, of words 2 and 3 for the angle (cosine first).
LENETPP_API std::array<double, 2> random_normals(std::uint64_t seed, Purpose purpose, std::uint32_t epoch,
                                                 std::uint64_t index);

/// 0..count-1 shuffled by Fisher and Yates: from the last place i down to the second, it changes places with
/// floor(word * (i + 1) / 2^32), where word is the first of index i. Throws std::invalid_argument for count >= 2^32.
LENETPP_API std::vector<std::uint32_t> random_order(std::uint64_t seed, Purpose purpose, std::uint32_t epoch,
                                                    std::size_t count);

}  // namespace lenetpp
