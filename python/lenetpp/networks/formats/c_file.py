"""A trained network as one file of C99: its weights, and inference that allocates nothing and has the core's bits."""

import re
from textwrap import fill
from typing import NamedTuple

from lenetpp import _core
from lenetpp.basics.arrays import shape_text
from lenetpp.networks.formats.c_functions import called_functions
from lenetpp.networks.formats.c_layers import steps_of
from lenetpp.networks.formats.c_step import Step
from lenetpp.networks.formats.c_text import COLUMNS, TYPES, Lines, array, block, comment, declaration, loop, string
from lenetpp.networks.formats.contents import NetworkContents
from lenetpp.networks.formats.pixels import Pixels, check_pixels

PIXEL_TYPES = {"uint8": "uint8_t", "float32": "float"}
KEYWORDS = re.compile(
    "auto|break|case|char|const|continue|default|do|double|else|enum|extern|float|for|goto|if|inline|int|long|register|"
    "restrict|return|short|signed|sizeof|static|struct|switch|typedef|union|unsigned|void|volatile|while"
)

WHAT_CHANGES_BITS = """\
#if defined(__FAST_MATH__) || FLT_EVAL_METHOD < 0 || FLT_EVAL_METHOD == 1 || FLT_EVAL_METHOD == 2
#error "compile without -ffast-math, and for numbers that are rounded to their own type (x86: -msse2 -mfpmath=sse)"
#endif
"""


class CFile(NamedTuple):
    """A file of C, and the memory it takes.

    Attributes
    ----------
    text : str
        The whole file.
    arena_bytes : int
        What inference works in, beside the image and the outputs.
    constant_bytes : int
        The weights.
    """

    text: str
    arena_bytes: int
    constant_bytes: int


def c_file(network: NetworkContents, prefix: str, pixels: Pixels) -> CFile:
    """Return a network as a file of C; see :meth:`lenetpp.Network.to_c`.

    Raises
    ------
    ValueError
        If `prefix` cannot begin a name in C, or `pixels` is neither type.
    NotImplementedError
        If a layer is of a kind that is not written in C yet.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", prefix, re.ASCII) or KEYWORDS.fullmatch(prefix):
        raise ValueError(f"prefix must begin names in C: a letter, then letters, digits and _, but is {prefix!r}")
    check_pixels(pixels)
    steps = steps_of(network.layers, network.dtype)
    work = max((step.inputs + step.scratch + _outputs_in_arena(step, steps) for step in steps), default=0)
    arena = work + max((kept.end for step in steps for kept in step.keeps), default=0)
    constants = sum(values.size for each in network.layers for values in (each.weight, each.bias) if values is not None)
    inference = [
        *_normalize(network, pixels),
        *(line for step in steps for line in ("", *_titled(step))),
        "",
        *_inference(network, prefix, pixels, steps, work),
    ]
    functions = [part for text in called_functions(inference, network.dtype) for part in ("", *text.splitlines())]
    lines = [
        *_head(network, prefix, pixels, arena, constants),
        "",
        *_declarations(network, prefix, pixels, arena),
        "",
        f"#ifndef {prefix.upper()}_DECLARATIONS",
        "",
        *(f"#include <{header}.h>" for header in ("float", "math", "string")),
        "",
        *WHAT_CHANGES_BITS.splitlines(),
        *functions,
        *_declared_constants(steps),
        "",
        *inference,
        *_class_names(network, prefix),
        *(line for step in steps if step.constants for line in ("", f"/* {step.layers[0]}. */", *step.constants)),
        "",
        "#endif",
        "",
    ]
    size = network.dtype.itemsize
    return CFile("\n".join(lines), arena * size, constants * size)


def _outputs_in_arena(step: Step, steps: list[Step]) -> int:
    return 0 if step is steps[-1] else step.outputs


def _declared_constants(steps: list[Step]) -> Lines:
    declared = [line for step in steps for line in declaration(step.constants)]
    return ["", "/* What was learned: the values are at the end. */", *declared] if declared else []


def _head(network: NetworkContents, prefix: str, pixels: Pixels, arena: int, constants: int) -> Lines:
    number, size, upper = TYPES[network.dtype.name], network.dtype.itemsize, prefix.upper()
    planes, height, width = network.input_shape
    return comment(
        f"A trained convolutional network in plain C99, written by lenetpp {_core.version()}:",
        "",
        *(f"    {line}" for line in _wrapped(network.text)),
        "",
        *_paragraph(
            f"An image gets the bits that Network.outputs gives it (numerics version {_core.numerics_version()}), by "
            f"any compiler and with any optimization but -ffast-math. SHA-256 of the weights: {network.digest}"
        ),
        "",
        f"    static {number} arena[{upper}_ARENA];",
        f"    {number} outputs[{upper}_OUTPUTS];",
        f"    int best = {prefix}_predict(image, arena, outputs);",
        f"    puts({prefix}_class_names[best]);",
        "",
        *_paragraph(
            f"image: raw pixels ({PIXEL_TYPES[pixels]}) of {planes} x {height} x {width}, plane by plane, row by row; "
            "they are normalized here."
        ),
        *_paragraph(
            f"outputs: one number for each class. {prefix}_predict returns the index of the largest, {prefix}_outputs "
            f"computes them and returns nothing. {prefix}_class_names has a text for each index"
            + ("." if network.class_names else ": its digits, since the network has no names of classes.")
        ),
        *_paragraph(
            f"arena: what inference works in, {arena * size:,} bytes. The weights are {constants * size:,} bytes of "
            "constants. Nothing else is kept or allocated, so that threads may call at the same time, each with an "
            "arena of its own."
        ),
        "",
        *_paragraph(
            "To compile it: cc -std=c99 -O2 -c, and -lm where the linker asks for fmaf. To call it from another file: "
            f"#define {upper}_DECLARATIONS and #include this one."
        ),
    ).splitlines()


def _paragraph(text: str) -> Lines:
    return fill(text, COLUMNS - len(" * ")).splitlines()


def _wrapped(text: str, columns: int = 100) -> Lines:
    """Return a network's text in lines that break between layers."""
    lines = [""]
    for part in text.split(" | "):
        joined = f"{lines[-1]} | {part}" if lines[-1] else part
        if len(joined) > columns and lines[-1]:
            lines[-1] += " |"
            lines.append(part)
        else:
            lines[-1] = joined
    return lines


def _declarations(network: NetworkContents, prefix: str, pixels: Pixels, arena: int) -> Lines:
    number, pixel, guard = TYPES[network.dtype.name], PIXEL_TYPES[pixels], f"{prefix.upper()}_DECLARED"
    planes, height, width = network.input_shape
    upper = prefix.upper()
    return [
        f"#ifndef {guard}",
        f"#define {guard}",
        "",
        "#include <stdint.h>",
        "",
        f"#define {upper}_PLANES {planes}",
        f"#define {upper}_HEIGHT {height}",
        f"#define {upper}_WIDTH {width}",
        f"#define {upper}_OUTPUTS {network.class_count}",
        f"#define {upper}_ARENA {max(arena, 1)} /* numbers: {arena * network.dtype.itemsize:,} bytes */",
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
        "",
        f"void {prefix}_outputs(const {pixel} *image, {number} *arena, {number} *outputs);",
        f"int {prefix}_predict(const {pixel} *image, {number} *arena, {number} *outputs);",
        f"extern const char *const {prefix}_class_names[{upper}_OUTPUTS];",
        "",
        "#ifdef __cplusplus",
        "}",
        "#endif",
        "",
        "#endif",
    ]


def _normalize(network: NetworkContents, pixels: Pixels) -> Lines:
    number, (planes, height, width) = TYPES[network.dtype.name], network.input_shape
    value = "image[i]" if pixels == "float32" and number == "float" else f"({number})image[i]"
    head, area = f"static void normalize(const {PIXEL_TYPES[pixels]} *image, {number} *to)", height * width
    if network.scale_and_shift is None:
        return ["/* Pixels as they are. */", *block(head, loop("i", planes * area, f"to[i] = {value};"))]
    scale, shift = network.scale_and_shift
    of_plane = loop("i", area, f"to[i] = multiply_add({value}, scale[plane], shift[plane]);")
    return [
        "/* (pixel - mean) / deviation of each plane, as a multiply-add. */",
        *array("scale", scale),
        *array("shift", shift),
        "",
        *block(head, loop("plane", planes, of_plane, f"image += {area};", f"to += {area};")),
    ]


def _titled(step: Step) -> Lines:
    title = ", then ".join(f"{each.layer}" for each in step.layers)
    first, last = step.layers[0].input_shape, step.layers[-1].output_shape
    is_vector = step.layers[0].layer.window is None
    shapes = [step.inputs, step.outputs] if is_vector else [shape_text(first), shape_text(last)]
    return [f"/* {title}: {shapes[0]} to {shapes[1]}. */", *step.function]


def _inference(network: NetworkContents, prefix: str, pixels: Pixels, steps: list[Step], work: int) -> Lines:
    """Return the public functions.

    Inputs and outputs of a step lie at the two ends of the arena's first numbers, in turn; behind these `work` ones is
    what waits for the end of a residual.
    """
    number, pixel = TYPES[network.dtype.name], PIXEL_TYPES[pixels]
    calls = [f"normalize(image, {'arena' if steps else 'outputs'});"]
    for place, step in enumerate(steps):
        outputs = _outputs_in_arena(step, steps)
        # Scratch lies beside what is at the beginning, be it the inputs or the outputs.
        source, scratch, target = 0, step.inputs, work - outputs
        if place % 2 == 1:
            source, scratch, target = work - step.inputs, outputs, 0
        for kept in step.keeps:
            size = f"{kept.size} * sizeof({number})"
            calls.append(f"memcpy({_place(work + kept.offset)}, {_place(source)}, {size});")
        places = [_place(source), *([_place(scratch)] if step.scratch else [])]
        if step.shortcut:
            places.append(_place(work + step.shortcut.offset))
        places.append(_place(target) if outputs else "outputs")
        calls.append(f"layer_{step.layers[0].index}({', '.join(places)});")
    arguments = f"(const {pixel} *image, {number} *arena, {number} *outputs)"
    unused = [] if steps else ["(void)arena;"]
    largest = loop("i", network.class_count, "if (outputs[i] > outputs[best]) best = i;")
    return [
        *block(f"void {prefix}_outputs{arguments}", unused, calls),
        "",
        *block(
            f"int {prefix}_predict{arguments}",
            f"{prefix}_outputs(image, arena, outputs);",
            "int best = 0;",
            largest,
            "return best;",
        ),
    ]


def _place(offset: int) -> str:
    return f"arena + {offset}" if offset else "arena"


def _class_names(network: NetworkContents, prefix: str) -> Lines:
    names = [f"{string(name)}," for name in network.class_names or map(str, range(network.class_count))]
    return ["", *block(f"const char *const {prefix}_class_names[{len(names)}] =", names, tail=";")]
