"""ONNX Runtime, for inference: the network as a graph, in the faster form of shared filters."""

from functools import partial
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper, numpy_helper

import lenetpp as lp
from lenetpp.networks.activations import parse_activation
from side_by_side.contenders import NotOfferedError, fastest
from side_by_side.problems import Case, Problem, whole_batches

OPSET = 17


class Inference:
    """Outputs of NumPy arrays, as a session takes them."""

    formulation = ""

    def __init__(self, problem: Problem, case: Case, form: str) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = case.threads
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        model = GraphBuilder(problem.network, case.batch, form).model()
        self.session = onnxruntime.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        self.batches = whole_batches(problem.inputs, case.batch)

    def values(self) -> NDArray[np.floating[Any]]:
        outputs: NDArray[np.float32] = self.session.run(None, {"images": self.batches[0]})[0]
        return outputs

    def reset(self) -> None:
        pass

    def run(self, repetitions: int) -> None:
        for repetition in range(repetitions):
            self.session.run(None, {"images": self.batches[repetition % len(self.batches)]})


class GraphBuilder:
    """Adds node after node; each takes the values that the one before made."""

    def __init__(self, network: lp.Network, batch: int, form: str) -> None:
        self.network, self.batch, self.form = network, batch, form
        self.parameters = network.parameters()
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.value = "images"

    def model(self) -> onnx.ModelProto:
        """Return the whole network for batches of exactly `batch` images."""
        layers = self.network.layers
        shapes = [self.network.input_shape, *self.network.core.output_shapes]
        for index, layer in enumerate(layers):
            if isinstance(layer, lp.MaxPool2D):
                # ceil_mode clips the windows at the border, as lenetpp's are.
                self._add("MaxPool", kernel_shape=layer.window.size, strides=layer.window.strides, ceil_mode=1)
                continue
            if isinstance(layer, lp.Conv2D):
                self._add_convolution(index, layer, *shapes[index : index + 2])
            elif isinstance(layer, lp.Dense):
                if index == 0 or not isinstance(layers[index - 1], lp.Dense):
                    self._add("Flatten")
                self._add("Gemm", *self._parameters(index), transB=1)
            else:
                raise NotImplementedError(f"this layer is not written as a graph here: {layer}")
            self._add_activation(layer.activation)
        classes = self.network.class_count
        graph = helper.make_graph(
            self.nodes,
            "network",
            [helper.make_tensor_value_info("images", onnx.TensorProto.FLOAT, (self.batch, *self.network.input_shape))],
            [helper.make_tensor_value_info(self.value, onnx.TensorProto.FLOAT, (self.batch, classes))],
            self.constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=9)

    def _add(self, operator: str, *others: str, **attributes: Any) -> None:
        result = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, [self.value, *others], [result], **attributes))
        self.value = result

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _parameters(self, index: int) -> list[str]:
        names = [f"{index}.weight", f"{index}.bias"]
        return [self._constant(self.parameters[name]) for name in names if name in self.parameters]

    def _add_convolution(
        self, index: int, layer: lp.Conv2D, inputs: tuple[int, int, int], outputs: tuple[int, int, int]
    ) -> None:
        _, strides, (height, width) = layer.window
        attributes = {"strides": strides, "pads": (height, width, height, width)}
        if layer.connection == "full":
            self._add("Conv", *self._parameters(index), **attributes)
            return
        if layer.connection != "separate" or layer.bias:
            raise NotImplementedError(f"this convolution is not written as a graph here: {layer}")
        planes, filters = inputs[0], self.parameters[f"{index}.weight"][:, np.newaxis]
        if self.form == "grouped":
            self._add("Conv", self._constant(np.tile(filters, (planes, 1, 1, 1))), group=planes, **attributes)
        else:
            self._add_reshape(self.batch * planes, 1, *inputs[1:])
            self._add("Conv", self._constant(filters), **attributes)
            self._add_reshape(self.batch, *outputs)

    def _add_reshape(self, *shape: int) -> None:
        self._add("Reshape", self._constant(np.array(shape, dtype=np.int64)))

    def _add_activation(self, activation: str) -> None:
        name, slope = parse_activation(activation)
        if name == "relu":
            self._add("Relu")
        elif name == "sigmoid":
            if slope != 1:
                self._add("Mul", self._constant(np.array(slope, dtype=np.float32)))
            self._add("Sigmoid")
        elif name != "identity":
            raise NotImplementedError(f"this activation is not written as a graph here: {activation}")


def prepare(problem: Problem, case: Case) -> Inference:
    """Return ONNX Runtime for a case."""
    if case.task == "training":
        raise NotOfferedError("infers only")
    if problem.has_residuals:
        raise NotOfferedError("residuals are written in PyTorch only")
    forms = ["reshaped", "grouped"] if problem.shares_filters else [""]
    return fastest({form: partial(Inference, problem, case, form) for form in forms})
