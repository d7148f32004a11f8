"""One training image distorted, by counters."""

import math
from typing import NamedTuple

import numpy as np

from .activations import Array
from .random_numbers import Purpose, random_normals, random_words


def movement(seed: int, epoch: int, index: int, flip: bool, shift: int) -> tuple[bool, int, int]:
    """(mirrored, down, right) of image ``index`` in ``epoch``.

    The top bit of the first word decides about mirroring; the next two words, seen as fractions of 2^32, choose one of
    the 2 ``shift`` + 1 distances down and to the right.
    """
    words = random_words(seed, Purpose.AUGMENTATION, epoch, index)
    down, right = (word * (2 * shift + 1) // 2**32 - shift for word in words[1:3])
    return flip and words[0] >= 2**31, down, right


def augment(image: Array, mirrored: bool, down: int, right: int) -> Array:
    """A normalized ``image`` [P][H][W], first mirrored left to right, then moved; what enters is 0, the mean pixel."""
    source = image[:, :, ::-1] if mirrored else image
    result = np.zeros_like(image)
    _, height, width = image.shape
    for y in range(height):
        for x in range(width):
            if 0 <= y - down < height and 0 <= x - right < width:
                result[:, y, x] = source[:, y - down, x - right]
    return result


class Limits(NamedTuple):
    """Of what is drawn; zero for nothing."""

    rotation_degrees: float = 0.0
    scaling: float = 0.0
    shear: float = 0.0
    cutout_pixels: int = 0
    brightness: float = 0.0
    contrast: float = 0.0
    colour_noise: float = 0.0


def between(word: int, limit: float) -> float:
    """A word as one of 2^32 equally frequent numbers between -limit and limit."""
    return ((word + 0.5) / 2**31 - 1.0) * limit


def warp(image: Array, seed: int, epoch: int, index: int, limits: Limits, down: int = 0, right: int = 0) -> Array:
    """An image [P][H][W] sheared, scaled, turned clockwise, and moved; outside, the pixels of its border go on.

    Where the pixel of the result at (x, y) comes from is found by the inverse matrix, and mixed of four pixels.
    """
    words = random_words(seed, Purpose.GEOMETRY, epoch, index)
    angle = math.radians(between(words[0], limits.rotation_degrees))
    scale, shear = 1.0 + between(words[1], limits.scaling), between(words[2], limits.shear)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    inverse = np.linalg.inv(turn @ (scale * np.eye(2)) @ np.array([[1.0, shear], [0.0, 1.0]]))
    _, height, width = image.shape
    middle = np.array([(width - 1) / 2.0, (height - 1) / 2.0])
    result = np.zeros_like(image)
    for y in range(height):
        for x in range(width):
            source = middle + inverse @ (np.array([x - right, y - down]) - middle)
            left, top = np.floor(source).astype(int)
            share_x, share_y = source - (left, top)
            for j, row_share in ((top, 1.0 - share_y), (top + 1, share_y)):
                for i, share in ((left, 1.0 - share_x), (left + 1, share_x)):
                    result[:, y, x] += row_share * share * image[:, np.clip(j, 0, height - 1), np.clip(i, 0, width - 1)]
    return result


def cut_out(image: Array, seed: int, epoch: int, index: int, limits: Limits) -> Array:
    """An image with a square of zeros about a random pixel."""
    _, height, width = image.shape
    middle = random_words(seed, Purpose.GEOMETRY, epoch, index)[3] * height * width // 2**32
    half, result = limits.cutout_pixels // 2, image.copy()
    top, left = middle // width - half, middle % width - half
    bottom, right = top + limits.cutout_pixels, left + limits.cutout_pixels
    result[:, max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 0.0
    return result


def recolour(pixels: Array, all_pixels: Array, seed: int, epoch: int, index: int, limits: Limits) -> Array:
    """Raw pixels [P][H][W] with another brightness, contrast about their mean, and colour.

    The colour moves along the principal components of `all_pixels` [N][P][H][W].
    """
    words = random_words(seed, Purpose.COLOURS, epoch, index)
    brighter = pixels * (1.0 + between(words[0], limits.brightness))
    mean = brighter.mean()
    result: Array = mean + (brighter - mean) * (1.0 + between(words[1], limits.contrast))
    if limits.colour_noise:
        result = result + colour_shift(all_pixels, seed, epoch, index, limits)[:, np.newaxis, np.newaxis]
    return result


def colour_shift(all_pixels: Array, seed: int, epoch: int, index: int, limits: Limits) -> Array:
    """What is added to each plane [P]: along each eigenvector, whose largest component is positive, a normal number."""
    planes = all_pixels.shape[1]
    covariance = np.cov(all_pixels.transpose(1, 0, 2, 3).reshape(planes, -1), bias=True).reshape(planes, planes)
    variances, vectors = np.linalg.eigh(covariance)
    order = np.argsort(-variances)
    normals = [
        normal for half in range(2) for normal in random_normals(seed, Purpose.COLOUR_NOISE, epoch, 2 * index + half)
    ]
    shift: Array = np.zeros(planes)
    for normal, i in zip(normals, order, strict=False):
        vector = vectors[:, i] * np.sign(vectors[np.abs(vectors[:, i]).argmax(), i])
        shift += limits.colour_noise * normal * np.sqrt(max(variances[i], 0.0)) * vector
    return shift
