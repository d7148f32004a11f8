"""Network: input shape, layers and parameters, as one value that predicts."""

import hashlib
import json
import logging
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lenetpp import _core
from lenetpp.basics.arrays import FloatArray, ImageArray, Shape, as_named_arrays, as_shape
from lenetpp.basics.extras import needed_for
from lenetpp.data.checks import checked_classes, checked_images, checked_labels
from lenetpp.data.pixel_scale import GREATEST_DEVIATION_OF_UNIT, in_learned_scale, warn_of_another_scale
from lenetpp.networks.formats.pixels import Pixels
from lenetpp.networks.layers import KINDS, Layer, activation_range, layer_of
from lenetpp.networks.measurement import SLICE_SIZE, Evaluation, Metric, evaluate_in_slices, evaluation_of
from lenetpp.networks.summary import LayerSummary, NetworkSummary, planned_bytes
from lenetpp.settings.training_settings import Initialization, Loss, Reduction

if TYPE_CHECKING:
    import torch

    from lenetpp.networks.formats.contents import NetworkContents
    from lenetpp.networks.formats.foreign_layers import ForeignLayers

DataType: TypeAlias = Literal["float32", "float64"]
LOGGER = logging.getLogger("lenetpp.networks")
BYTES = np.dtype(np.uint8)
CORES = {"float32": _core.Network, "float64": _core.Network64}


class Network:
    """A convolutional network with its weights, its normalization of pixels, and the names of its classes.

    Weights come from :meth:`initialize`, :func:`lenetpp.train`, :meth:`load` or :meth:`set_parameters`.
    Networks are equal when their texts and data types are, whatever their weights; they can be copied and pickled.

    Parameters
    ----------
    input_shape : (int, int, int)
        Planes, height and width of an image.
    layers : sequence of Conv2D, MaxPool2D, Dense
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

    def __init__(self, input_shape: Sequence[int], layers: Sequence[Layer], *, dtype: DataType = "float32") -> None:
        _check_dtype(dtype)
        for position, layer in enumerate(layers):
            _check_layer(position, layer)
        self.core = CORES[dtype](" | ".join(["x".join(map(str, as_shape(input_shape))), *map(str, layers)]))
        self._class_names: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, text: str, *, dtype: DataType = "float32") -> Self:
        """Return the network that a text describes, without weights.

        Raises
        ------
        ParseError
            If the text cannot be understood; a caret points at the column.
        """
        _check_dtype(dtype)
        return cls.from_core(CORES[dtype](text))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Return the network of a model file.

        A file without a digest, as older versions and other programs write them, is loaded all the same; the logger
        ``lenetpp.networks`` warns that damage to it would not be noticed.

        Raises
        ------
        ModelFileError
            If the file is malformed or damaged.
        OSError
            If it cannot be read.
        """
        core, metadata, has_digest = _core.load_model(os.fspath(path))
        if not has_digest:
            # Logged, not warned of: there is nothing wrong with the caller's code.
            LOGGER.warning("%s has no digest, so that damage to it cannot be noticed; saved again, it gets one", path)
        network = cls.from_core(core)
        if "classes" in metadata:
            try:
                network.class_names = json.loads(metadata["classes"])
            except (TypeError, ValueError) as error:
                raise _core.ModelFileError(f'{os.fspath(path)}: the metadata "classes": {error}') from error
        return network

    @classmethod
    def from_onnx(cls, model: bytes | str | os.PathLike[str]) -> Self:
        """Return the network that an ONNX model describes, with its weights.

        Its operators must be a chain of what layers here express: Conv, Gemm, MatMul, MaxPool, AveragePool, Flatten,
        Dropout, Relu, LeakyRelu, Sigmoid, Tanh, and before them constants of the normalization.

        Parameters
        ----------
        model : bytes or path
            The model, or its file.

        Raises
        ------
        ValueError
            If it is no ONNX model, or has a node that no layer here expresses; the message names it.
        OSError
            If the file cannot be read.
        """
        from lenetpp.networks.formats.onnx_reading import class_names_in, read_onnx

        layers, metadata = read_onnx(model if isinstance(model, bytes) else Path(model).read_bytes())
        return cls._from_layers(layers, class_names_in(metadata))

    @classmethod
    def from_torch(cls, module: "torch.nn.Module", input_shape: Sequence[int]) -> Self:
        """Return the network that computes what a PyTorch module does, with copies of its weights.

        Its forward must be a chain of what layers here express, by modules or by functions: convolutions, linear
        layers, poolings, flattening, dropout and the activations.

        Parameters
        ----------
        module : torch.nn.Module
            Takes images (N, planes, height, width). What was done to pixels before it got them is not known here:
            set :attr:`normalization` to do it.
        input_shape : (int, int, int)
            Planes, height and width of an image.

        Raises
        ------
        ValueError
            If it has a step that no layer here expresses; the message names it.
        MissingPackage
            If PyTorch is not installed.
        """
        with needed_for("reading a PyTorch module", "torch"):
            from lenetpp.networks.formats.torch_reading import read_torch
        return cls._from_layers(read_torch(module, as_shape(input_shape)), None)

    @classmethod
    def _from_layers(cls, layers: "ForeignLayers", class_names: tuple[str, ...] | None) -> Self:
        is_double = any(values.dtype == np.float64 for values in layers.parameters.values())
        network = cls(layers.input_shape, layers.layers, dtype="float64" if is_double else "float32")
        network.initialize()  # one without parameters is then ready, too
        network.set_parameters(layers.parameters)
        network.normalization = layers.normalization
        if class_names and len(class_names) == network.class_count:
            network.class_names = class_names
        return network

    @classmethod
    def from_core(cls, core: _core.Network, class_names: tuple[str, ...] | None = None) -> Self:
        """Return the network that a core network is, without copying it."""
        network = cls.__new__(cls)
        network.core = core
        network._class_names = class_names
        return network

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write parameters, state, normalization, text and class names as a safetensors file, whole or not at all.

        Raises
        ------
        ValueError
            If the network has no weights or is not float32.
        OSError
            If the file cannot be written.
        """
        self._check_weights()
        if self.dtype != "float32":
            raise ValueError('model files hold float32: save network.astype("float32") instead')
        metadata = {} if self.class_names is None else {"classes": json.dumps(self.class_names, ensure_ascii=False)}
        _core.save_model(os.fspath(path), self.core, metadata)

    # What it is

    @property
    def input_shape(self) -> Shape:
        """Planes, height and width of an image."""
        return self.core.input_shape

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers in order from the input."""
        return tuple(layer_of(word, values) for word, values in self.core.layers)

    @property
    def class_count(self) -> int:
        """Number of outputs of the last layer."""
        return self.core.outputs

    @property
    def class_names(self) -> tuple[str, ...] | None:
        """Names of the classes, known after training; None before."""
        return self._class_names

    @class_names.setter
    def class_names(self, names: Sequence[str] | None) -> None:
        if names is not None and len(names) != self.class_count:
            raise ValueError(f"class_names must be one for each of the {self.class_count} outputs, but are {names!r}")
        self._class_names = None if names is None else checked_classes(names)

    @property
    def dtype(self) -> DataType:
        """Type of the parameters and of the arithmetic."""
        return "float64" if isinstance(self.core, _core.Network64) else "float32"

    @property
    def digest(self) -> str:
        """SHA-256 of the parameters' bytes, little-endian, C order, in layer order, weight before bias; then state."""
        digest = hashlib.sha256()
        for _, values in self._arrays():
            digest.update(_little_endian(values))
        return digest.hexdigest()

    def parameter_digests(self) -> dict[str, str]:
        """Return the first 16 digits of the SHA-256 of the bytes of each array of parameters and state, by its name."""
        return {name: hashlib.sha256(_little_endian(values)).hexdigest()[:16] for name, values in self._arrays()}

    def _arrays(self) -> Iterator[tuple[str, FloatArray]]:
        """Yield what a digest is of, one array after the other: a large network is not copied."""
        yield from ((name, self.core.parameter(name)) for name in self.core.parameter_names)
        yield from ((name, self.core.state(name)) for name in self.core.state_names)

    def summary(self, batch_size: int = 16, threads: int = 1) -> NetworkSummary:
        """Return output shapes, parameters, multiply-adds and memory; its text is a table."""
        sizes = dict.fromkeys(range(len(self.core.layer_texts)), 0)
        for name, shape in zip(self.core.parameter_names, self.core.parameter_shapes, strict=True):
            sizes[int(name.split(".")[0])] += math.prod(shape)
        rows = zip(self.core.layer_texts, self.core.output_shapes, sizes.values(), self.core.multiply_adds, strict=True)
        return NetworkSummary(
            input_shape=self.input_shape,
            layers=tuple(LayerSummary(*row) for row in rows),
            parameter_bytes=sum(sizes.values()) * np.dtype(self.dtype).itemsize,
            training_bytes=planned_bytes(self.core, np.dtype(self.dtype).itemsize, batch_size, threads),
            batch_size=batch_size,
            threads=threads,
        )

    # Its weights

    @property
    def initialized(self) -> bool:
        """Whether the network has weights."""
        return self.core.initialized

    def initialize(self, seed: int = 1, scheme: Initialization = "he") -> None:
        """Draw the weights, as a pure function of seed, scheme and layers; biases start at zero.

        Parameters
        ----------
        seed : int
            In [0, 2**64).
        scheme : {"he", "glorot", "lecun", "blog"}
            Normal with variance 2 / fan_in, 2 / (fan_in + fan_out) or 1 / fan_in. ``"blog"``: filters with deviation
            0.2; dense weights with deviation 2 / fan_in before a sigmoid and sqrt(2 / fan_in) / 10 elsewhere.
        """
        self.core.initialize(seed, scheme)

    def parameters(self) -> dict[str, FloatArray]:
        """Return copies of all parameters, by the names ``"<layer index>.weight"`` and ``"<layer index>.bias"``.

        Shapes are PyTorch's: convolution full (filters, planes, height, width), separate (filters, height, width),
        by table (connections, height, width); dense (units, inputs); biases (filters,) or (units,).
        """
        return {name: self.core.parameter(name) for name in self.core.parameter_names}

    def set_parameters(self, values: Mapping[str, ArrayLike]) -> None:
        """Set all parameters at once; names and shapes are those of :meth:`parameters`.

        Raises
        ------
        ValueError
            If a name is missing or unknown, a shape differs or a value is not finite. Nothing is then changed.
        """
        shapes = dict(zip(self.core.parameter_names, self.core.parameter_shapes, strict=True))
        for name, array in as_named_arrays(values, shapes, np.dtype(self.dtype), what="parameter").items():
            self.core.set_parameter(name, array)

    def state(self) -> dict[str, FloatArray]:
        """Return copies of what layers learn beside their parameters, by names such as ``"<layer index>.mean"``.

        Training writes it after each step, no optimizer changes it, and it has no gradient. Most layers have none.
        """
        return {name: self.core.state(name) for name in self.core.state_names}

    def set_state(self, values: Mapping[str, ArrayLike]) -> None:
        """Set all state at once; names and shapes are those of :meth:`state`, errors as in :meth:`set_parameters`."""
        shapes = dict(zip(self.core.state_names, self.core.state_shapes, strict=True))
        for name, array in as_named_arrays(values, shapes, np.dtype(self.dtype), what="state").items():
            self.core.set_state(name, array)

    @property
    def normalization(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Mean and standard deviation of each plane, which the network subtracts and divides by; None for neither."""
        return self.core.normalization

    @normalization.setter
    def normalization(self, mean_and_deviation: tuple[ArrayLike, ArrayLike] | None) -> None:
        if mean_and_deviation is None:
            self.core.clear_normalization()
            return
        mean, deviation = (np.ascontiguousarray(values, dtype=np.float32) for values in mean_and_deviation)
        self.core.set_normalization(mean, deviation)

    def astype(self, dtype: DataType) -> Self:
        """Return a copy that computes in another type."""
        _check_dtype(dtype)
        copy = self.from_core(CORES[dtype](self.core.text), self.class_names)
        copy.normalization = self.normalization
        if self.initialized:
            copy.set_parameters(self.parameters())
        copy.set_state(self.state())
        return copy

    def copy(self) -> Self:
        """Return an independent copy."""
        return self.from_core(self.core.copy(), self.class_names)

    # What it says about images

    def outputs(self, images: ArrayLike, *, threads: int = 1) -> FloatArray:
        """Return the outputs (N, classes) of the last layer.

        An image's outputs have the same bits alone and among others.

        Parameters
        ----------
        images : array_like, (N, planes, height, width), uint8, float32, or float64 from 0 to 1
            Raw pixels; (N, height, width) for one plane.
        threads : int
            Processor cores to use.

        Raises
        ------
        ValueError
            If the network has no weights, or shape, dtype or values of the images are wrong.
        """
        self._check_weights()
        return self.core.compute_outputs(self._checked_images(images), threads=threads)

    def predict(self, images: ArrayLike, *, threads: int = 1, mirrored: bool = False) -> NDArray[np.int32]:
        """Return the index (N,) of each image's class; arguments as in :meth:`predict_proba`."""
        self._check_weights()
        if mirrored:
            best = self.predict_proba(images, threads=threads, mirrored=True).argmax(axis=1)
            return np.asarray(best, dtype=np.int32)
        return self.core.predict(self._checked_images(images), threads=threads)

    def predict_proba(self, images: ArrayLike, *, threads: int = 1, mirrored: bool = False) -> NDArray[np.float64]:
        """Return probabilities (N, classes) that sum to 1.

        They are the softmax of the outputs; where the last activation is a sigmoid, the outputs divided by their sum.

        Parameters
        ----------
        images, threads
            As in :meth:`outputs`.
        mirrored : bool
            Mean of the probabilities of each image and of its mirror image, left and right exchanged: often half a
            point more is right, for twice the time.
        """
        self._check_weights()
        return self._probabilities(self._checked_images(images), threads, mirrored)

    def _probabilities(self, images: ImageArray, threads: int, mirrored: bool) -> NDArray[np.float64]:
        if mirrored:
            both = (self._probabilities(each, threads, mirrored=False) for each in (images, mirror_images(images)))
            mean: NDArray[np.float64] = sum(both, np.zeros(1)) / 2
            return mean
        outputs = self.core.compute_outputs(images, threads=threads).astype(np.float64)
        if activation_range(getattr(self.layers[-1], "activation", "identity")) == (0, 1):
            # Adding the smallest normal number keeps an image whose sigmoids are all zero at equal probabilities.
            weights = outputs + np.finfo(np.float64).tiny
        else:
            weights = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        probabilities: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
        return probabilities

    def evaluate(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        loss: Loss = "cross_entropy",
        threads: int = 1,
        mirrored: bool = False,
        probabilities: bool = False,
        metrics: Mapping[str, Metric] | None = None,
    ) -> Evaluation:
        """Compare predictions with labels.

        Parameters
        ----------
        images, threads
            As in :meth:`outputs`.
        labels : array_like, (N,)
            Integers below :attr:`class_count`.
        loss, mirrored, probabilities, metrics
            As in :func:`lenetpp.evaluate`.
        """
        self._check_weights()
        batch, numbers = self._checked_batch(images, labels)
        evaluation = evaluate_in_slices(self.core, self.class_names, batch, numbers, loss, threads)
        if mirrored:
            other = evaluate_in_slices(self.core, self.class_names, mirror_images(batch), numbers, loss, threads)
            predicted = self.predict(batch, threads=threads, mirrored=True)
            evaluation = evaluation_of((evaluation.loss + other.loss) / 2, numbers, predicted, evaluation.class_names)
        if probabilities:
            slices = (batch[start : start + SLICE_SIZE] for start in range(0, len(batch), SLICE_SIZE))
            shares = np.concatenate([self._probabilities(some, threads, mirrored) for some in slices])
            evaluation = replace(evaluation, probabilities=shares)
        return replace(evaluation, metrics=evaluation.measured(metrics)) if metrics else evaluation

    def loss_and_gradients(
        self,
        images: ArrayLike,
        labels: ArrayLike,
        *,
        loss: Loss = "cross_entropy",
        reduction: Reduction = "mean",
        threads: int = 1,
    ) -> tuple[float, dict[str, FloatArray]]:
        """Return the loss of a batch and its gradients, named and shaped as in :meth:`parameters`.

        Parameters
        ----------
        images, labels, threads
            As in :meth:`evaluate`.
        loss : {"cross_entropy", "squared_error", "binary_cross_entropy"}
            See :class:`lenetpp.TrainingSettings`.
        reduction : {"mean", "sum"}
            Over the images.
        """
        self._check_weights()
        checked = self._checked_batch(images, labels)
        return self.core.loss_and_gradients(*checked, loss=loss, reduction=reduction, threads=threads)

    def _checked_images(self, images: ArrayLike) -> ImageArray:
        array = self._fitting_images(images)
        if array.dtype == np.float32 and getattr(images, "dtype", np.float64) == np.float64:
            array = in_learned_scale(self.core.normalization, array)
        # Bytes can be of another scale only where numbers from 0 to 1 were learned, which a glance tells.
        if array.dtype != BYTES or self.core.greatest_deviation <= GREATEST_DEVIATION_OF_UNIT:
            warn_of_another_scale(self.core.normalization, array)
        return array

    def _fitting_images(self, images: ArrayLike) -> ImageArray:
        # The usual case, as quick as a single image deserves.
        if (
            isinstance(images, np.ndarray)
            and images.dtype == BYTES
            and images.shape[1:] == self.core.input_shape
            and images.flags.c_contiguous
            and images.size
        ):
            return images
        array = checked_images(images, "images")
        if array.shape[1:] != self.input_shape:
            planes, height, width = self.input_shape
            advice = ""
            if np.shape(images) == self.input_shape:
                advice = "; for one image, images[numpy.newaxis]"
            elif array.shape[1:] == (height, width, planes):
                advice = "; bring the planes to the front with images.transpose(0, 3, 1, 2)"
            raise ValueError(
                f"images must have shape (N, {planes}, {height}, {width}), but have {np.shape(images)}{advice}"
            )
        return array

    def _checked_batch(self, images: ArrayLike, labels: ArrayLike) -> tuple[ImageArray, NDArray[np.int32]]:
        array = self._checked_images(images)
        return array, checked_labels(labels, "labels", len(array), self.class_count)

    def _check_weights(self) -> None:
        if not self.core.initialized:
            raise ValueError("the network has no weights: train it, load it, or call initialize() or set_parameters()")

    # In other formats

    def contents(self) -> "NetworkContents":
        """Return what the network consists of as plain values, for writers of other formats.

        Raises
        ------
        ValueError
            If the network has no weights, or some that are not finite.
        """
        from lenetpp.networks.formats.contents import contents_of

        self._check_weights()
        return contents_of(self.core, self.class_names, self.digest)

    def to_c(self, prefix: str = "network", *, pixels: Pixels = "uint8") -> str:
        """Return the trained network as one file of C99, which gives the bits of :meth:`outputs`.

        Weights are constants, nothing is allocated, and the file says how to call it and how much memory it takes.

        Parameters
        ----------
        prefix : str
            What the names of its functions begin with: ``<prefix>_outputs`` and ``<prefix>_predict``.
        pixels : {"uint8", "float32"}
            Type of the raw pixels of an image, which are normalized as here.

        Raises
        ------
        ValueError
            If the network has no weights, or `prefix` or `pixels` is wrong.
        """
        from lenetpp.networks.formats.c_file import c_file

        return c_file(self.contents(), prefix, pixels).text

    def to_onnx(self, *, pixels: Pixels = "uint8") -> bytes:
        """Return the trained network as an ONNX model (opset 13), which takes raw pixels and normalizes them.

        Its input ``images`` is (N, planes, height, width), its output ``outputs`` (N, classes) that of :meth:`outputs`
        up to rounding. Dropout is left out: the model is for inference.

        Parameters
        ----------
        pixels : {"uint8", "float32"}
            Type of the raw pixels.

        Raises
        ------
        ValueError
            If the network has no weights or is not float32, or `pixels` is wrong.
        """
        from lenetpp.networks.formats.onnx_file import onnx_file

        return onnx_file(self.contents(), pixels)

    def to_torch(self) -> "torch.nn.Sequential":
        """Return the network as a PyTorch module with the same weights, in evaluation mode.

        It takes raw pixels (N, planes, height, width) of any type and gives :meth:`outputs` up to rounding. Its
        parameters have the names and shapes of :meth:`parameters`, in its ``state_dict``, too. They are copies.

        Raises
        ------
        ValueError
            If the network has no weights.
        MissingPackage
            If PyTorch is not installed.
        """
        contents = self.contents()
        with needed_for("a PyTorch module", "torch"):
            from lenetpp.networks.formats.torch_module import torch_module
        return torch_module(contents)

    # Its behaviour as a value

    def __str__(self) -> str:
        return self.core.text

    def __repr__(self) -> str:
        dtype = "" if self.dtype == "float32" else f", dtype={self.dtype!r}"
        return f"{type(self).__name__}.parse({str(self)!r}{dtype})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Network):
            return NotImplemented
        return str(self) == str(other) and self.dtype == other.dtype

    __hash__ = None  # type: ignore[assignment]  # its weights can change

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


def mirror_images(images: ImageArray) -> ImageArray:
    """Return images (N, P, H, W) with left and right exchanged."""
    return images[..., ::-1].copy()


def _little_endian(values: FloatArray) -> memoryview:
    return np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<")).data


def _check_layer(position: int, layer: object) -> None:
    if not isinstance(layer, Layer):
        known = ", ".join(kind.__name__ for kind in KINDS.values())
        raise TypeError(f"layers must be of {known}, but layer {position} is {layer!r}")


def _check_dtype(dtype: str) -> None:
    if dtype not in CORES:
        raise ValueError(f'dtype must be "float32" or "float64", but is {dtype!r}')
