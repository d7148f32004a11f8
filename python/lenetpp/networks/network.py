"""Network: input shape, layers and parameters, as one value that predicts."""

from typing import Any

from lenetpp.networks.network_answers import NetworkAnswers
from lenetpp.networks.network_formats import NetworkFormats
from lenetpp.networks.network_structure import CORES


class Network(NetworkAnswers, NetworkFormats):
    """A convolutional network with its weights, its normalization of pixels, and the names of its classes.

    Weights come from :meth:`initialize`, :func:`lenetpp.train`, :meth:`load` or :meth:`set_parameters`.
    Networks are equal, and have the same hash, when their texts and data types are the same, whatever their weights:
    these change, and :attr:`digest` compares them. Networks can be copied and pickled.

    Parameters
    ----------
    input_shape : (int, int, int)
        Planes, height and width of an image.
    layers : sequence of Conv2D, MaxPool2D, Dense, Residual, ...
        In order from the input.
    dtype : {"float32", "float64"}
        Type of the parameters and of the arithmetic.

    Raises
    ------
    ValueError
        If a layer cannot follow the one before.

    Examples
    --------
    >>> import lenetpp as lp
    >>> net = lp.Network((1, 28, 28), [lp.Conv2D(4, 5, activation="relu"), lp.MaxPool2D(2), lp.Dense(10)])
    >>> print(net)
    1x28x28 | conv 4x5x5 relu | maxpool 2 | dense 10
    """

    def __str__(self) -> str:
        return self.core.text

    def __repr__(self) -> str:
        dtype = "" if self.dtype == "float32" else f", dtype={self.dtype!r}"
        return f"{type(self).__name__}.parse({str(self)!r}{dtype})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        return str(self) == str(other) and self.dtype == other.dtype

    def __hash__(self) -> int:
        return hash((str(self), self.dtype))

    def __getstate__(self) -> dict[str, Any]:
        return {
            "text": str(self),
            "dtype": self.dtype,
            "parameters": self.parameters() if self.initialized else None,
            "state": self.state(),
            "normalization": self.normalization,
            "class_names": self.class_names,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.core = CORES[state["dtype"]](state["text"])
        self._class_names = state["class_names"]
        self.normalization = state["normalization"]
        if state["parameters"] is not None:
            self.set_parameters(state["parameters"])
        self.set_state(state.get("state", {}))  # pickles of the first versions have none
