"""Dropout: a random mask over the activations of the hidden layers, drawn anew in every step.

A masked layer has an activation function like any other, r ⊙ f(z), so that propagation need not
know. What is kept is multiplied by 1/(1 − p), so that the expected activation stays what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.activations.activation import Array
from clearprop.backprop.structure import Layer


@dataclass(frozen=True, eq=False)
class Masked(Activation):
    """a = r ⊙ f(z), where the mask r is 0 for a dropped unit and 1/(1 − p) for the others.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting", 2014, section 4; r as in its section 10.
    """

    name = "masked"

    of: Activation
    r: FloatArray
    """Shape (m, n_l): one draw for every sample and unit."""

    def value(self, z: Array) -> Array:
        """Return r ⊙ f(z)."""
        return self._scaled(self.of.value(z))

    def derivative(self, z: Array, a: Array) -> Array:
        """Return r ⊙ f′(z); `a` is f(z) no longer, so f is evaluated again."""
        return self._scaled(self.of.derivative(z, self.of.value(z)))

    def pull_back(self, error: Array, z: Array, a: Array) -> Array:
        """Return ∂L/∂z: the error passes r, then f."""
        return self.of.pull_back(self._scaled(error), z, self.of.value(z))

    def _scaled(self, array: Array) -> Array:
        return self.r.astype(array.dtype, copy=False) * array  # float32 stays float32


def with_dropout(
    layers: Sequence[Layer],
    dropout: Sequence[float],
    samples: int,
    random: RandomSource | None,
) -> tuple[Layer, ...]:
    """Return the layers, each hidden one with a dropout mask for each of the samples.

    `dropout` holds p for every hidden layer, the probability that a unit is dropped.
    """
    random = np.random.default_rng() if random is None else random
    masked = list(layers)
    for index, p in enumerate(dropout):
        if p > 0:
            layer = layers[index]
            keep = random.uniform(size=(samples, layer.units)) >= p
            masked[index] = Layer(layer.units, Masked(layer.activation, keep / (1 - p)))
    return tuple(masked)
