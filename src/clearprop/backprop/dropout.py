"""Dropout: in every step some units of the hidden layers are silent.

A silent unit is an activation function like any other, f multiplied by 0; the rest is multiplied by
1/(1 − p), so that the expected activation stays what it is. Propagation need not know.
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
class Thinned(Activation):
    """a = r ⊙ f(z), where r is 0 for a silent unit and 1/(1 − p) for the others.

    Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, "Dropout: a simple way to
    prevent neural networks from overfitting", 2014, section 4; r as in its section 10.
    """

    name = "thinned"

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


def silence_units(
    layers: Sequence[Layer],
    dropout: Sequence[float],
    samples: int,
    random: RandomSource | None,
) -> tuple[Layer, ...]:
    """Return the layers, with units of each hidden one drawn silent for each of the samples.

    `dropout` holds p for every hidden layer, the probability that a unit is silent.
    """
    random = np.random.default_rng() if random is None else random
    thinned = list(layers)
    for index, p in enumerate(dropout):
        if p > 0:
            layer = layers[index]
            awake = random.uniform(size=(samples, layer.units)) >= p
            thinned[index] = Layer(layer.units, Thinned(layer.activation, awake / (1 - p)))
    return tuple(thinned)
