"""The networks and batches that a person's code is fed, drawn anew for every check.

Widths, m, K and η all differ and are not 2. Equal numbers would hide mistakes: with m = K a missing
1/m looks like a missing 1/K, with two equal widths a missing transpose is no shape error.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters

Convention = Literal["row", "column"]
SAMPLES = (5, 7, 11)
WIDTHS = (4, 6, 7, 8, 9, 11, 12)
RATES = (0.29, 0.31, 0.37, 0.41, 0.43)
OUTPUTS, EQUAL = 3, 3
STEP = 1e-5
"""The distance by which a parameter is moved for a difference of the code's own loss."""
PENALTY = 0.7
"""λ that is handed over where code takes one, once its gradient without a penalty is known."""


@dataclass(frozen=True)
class Fixture:
    """A network's sizes, a batch, and parameters; arrays are drawn from the seed.

    Parameters
    ----------
    sizes : sequence of int
        n₀ … n_L.
    m : int
        Samples.
    learning_rate : float
        η.
    seed : int
        Of parameters and batch.
    batch : int
        Another number gives another batch, with the same parameters.
    """

    sizes: Sequence[int]
    m: int
    learning_rate: float
    seed: int
    batch: int = 0

    @cached_property
    def params(self) -> Parameters:
        """Weights of size 1/√n_in, and biases that are not 0; row convention."""
        random = np.random.default_rng([self.seed, 1])
        params = Parameters(tuple(self.sizes))
        for name in params:
            shape = params[name].shape
            spread = 1.2 / np.sqrt(shape[0]) if name.startswith("W") else 0.3
            params[name] = spread * random.standard_normal(shape)
        return params

    @cached_property
    def X(self) -> FloatArray:  # noqa: N802 - the matrix's name
        """Inputs, shape (m, n₀)."""
        random = np.random.default_rng([self.seed, 2, self.batch])
        return random.standard_normal((self.m, self.sizes[0]))

    @cached_property
    def labels(self) -> FloatArray:
        """The class of every sample, shape (m,); with one output 0 or 1."""
        # of three classes or more one stays empty, which shows faults of the present ones; the
        # last is there, as code often counts the classes by the largest number
        last = max(1, self.sizes[-1] - 1)
        present = np.array([*range(max(1, last - 1)), last])
        random = np.random.default_rng([self.seed, 3, self.batch])
        if self.m == 1:
            return random.integers(2, size=1) if last == 1 else present[-1:]
        return random.permutation(present[np.arange(self.m) % len(present)])

    @cached_property
    def Y(self) -> FloatArray:  # noqa: N802
        """Targets: class membership, shape (m, K), good for every loss."""
        K = self.sizes[-1]
        return self.labels[:, None].astype(float) if K == 1 else np.eye(K)[self.labels]

    def again(self) -> "Fixture":
        """Return a fixture of the same sizes with other parameters and another batch."""
        return replace(self, seed=self.seed + 1)

    def elsewhere(self) -> "Fixture":
        """Return a fixture with the same parameters and another batch."""
        return replace(self, batch=self.batch + 1)


@dataclass(frozen=True)
class Fixtures:
    """The fixtures of one check, which all follow from its seed."""

    seed: int

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """n₀ and the widths of hidden layers, all different, and different from m and K."""
        random = np.random.default_rng([self.seed, 4])
        return tuple(int(n) for n in random.permutation([n for n in WIDTHS if n != self.m]))

    @cached_property
    def m(self) -> int:
        """The number of samples: with K = 3, no ratio of the two is near 2."""
        return int(np.random.default_rng([self.seed, 5]).choice(SAMPLES))

    @cached_property
    def learning_rate(self) -> float:
        """η, which is no ratio of the other numbers."""
        return float(np.random.default_rng([self.seed, 6]).choice(RATES))

    def different_widths(self, depth: int, outputs: int = OUTPUTS) -> Fixture:
        """Return a fixture of so many layers in which no two numbers are equal."""
        return self._with((*self.widths[:depth], outputs), self.m)

    def equal_widths(self, depth: int) -> Fixture:
        """Return a fixture whose layers are all equally wide: a missing transpose runs on it."""
        return self._with((self.widths[0], *[EQUAL] * depth), self.m)

    def equal_everything(self, depth: int) -> Fixture:
        """Return a fixture with m = n₀ = … = K: elementwise products for matrix products run."""
        return self._with((EQUAL,) * (depth + 1), EQUAL)

    def _with(self, sizes: Sequence[int], m: int) -> Fixture:
        return Fixture(sizes, m, self.learning_rate, self.seed)


def orient(batch: FloatArray, convention: str) -> FloatArray:
    """Return samples as rows, or as columns where the convention is ``"column"``."""
    return np.array(batch.T if convention == "column" and batch.ndim == 2 else batch, order="C")
