"""The record of one forward and backward pass: every number of it, under its name."""

from dataclasses import dataclass

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.backprop.propagate import (
    Weights,
    backward,
    error_terms,
    forward,
    sample_losses,
)
from clearprop.backprop.structure import Layer
from clearprop.losses import Loss


@dataclass(frozen=True, eq=False)
class LayerTrace:
    """The quantities of one layer, forward and backward; m samples, one a row."""

    number: int
    """l, counted from 1."""
    activation: Activation
    W: FloatArray
    """Weights, shape (n_{l−1}, n_l)."""
    b: FloatArray
    """Biases, shape (n_l,)."""
    a_previous: FloatArray
    """Aˡ⁻¹, the layer's input, shape (m, n_{l−1})."""
    z: FloatArray
    """Weighted sums Zˡ, shape (m, n_l)."""
    a: FloatArray
    """Activations Aˡ = f(Zˡ), shape (m, n_l)."""
    local_derivative: FloatArray
    """f′(Zˡ), shape (m, n_l); for softmax the diagonal of its Jacobian."""
    delta: FloatArray
    """Error term δˡ of each sample's own loss, shape (m, n_l)."""
    dW: FloatArray
    """∂L/∂Wˡ of the total loss, shape (n_{l−1}, n_l)."""
    db: FloatArray
    """∂L/∂bˡ of the total loss, shape (n_l,)."""


@dataclass(frozen=True, eq=False)
class Trace:
    """One forward and backward pass, recorded."""

    x: FloatArray
    """Inputs A⁰, shape (m, n₀)."""
    y: FloatArray
    """Targets, shape (m, K)."""
    loss: Loss
    reduction: str
    share: FloatArray
    """c, the share of each sample in the total loss, shape (m, 1): 1 for a sum, 1/m for a mean."""
    layers: tuple[LayerTrace, ...]
    sample_losses: FloatArray
    """ℓ of each sample, shape (m,)."""
    loss_derivative: FloatArray
    """∂ℓ/∂Aᴸ, shape (m, K)."""
    total_loss: float
    """L = Σₙ cₙ ℓₙ."""

    def __getitem__(self, name: str) -> FloatArray:
        """Return a quantity by its name in the notes: ``"z1"``, ``"a0"``, ``"delta2"``, ``"dW1"``.

        Raises
        ------
        KeyError
            If the trace has no quantity of that name.
        """
        if name in ("x", "a0"):
            return self.x
        if name == "y":
            return self.y
        kind, number = name.rstrip("0123456789"), name[len(name.rstrip("0123456789")) :]
        known = ("z", "a", "delta", "dW", "db", "W", "b", "local_derivative")
        if kind not in known or not number or not 1 <= int(number) <= len(self.layers):
            raise KeyError(name)
        return getattr(self.layers[int(number) - 1], kind)


def record(
    layers: tuple[Layer, ...],
    weights: Weights,
    X: FloatArray,
    Y: FloatArray,
    loss: Loss,
    reduction: str,
    share: FloatArray,
) -> Trace:
    """Return the trace of one pass over samples `X`, (m, n₀), with targets `Y`, (m, K)."""
    passed = forward(layers, weights, X)
    deltas = error_terms(layers, weights, passed, loss, Y)
    gradients = backward(passed.activations, deltas, share)
    losses = sample_losses(loss, layers[-1].activation, passed.weighted_sums[-1], passed.output, Y)
    steps = tuple(
        LayerTrace(
            number=index + 1,
            activation=layer.activation,
            W=weights[index][0],
            b=weights[index][1],
            a_previous=passed.activations[index],
            z=passed.weighted_sums[index],
            a=passed.activations[index + 1],
            local_derivative=layer.activation.derivative(
                passed.weighted_sums[index], passed.activations[index + 1]
            ),
            delta=deltas[index],
            dW=gradients[index][0],
            db=gradients[index][1],
        )
        for index, layer in enumerate(layers)
    )
    return Trace(
        x=X,
        y=Y,
        loss=loss,
        reduction=reduction,
        share=share,
        layers=steps,
        sample_losses=losses,
        loss_derivative=loss.derivative(passed.output, Y),
        total_loss=float((share[:, 0] * losses).sum()),
    )
