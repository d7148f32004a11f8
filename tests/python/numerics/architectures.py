"""Random networks as text: every layer, connection, option and activation, in every order that makes sense."""

from hypothesis import strategies as st

from reference.architecture import Shape
from reference.network_text import parse

ACTIVATIONS = ("", "relu", "leaky_relu", "leaky_relu(0.25)", "sigmoid", "sigmoid(2)", "tanh", "scaled_tanh")
POOLINGS = ("maxpool", "avgpool", "subsample")
NORMALIZATIONS = ("batchnorm", "lrn")
PLANE_KINDS = ("conv", "residual", *POOLINGS, *NORMALIZATIONS)


@st.composite
def network_texts(draw: st.DrawFn, sigmoid_last: bool = False, plane_kinds: tuple[str, ...] = PLANE_KINDS) -> str:
    """A network of up to five layers: pool first, conv without pool, conv without dense, dense alone, and so on."""
    # Widths reach beyond two vectors of 16 lanes; heights stay small so that a thousand networks take seconds.
    shape: Shape = (draw(st.integers(1, 4)), draw(st.integers(1, 13)), draw(st.integers(1, 36)))
    texts = ["x".join(map(str, shape))]
    plane_layers = draw(st.sampled_from((0, 1, 1, 2, 2, 3)))
    kinds = [draw(st.sampled_from(plane_kinds)) for _ in range(plane_layers)]
    kinds += ["globalavgpool"] * draw(st.sampled_from((0, 0, 1)))
    kinds += draw(st.lists(st.sampled_from(("dense", "dense", "residual of units", "batchnorm")), max_size=2))
    kinds[len(kinds) // 2 : len(kinds) // 2] = draw(st.sampled_from(([], ["dropout"], ["activation"])))
    if not kinds or kinds[-1] == "dropout" or (sigmoid_last and kinds[-1] in (*POOLINGS, "globalavgpool", "lrn")):
        kinds.append("dense")
    for index, kind in enumerate(kinds):
        activations = ("sigmoid", "sigmoid(2)") if sigmoid_last and index == len(kinds) - 1 else ACTIVATIONS
        match kind:
            case "residual":
                texts.append(draw(residual_texts(shape, activations)))
            case "residual of units":
                texts += draw(residuals_of_units(activations))
            case "globalavgpool":
                texts.append(kind)
            case "activation":
                texts.append(_join(kind, draw(st.sampled_from([each for each in activations if each]))))
            case "conv":
                texts.append(draw(convolution_texts(shape, activations)))
            case "maxpool" | "avgpool":
                texts.append(draw(pooling_texts(kind, shape)))
            case "subsample":
                texts.append(_join(draw(pooling_texts(kind, shape)), draw(st.sampled_from(activations))))
            case "batchnorm":
                epsilon = draw(st.sampled_from(("", "epsilon 0.001")))
                texts.append(_join(kind, draw(st.sampled_from(activations)), epsilon))
            case "lrn":
                texts.append(draw(_local_responses))
            case "dropout":
                texts.append(_join(kind, str(draw(st.floats(0, 0.9)))))
            case "dense":
                units = draw(st.integers(1, draw(st.sampled_from((8, 130)))))
                texts.append(_join("dense", str(units), draw(_biases), draw(st.sampled_from(activations))))
        shape = parse(" | ".join(texts)).output_shapes[-1]
    return " | ".join(texts)


@st.composite
def convolution_texts(draw: st.DrawFn, shape: Shape, activations: tuple[str, ...] = ACTIVATIONS) -> str:
    """A convolution that fits an input of ``shape``."""
    planes, *sides = shape
    padding = draw(_pairs(0, 3))
    # Most kernels are small; the large ones are wider than a vector.
    largest = draw(st.sampled_from((3, 7, 20)))
    kernel = [draw(st.integers(1, min(largest, side + 2 * pad))) for side, pad in zip(sides, padding, strict=True)]
    connection = draw(st.sampled_from(("", "separate", "table")))
    filters = draw(st.integers(1, max(1, 24 // planes if connection == "separate" else 9)))
    if connection == "table":
        seen = st.sets(st.integers(0, planes - 1), min_size=1).map(sorted)
        table = draw(st.lists(seen, min_size=filters, max_size=filters))
        connection = f"table({';'.join(','.join(map(str, planes)) for planes in table)})"
    return _join(
        "conv",
        "x".join(map(str, (filters, *kernel))),
        connection,
        _option("stride", draw(_pairs(1, 3)), default=(1, 1)),
        _option("pad", padding, default=(0, 0)),
        draw(_biases),
        draw(st.sampled_from(activations)),
    )


@st.composite
def residual_texts(draw: st.DrawFn, shape: Shape, activations: tuple[str, ...] = ACTIVATIONS) -> str:
    """A residual around one to three layers, which keep the shape, or change planes and sides as a shortcut can."""
    planes, *sides = shape
    pads = draw(st.booleans())
    filters = draw(st.one_of(st.just(planes), st.integers(planes if pads else 1, planes + 20)))
    layers = [draw(st.sampled_from(("", "activation tanh", "dropout 0.25", "avgpool 1", "maxpool 1")))]
    pooled = [min(draw(st.integers(1, 2)), side) for side in sides]
    if draw(st.booleans()):
        layers.append(_join(draw(st.sampled_from(POOLINGS)), _pair_text(pooled)))
    for times in range(draw(st.integers(1, 2))):
        kernel = [1 + 2 * reach for reach in draw(_pairs(0, 2))]
        strides = draw(_pairs(1, 3)) if times == 0 else (1, 1)
        layers.append(
            _join(
                "conv",
                "x".join(map(str, (filters, *kernel))),
                _option("stride", strides, default=(1, 1)),
                _option("pad", (kernel[0] // 2, kernel[1] // 2), default=(0, 0)),
                draw(_biases),
                draw(st.sampled_from(ACTIVATIONS)),
            )
        )
    if draw(st.booleans()):
        layers.append(f"residual [ conv {filters}x1x3 pad0x1 ] relu")
    within = " | ".join(filter(None, layers))
    return _join("residual", "pad" if pads else "", f"[ {within} ]", draw(st.sampled_from(activations)))


@st.composite
def residuals_of_units(draw: st.DrawFn, activations: tuple[str, ...]) -> list[str]:
    """A dense layer and a residual of dense layers."""
    before, within, after = (draw(st.integers(1, 40)) for _ in range(3))
    after = draw(st.sampled_from((before, after)))
    activation = draw(st.sampled_from(activations))
    return [
        f"dense {before} tanh",
        _join(f"residual [ dense {within} sigmoid | dropout 0.1 | dense {after} ]", activation),
    ]


@st.composite
def pooling_texts(draw: st.DrawFn, kind: str, shape: Shape) -> str:
    """A pooling that fits an input of ``shape``: with gaps, side by side, overlapping, clipped."""
    size = [draw(st.integers(1, min(5, side))) for side in shape[1:]]
    strides = [draw(st.integers(1, window + 1)) for window in size]
    if size == strides:
        return _join(kind, _pair_text(size))
    return _join(kind, f"{_pair_text(size)}/{_pair_text(strides)}")


_local_responses = st.builds(
    "lrn {} alpha {!r} beta {} k {}".format,
    st.sampled_from((1, 3, 5, 7)),
    st.floats(0.001, 1),
    st.sampled_from((0.25, 0.5, 0.75, 1)),
    st.sampled_from((0.5, 1, 2)),
)
_biases = st.sampled_from(("", "nobias"))


def _pairs(low: int, high: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(low, high), st.integers(low, high))


def _pair_text(pair: list[int] | tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"


def _option(name: str, pair: tuple[int, int], default: tuple[int, int]) -> str:
    return "" if pair == default else name + _pair_text(pair)


def _join(*words: str) -> str:
    return " ".join(word for word in words if word)
