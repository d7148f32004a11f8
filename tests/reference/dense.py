"""Fully connected: every output is a weighted sum of all inputs, which are taken in C order over (P, H, W)."""

from .activations import Array


def forward(weight: Array, bias: Array | None, inputs: Array) -> Array:
    """Outputs [N][U] before the activation, for ``weight`` [U][I] and ``inputs`` [N][P][H][W] with P H W = I."""
    outputs = inputs.reshape(len(inputs), -1) @ weight.T
    return outputs if bias is None else outputs + bias


def backward(weight: Array, inputs: Array, output_gradient: Array) -> tuple[Array, Array, Array]:
    """Gradients of sum(output * output_gradient) for weight [U][I], bias [U] and inputs [N][P][H][W]."""
    weight_gradient = output_gradient.T @ inputs.reshape(len(inputs), -1)
    bias_gradient = output_gradient.sum(axis=0)
    return weight_gradient, bias_gradient, (output_gradient @ weight).reshape(inputs.shape)
