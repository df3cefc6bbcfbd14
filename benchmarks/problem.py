"""What every contender of a row is given: one network, one table, one start."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from clearprop._random import RandomSource
from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters
from clearprop.network.initializers import initialize


@dataclass(frozen=True, eq=False)
class Problem:
    """A network, its data and its first parameters."""

    sizes: tuple[int, ...]
    """n₀, n₁ … n_L."""
    hidden: str
    """Activation of the hidden layers: ``"tanh"``, ``"relu"`` or ``"sigmoid"``."""
    output: str
    """Activation of the output: ``"identity"``, ``"sigmoid"`` or ``"softmax"``."""
    loss: str
    X: FloatArray
    """Shape (m, n₀)."""
    Y: FloatArray
    """Shape (m, K); one-hot under a softmax."""
    theta: FloatArray
    """First parameters, shape (P,): W¹, b¹, W², b² …"""
    reduction: str = "mean"

    @staticmethod
    def start(
        sizes: tuple[int, ...],
        activations: tuple[str, str],
        loss: str,
        X: FloatArray,
        Y: FloatArray,
        *,
        initializer: str = "xavier",
        seed: int | RandomSource = 0,
        dtype: str = "float64",
        reduction: str = "mean",
    ) -> "Problem":
        """Return the problem with drawn first parameters, all of one dtype."""
        theta = initialize(sizes, initializer, seed, dtype).vector
        X, Y = (np.ascontiguousarray(array, dtype) for array in (X, Y))
        return Problem(sizes, *activations, loss, X, Y, theta, reduction)

    @property
    def dtype(self) -> str:
        """``"float32"`` or ``"float64"``."""
        return self.theta.dtype.name

    @property
    def weights(self) -> list[tuple[FloatArray, FloatArray]]:
        """Copies of the first W and b of every layer."""
        return Parameters(self.sizes, self.theta.copy()).layers

    @property
    def labels(self) -> FloatArray:
        """The class of every row, shape (m,)."""
        return self.Y.argmax(axis=1) if self.output == "softmax" else self.Y[:, 0].astype(int)

    @property
    def products(self) -> int:
        """Multiplications of one sample's way through the weights: Σ n_{l−1} n_l."""
        return sum(a * b for a, b in pairwise(self.sizes))

    def in_double(self) -> "Problem":
        """Return the same problem in float64."""
        X, Y, theta = (array.astype(np.float64) for array in (self.X, self.Y, self.theta))
        return replace(self, X=X, Y=Y, theta=theta)


def one_hot(labels: FloatArray, classes: int) -> FloatArray:
    """Return 1 in the column of each row's class, shape (m, classes)."""
    return np.eye(classes)[labels]
