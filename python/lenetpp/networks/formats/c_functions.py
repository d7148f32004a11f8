"""The functions that networks in C call, in the order of the numeric contract, as text for either number type.

``$number`` stands for the type, ``$f`` for what ends its constants. A product is never added to anything but by
`multiply_add`, so that a compiler that fuses on its own finds nothing to fuse, and optimization changes no bit.
"""

import re
from collections.abc import Iterable
from math import factorial
from string import Template

import numpy as np

from lenetpp.networks.formats.c_text import TYPES, literal

MULTIPLY_ADD = {
    "float32": """\
/* x * y + z, rounded once: by the processor's instruction, or exactly so by doubles. In these the product is exact; of
 * the two neighbours of an inexact sum the odd one is taken, which cannot mislead the second rounding. (The C library's
 * fmaf() is not exact everywhere.) */
static float multiply_add(float x, float y, float z) {
#if defined(__FP_FAST_FMAF) || defined(FP_FAST_FMAF) || defined(__FMA__)
  return fmaf(x, y, z);
#else
#if DBL_MANT_DIG != 53
#error "without an instruction for it, a multiply-add needs doubles of 64 bits"
#endif
  const double product = (double)x * (double)y, addend = (double)z;
  double sum = product + addend;
  const double part = sum - product;
  const double error = (product - (sum - part)) + (addend - part);
  uint64_t bits;
  memcpy(&bits, &sum, sizeof bits);
  if ((error < 0 || error > 0) && bits % 2 == 0) {
    bits = (sum > 0) == (error > 0) ? bits + 1 : bits - 1;
    memcpy(&sum, &bits, sizeof bits);
  }
  return (float)sum;
#endif
}
""",
    "float64": """\
/* x * y + z, rounded once: by the processor's instruction, or by the C library, which must be exact (glibc's and musl's
 * are, newlib's without the instruction is not). */
static double multiply_add(double x, double y, double z) { return fma(x, y, z); }
""",
}

SMALLER = """\
static int smaller(int a, int b) { return a < b ? a : b; }
"""

SQUARE_ROOT = """\
/* Rounded to the nearest, as IEEE 754 asks of every square root. */
static $number square_root($number x) { return sqrt$f(x); }
"""

RELU = """\
static $number relu($number x) { return x < 0 ? x * 0 : x; }
"""

LEAKY_RELU = """\
static $number leaky_relu($number x, $number slope) { return x < 0 ? x * slope : x; }
"""

CLAMP = """\
static $number clamp($number x, $number largest) { return x > largest ? largest : x < -largest ? -largest : x; }
"""

EXPONENTIAL_PARTS = """\
/* e^x = power + power * fraction: x = n ln 2 + r with a whole number n and |r| <= ln 2 / 2, power = 2^n, and
 * fraction = e^r - 1 by Taylor's series. */
struct exponential {
  $number power, fraction;
};

static struct exponential exponential_parts($number x) {
  static const $number terms[$terms] = {$coefficients};
  const $number whole = $whole; /* adding it leaves a whole number in the last bits */
  const $number n = multiply_add(x, $log2_e, whole) - whole;
  const $number r = multiply_add(n, -$ln2_low, multiply_add(n, -$ln2_high, x));
  const $number biased = n + (whole + $bias); /* its last bits are the exponent of 2^n */
  $number series = terms[0];
  for (int k = 1; k < $terms; ++k) series = multiply_add(series, r, terms[k]);
  struct exponential parts;
  $integer bits;
  memcpy(&bits, &biased, sizeof bits);
  bits <<= $mantissa_bits;
  memcpy(&parts.power, &bits, sizeof bits);
  parts.fraction = multiply_add(r * r, series, r);
  return parts;
}
"""

SIGMOID = """\
static $number sigmoid($number x, $number slope) {
  const struct exponential e = exponential_parts(clamp(x * -slope, $largest));
  return 1 / (1 + multiply_add(e.power, e.fraction, e.power));
}
"""

TANH = """\
/* height * tanh(rate * x), by e^2|x| - 1. */
static $number scaled_tanh($number x, $number height, $number rate) {
  const $number scaled = x * rate;
  const struct exponential e = exponential_parts(clamp(2 * (scaled < 0 ? 0 - scaled : scaled), 40));
  const $number growth = multiply_add(e.power, e.fraction, e.power - 1);
  const $number magnitude = height * (growth / (growth + 2));
  return scaled < 0 ? 0 - magnitude : magnitude;
}
"""

DOT = """\
/* The sum of inputs times weights as vectors make it: 16 lanes, each with a sum of its own over every sixteenth number,
 * then a tree. Where the last vector is not full, adding 0 to the lanes behind makes 0 of -0. */
static $number dot(const $number *inputs, const $number *weights, int count) {
  $number lanes[16] = {0};
  for (int i = 0; i < count; ++i) lanes[i & 15] = multiply_add(inputs[i], weights[i], lanes[i & 15]);
  for (int i = count % 16; i > 0 && i < 16; ++i) lanes[i] += 0;
  for (int half = 8; half > 0; half /= 2) {
    for (int i = 0; i < half; ++i) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}
"""

EXPONENTIAL_CONSTANTS = {
    "float32": {
        "terms": 7,
        "whole": "0x1.8p23f",
        "ln2_high": "0x1.62e4p-1f",
        "ln2_low": "0x1.7f7d1cp-20f",
        "bias": 127,
        "mantissa_bits": 23,
        "integer": "uint32_t",
        "largest": 87,
    },
    "float64": {
        "terms": 13,
        "whole": "0x1.8p52",
        "ln2_high": "0x1.62e42fefap-1",
        "ln2_low": "0x1.cf79abc9e3b39p-40",
        "bias": 1023,
        "mantissa_bits": 52,
        "integer": "uint64_t",
        "largest": 708,
    },
}
"""Those of cpp/src/kernels/exponential.h; the series has terms from 1 / terms! to 1 / 2!."""


def called_functions(calling: Iterable[str], dtype: np.dtype[np.floating]) -> list[str]:
    """Return the text of each function that the lines of `calling` need, in an order in which they can be compiled."""
    functions = {
        "multiply_add": MULTIPLY_ADD[dtype.name],
        "smaller": SMALLER,
        "square_root": SQUARE_ROOT,
        "relu": RELU,
        "leaky_relu": LEAKY_RELU,
        "clamp": CLAMP,
        "exponential_parts": EXPONENTIAL_PARTS,
        "sigmoid": SIGMOID,
        "scaled_tanh": TANH,
        "dot": DOT,
    }
    needed: list[str] = []
    calls = set(re.findall(r"\b(\w+)\(", "\n".join(calling)))
    for name, text in reversed(functions.items()):
        if name in calls:
            needed.insert(0, text)
            calls |= set(re.findall(r"\b(\w+)\(", text))
    return [Template(text).substitute(_constants(dtype)) for text in needed]


def _constants(dtype: np.dtype[np.floating]) -> dict[str, object]:
    constants = EXPONENTIAL_CONSTANTS[dtype.name]
    last = int(str(constants["terms"]))
    coefficients = [literal(1 / factorial(k), dtype) for k in range(last, 1, -1)]
    return {
        **constants,
        "number": TYPES[dtype.name],
        "f": "f" if dtype == np.float32 else "",
        "terms": len(coefficients),
        "coefficients": ", ".join(coefficients),
        "log2_e": literal(1.44269504088896340736, dtype),
    }
