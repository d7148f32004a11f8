// Random numbers as pure functions of (seed, purpose, epoch, index): Philox4x32-10 (Salmon et al. 2011).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lenetpp {

/// What a random number is for; numbers of different purposes are independent. Values are part of the contract.
enum class Purpose : std::uint32_t { initial_weights = 1, order = 2, augmentation = 3, selection = 4 };

/// Philox4x32-10 of counter and key, as in the paper and in Random123's known answers.
std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

/// Four random words for (seed, purpose, epoch, index): counter {index low, index high, epoch, purpose}, key seed.
std::array<std::uint32_t, 4> random_words(std::uint64_t seed, Purpose purpose, std::uint32_t epoch,
                                          std::uint64_t index);

/// Two independent standard normal numbers (Box and Muller).
std::array<double, 2> random_normals(std::uint64_t seed, Purpose purpose, std::uint32_t epoch, std::uint64_t index);

/// The order 0..count-1 shuffled by Fisher and Yates. Throws std::invalid_argument for count >= 2^32.
std::vector<std::uint32_t> random_order(std::uint64_t seed, Purpose purpose, std::uint32_t epoch, std::size_t count);

}  // namespace lenetpp
