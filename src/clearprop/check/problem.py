"""The problem of a gradient: network, parameters, data and what surrounds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.backprop.propagate import forward, sample_losses
from clearprop.backprop.structure import Parameters, weight_mask
from clearprop.network.network import Network

Convention = Literal["row", "column"]
"""The shape of W: (n_in, n_out) with samples as rows, or (n_out, n_in) with them as columns."""
Gradients = Mapping[str, FloatArray]
"""Gradients by the names ``"W1"``, ``"b1"`` …, in the row convention."""


@dataclass(frozen=True)
class Dropout:
    """Inverted dropout of hidden layers: aˡ ← aˡ ⊙ mask / keep.

    Parameters
    ----------
    keep : float
        The probability with which a unit is kept, in (0, 1].
    masks : mapping of int to array of shape (m, n_l)
        The zeros and ones that were drawn for each hidden layer l, counted from 1.
    """

    keep: float
    masks: Mapping[int, FloatArray]

    def scaled(self, layer: int) -> FloatArray | float:
        """Return mask / keep of a layer, shape (m, n_l), or 1 where nothing is dropped."""
        return self.masks[layer] / self.keep if layer in self.masks else 1.0


@dataclass(frozen=True)
class Problem:
    """The function of the right gradient; index letters n sample, l layer (from 1), k output.

    L = Σₙ cₙ ℓₙ + ½ λ Σ W², with c = 1 for a sum and 1/m for a mean.
    """

    network: Network
    params: Parameters
    X: FloatArray
    """Inputs, shape (m, n₀)."""
    Y: FloatArray
    """Targets, shape (m, K)."""
    learning_rate: float | None = None
    penalty: float = 0.0
    """λ of the L2 penalty ½ λ Σ W² on all weights and no bias."""
    previous: Gradients | None = None
    """The gradient that the person's code returned for the batch before."""
    taken: Gradients | None = None
    """What the person's step took off the parameters, which may be no multiple of a gradient."""
    dropout: Dropout | None = None

    @property
    def m(self) -> int:
        """The number of samples."""
        return len(self.X)

    @property
    def outputs(self) -> int:
        """K, the number of outputs."""
        return self.network.outputs

    @property
    def depth(self) -> int:
        """L, the number of layers."""
        return len(self.network.layers)

    @property
    def hidden(self) -> range:
        """The numbers of the hidden layers, 1 … L − 1."""
        return range(1, self.depth)

    @cached_property
    def weights(self) -> list[tuple[FloatArray, FloatArray]]:
        """The pair (W, b) of every layer."""
        return self.params.layers

    @property
    def every_layer(self) -> range:
        """The numbers of all layers, 1 … L."""
        return range(1, self.depth + 1)

    @cached_property
    def is_canonical(self) -> bool:
        """True if loss and output activation give δ = a − y without any f′."""
        return self.network.loss_rule.is_canonical_with(self.activation(self.depth))

    @property
    def share(self) -> float:
        """c, the share of each sample in the loss."""
        return 1.0 if self.network.reduction == "sum" else 1 / self.m

    def loss(self, theta: FloatArray) -> float:
        """Return L at the flat vector `theta`, shape (P,), without dropout."""
        passed = forward(self.network.layers, Parameters(self.params.sizes, theta).layers, self.X)
        output = self.activation(self.depth)
        z, a = passed.weighted_sums[-1], passed.output
        losses = sample_losses(self.network.loss_rule, output, z, a, self.Y)
        weights = theta[weight_mask(self.network.sizes)]
        return self.share * float(losses.sum()) + 0.5 * self.penalty * float(weights @ weights)

    def activation(self, layer: int) -> Activation:
        """Return the activation function of layer l."""
        return self.network.layers[layer - 1].activation

    def W(self, layer: int) -> FloatArray:  # noqa: N802 - the matrix's name
        """Return the weights of layer l, shape (n_{l−1}, n_l)."""
        return self.weights[layer - 1][0]

    def b(self, layer: int) -> FloatArray:
        """Return the biases of layer l, shape (n_l,)."""
        return self.weights[layer - 1][1]
