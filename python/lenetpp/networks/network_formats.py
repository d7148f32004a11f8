"""A network in files and in other programs' formats: model files, ONNX, PyTorch, C."""

import json
import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

import numpy as np

from lenetpp import _core
from lenetpp.basics.arrays import as_shape
from lenetpp.basics.extras import needed_for
from lenetpp.basics.file_reading import read_content
from lenetpp.basics.files import check_replaceable
from lenetpp.basics.kinds import as_path
from lenetpp.networks.formats.pixels import Pixels
from lenetpp.networks.network_weights import NetworkWeights

if TYPE_CHECKING:
    import torch

    from lenetpp.networks.formats.contents import NetworkContents
    from lenetpp.networks.formats.foreign_layers import ForeignLayers
    from lenetpp.networks.formats.foreign_reading import Source

LOGGER = logging.getLogger("lenetpp.networks")


class NetworkFormats(NetworkWeights):
    """The part of :class:`lenetpp.Network` that reads and writes it."""

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
        core, metadata, has_digest = _core.load_model(as_path(path, "path"))
        if not has_digest:
            # Logged, not warned of: there is nothing wrong with the caller's code.
            LOGGER.warning("%s has no digest, so that damage to it cannot be noticed; saved again, it gets one", path)
        network = cls.from_core(core)
        if "classes" in metadata:  # which the core has looked at
            network.class_names = json.loads(metadata["classes"])
        return network

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write parameters, state, normalization, text and class names as a safetensors file, whole or not at all.

        Raises
        ------
        ValueError
            If the network has no weights or is not float32.
        OSError
            If the file cannot be written, or what is there is no file.
        """
        self._check_weights()
        if self.dtype != "float32":
            raise ValueError('model files hold float32: save network.astype("float32") instead')
        metadata = {} if self.class_names is None else {"classes": json.dumps(self.class_names, ensure_ascii=False)}
        target = as_path(path, "path")
        check_replaceable(target)  # as the core does, which cannot say it in words
        _core.save_model(os.fspath(target), self.core, metadata)

    @classmethod
    def from_onnx(cls, model: bytes | str | os.PathLike[str], *, check: bool = True) -> Self:
        """Return the network that an ONNX model describes, with its weights.

        Its operators must be a chain of what layers here express: Conv, Gemm, MatMul, MaxPool, AveragePool,
        GlobalAveragePool, BatchNormalization, LRN, Flatten, Dropout, Relu, LeakyRelu, Sigmoid, Tanh, and before them
        constants of the normalization; with an Add where a residual ends. What was read is then compared, node by node,
        with what ONNX Runtime or ONNX's reference evaluator computes of random images.

        Parameters
        ----------
        model : bytes or path
            The model, or its file.
        check : bool
            Whether it is compared; only without that can a model be read where neither is installed.

        Raises
        ------
        ValueError
            If it is no regular file, no ONNX model, has a node that no layer here expresses, is too large, or what was
            read of it computes something else; the message names the node.
        MissingPackage
            If neither ONNX Runtime nor onnx is installed.
        OSError
            If the file cannot be read.
        """
        from lenetpp.networks.formats.onnx_reading import MOST_BYTES, OnnxSource, class_names_in

        if not isinstance(model, bytes):
            model = read_content(as_path(model, "model"), MOST_BYTES, follow_links=True)
        source = OnnxSource(model)
        network = cls._from_source(source, check)
        try:
            network.class_names = class_names_in(source.metadata)
        except ValueError as error:  # a program of another kind may have its own ones there
            LOGGER.warning("names of classes in the model's metadata are left out: %s", error)
        return network

    @classmethod
    def from_torch(cls, module: "torch.nn.Module", input_shape: Sequence[int], *, check: bool = True) -> Self:
        """Return the network that computes what a PyTorch module does in evaluation mode, with copies of its weights.

        Its forward must be a chain of what layers here express, by modules or by functions: convolutions, linear
        layers, poolings, normalizations, flattening, dropout and the activations; with a sum where a residual ends.
        Hooks are a part of it. What was read is then compared, step by step, with what the module computes of random
        images. The module stays as it is.

        Parameters
        ----------
        module : torch.nn.Module
            Takes images (N, planes, height, width). What was done to pixels before it got them is not known here:
            set :attr:`normalization` to do it.
        input_shape : (int, int, int)
            Planes, height and width of an image.
        check : bool
            Whether it is compared.

        Raises
        ------
        ValueError
            If it has a step that no layer here expresses, is too large, or what was read of it computes something else;
            the message names the step.
        MissingPackage
            If PyTorch is not installed.
        """
        with needed_for("reading a PyTorch module", "torch"):
            from lenetpp.networks.formats.torch_reading import torch_source
        with torch_source(module, as_shape(input_shape)) as source:
            return cls._from_source(source, check)

    @classmethod
    def _from_source(cls, source: "Source", check: bool) -> Self:
        from lenetpp.networks.formats.foreign_reading import read_steps
        from lenetpp.networks.formats.source_check import check_against_source

        layers, moments = read_steps(source)
        if check:
            check_against_source(source, moments, cls._from_layers)
        return cls._from_layers(layers)

    @classmethod
    def _from_layers(cls, layers: "ForeignLayers") -> Self:
        network = cls(layers.input_shape, layers.layers, dtype="float64" if layers.dtype == np.float64 else "float32")
        network.initialize()  # one without parameters is then ready, too
        network.set_parameters(layers.parameters)
        network.set_state(layers.state)
        network.normalization = layers.normalization
        return network

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
        """Return the trained network as an ONNX model (opset 15), which takes raw pixels and normalizes them.

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
