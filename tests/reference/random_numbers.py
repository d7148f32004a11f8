"""Random numbers as pure functions of counters: Philox4x32-10 (Salmon et al., SC 2011) and what is built on it."""

import math
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Words: TypeAlias = tuple[int, int, int, int]

WORD = 0xFFFFFFFF


class Purpose(IntEnum):
    """What a number is for; numbers of different purposes are independent."""

    INITIAL_WEIGHTS = 1
    ORDER = 2
    AUGMENTATION = 3
    SELECTION = 4
    DROPOUT = 5
    GEOMETRY = 6
    COLOURS = 7
    COLOUR_NOISE = 8


def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Ten rounds of Philox4x32."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        product0, product1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (
            (product1 >> 32) ^ c1 ^ k0,
            product1 & WORD,
            (product0 >> 32) ^ c3 ^ k1,
            product0 & WORD,
        )
        k0, k1 = (k0 + 0x9E3779B9) & WORD, (k1 + 0xBB67AE85) & WORD
    return c0, c1, c2, c3


def random_words(seed: int, purpose: int, epoch: int, index: int) -> Words:
    """Four random words of 32 bits for one counter."""
    return philox((index & WORD, index >> 32, epoch, purpose), (seed & WORD, seed >> 32))


def random_order(seed: int, purpose: int, epoch: int, count: int) -> NDArray[np.int64]:
    """0..count-1 shuffled by Fisher and Yates, from the last place down to the second.

    The partner of place i is j = floor(word * (i + 1) / 2^32), a number in 0..i, with the first word of index i.
    """
    order = np.arange(count)
    for i in range(count - 1, 0, -1):
        j = random_words(seed, purpose, epoch, i)[0] * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return order


def random_normals(seed: int, purpose: int, epoch: int, index: int) -> tuple[float, float]:
    """Two standard normal numbers by Box and Muller: the first two words give the radius, the others the angle.

    Two words make a uniform number in (0, 1]: the upper 53 bits of 64, plus one, divided by 2^53.
    """
    words = random_words(seed, purpose, epoch, index)
    first, second = (((high << 32 | low) // 2**11 + 1) / 2**53 for high, low in (words[:2], words[2:]))
    radius, angle = math.sqrt(-2.0 * math.log(first)), 2.0 * math.pi * second
    return radius * math.cos(angle), radius * math.sin(angle)
