"""What a person's code is fed: a small network whose m, K, widths and η all differ and are not 2.

Equal numbers would hide mistakes: with m = K a missing 1/m looks like a missing 1/K, with two equal
widths a missing transpose is no shape error.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.structure import Parameters

Convention = Literal["row", "column"]
HIDDEN_WIDTHS = (6, 7, 8, 9, 11, 12)
INPUTS, OUTPUTS, SAMPLES, RATE = 4, 3, 5, 0.37
EQUAL = 3


@dataclass(frozen=True)
class Fixture:
    """A network's sizes, a batch, and parameters; arrays are drawn from a fixed seed.

    Parameters
    ----------
    sizes : sequence of int
        n₀ … n_L.
    m : int
        Samples.
    learning_rate : float
        η.
    seed : int
        Of the arrays.
    """

    sizes: Sequence[int]
    m: int = SAMPLES
    learning_rate: float = RATE
    seed: int = 7

    @cached_property
    def params(self) -> Parameters:
        """Weights of size 1/√n_in, and biases that are not 0; row convention."""
        random = np.random.default_rng(self.seed)
        params = Parameters(tuple(self.sizes))
        for name in params:
            shape = params[name].shape
            spread = 1.2 / np.sqrt(shape[0]) if name.startswith("W") else 0.3
            params[name] = spread * random.standard_normal(shape)
        return params

    @cached_property
    def X(self) -> FloatArray:  # noqa: N802 - the matrix's name
        """Inputs, shape (m, n₀)."""
        return np.random.default_rng(self.seed + 1).standard_normal((self.m, self.sizes[0]))

    @cached_property
    def labels(self) -> FloatArray:
        """The class of every sample, shape (m,); with one output 0 or 1."""
        # of three classes or more the last stays empty, which shows faults of the present ones
        return np.arange(self.m) % max(2, self.sizes[-1] - 1)

    @cached_property
    def Y(self) -> FloatArray:  # noqa: N802
        """Targets: class membership, shape (m, K), good for every loss."""
        K = self.sizes[-1]
        return self.labels[:, None].astype(float) if K == 1 else np.eye(K)[self.labels]


def described(fixture: Fixture) -> dict[str, Any]:
    """Return a fixture as data, from which ``Fixture(**data)`` builds it again."""
    return {
        "sizes": [int(n) for n in fixture.sizes],
        "m": fixture.m,
        "learning_rate": fixture.learning_rate,
        "seed": fixture.seed,
    }


def different_widths(depth: int, outputs: int = OUTPUTS, m: int = SAMPLES) -> Fixture:
    """Return a fixture of so many layers in which no two numbers are equal."""
    return Fixture((INPUTS, *HIDDEN_WIDTHS[: depth - 1], outputs), m)


def equal_widths(depth: int) -> Fixture:
    """Return a fixture whose layers are all equally wide: a missing transpose runs on it."""
    return Fixture((INPUTS, *[EQUAL] * depth))


def equal_everything(depth: int) -> Fixture:
    """Return a fixture with m = n₀ = … = K: an elementwise product for a matrix product runs."""
    return Fixture([EQUAL] * (depth + 1), EQUAL)
