// The loop by which a machine's peak is measured.
#pragma once

#include <cstddef>

/// What the chains of any instruction set read and write at most: 32 registers of 16 elements.
inline constexpr int chain_numbers = 32 * 16;

/// Continues independent chains of multiply-adds `repetitions` times, beginning with `numbers` [chain_numbers] and
/// leaving the results there. Returns the number of operations, two a multiply-add.
template <class T>
using RunChains = double (*)(std::size_t repetitions, T* numbers);
