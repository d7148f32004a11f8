// The loop by which a machine's peak is measured.
#pragma once

#include <cstddef>

/// Enough independent chains: two multiply-adds begin in a cycle, and each is ready four or five cycles later.
inline constexpr int multiply_add_chains = 10;

/// The widest vectors there are, in elements.
inline constexpr int widest_vector = 16;

/// Continues every chain `repetitions` times. `numbers` are [chains][widest vector]. Returns the number of operations.
template <class T>
using RunChains = double (*)(std::size_t repetitions, T* numbers);
