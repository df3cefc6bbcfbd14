"""A gradient under test beside the right one, and what counts as agreement between numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.backward import RIGHT, Pass, Steps, backward, forward, gradient, rounding
from clearprop.check.printed import Printed
from clearprop.check.problem import Convention, Gradients, Problem
from clearprop.check.reading import in_rows

ROUNDING = 100
"""Units of ε × the size of the terms by which two right computations may differ."""

NOTHING = 1e-6
"""Of the right gradient, so much is 0."""
CLOSE = {8: 1e-7, 4: 1e-4}
"""Relative difference that still counts as equal, by the bytes of the gradient's numbers.

In float64 it forgives an ε that a person adds inside a logarithm; no mistake is that small.
"""


@dataclass(frozen=True)
class Case:
    """One diagnosis: the problem and the gradient that a person computed for it."""

    problem: Problem
    given: Gradients
    """The person's arrays by name, in the row convention; some may be absent or of a wrong shape.

    A bias gradient is flat: (1, n) and (n, 1) have become (n,).
    """
    itemsize: int = 8
    """Bytes of the person's numbers: 8 for float64, 4 for float32."""
    given_shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The shapes of the person's gradients as they came."""
    own_shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The shapes of the person's parameters, where they gave arrays of their own."""
    printed: Printed | None = None
    """The rounding of the person's numbers, where they were: each stands for an interval."""
    unrounded: frozenset[str] = frozenset()
    """Arrays of which rounding to their digits does not make the right ones."""

    @staticmethod
    def of(
        problem: Problem,
        gradients: Mapping[str, FloatArray],
        convention: Convention,
        own_shapes: Mapping[str, tuple[int, ...]] | None = None,
        digits: int | None = None,
    ) -> "Case":
        """Return the case of a gradient in the person's own shapes, under ``"W1"``, ``"b1"`` …."""
        reading = in_rows(gradients, problem.network.sizes, convention)
        shapes, own = reading.shapes, own_shapes or {}
        printed = None if digits is None else Printed(digits)
        return Case(problem, reading.arrays, reading.itemsize, shapes, own, printed)

    @cached_property
    def right(self) -> Gradients:
        """The right gradient."""
        return gradient(self.problem)

    @cached_property
    def names(self) -> list[str]:
        """The given arrays from the output down: a layer's bias before its weights."""
        layers = range(self.problem.depth, 0, -1)
        ordered = (f"{kind}{layer}" for layer in layers for kind in "bW")
        return [name for name in ordered if name in self.given]

    @cached_property
    def slack(self) -> Mapping[str, float]:
        """The change that rounding alone may make in each array: the largest entry's bound."""
        return self.slack_in(self.itemsize, ROUNDING)

    @cached_property
    def slack_in_float32(self) -> Mapping[str, float]:
        """The change by rounding if some numbers on the way were float32 and the last ones not."""
        return self.slack_in(4, ROUNDING / 10)

    def slack_in(self, itemsize: int, units: float) -> Mapping[str, float]:
        """Return so many units of ε × the size of the terms in each array's largest entry."""
        epsilon = float(np.finfo(f"f{itemsize}").eps)
        return {name: units * epsilon * bound for name, bound in self.largest_bounds.items()}

    @cached_property
    def largest_bounds(self) -> Mapping[str, float]:
        """The size of the terms of each array, without ε."""
        return {name: float(bound.max()) for name, bound in rounding(self.problem).items()}

    @cached_property
    def deviation(self) -> Mapping[str, float]:
        """The largest |given − right| of each array; infinite where the shapes differ."""
        return {name: distance(self.given[name], self.right[name]) for name in self.names}

    @cached_property
    def wrong(self) -> list[str]:
        """The names of the arrays that are not right, from the output down."""
        return [
            name
            for name in self.names
            if not self.deviation[name] <= self.allowed(name, self.right[name])
        ]

    @property
    def has_whole_parameters(self) -> bool:
        """True if every parameter is a whole number, and not all are 0."""
        theta = self.problem.params.vector
        return bool(theta.any() and np.array_equal(theta, np.trunc(theta)))

    @property
    def is_zero(self) -> bool:
        """True if every given number is exactly 0."""
        return not any(array.any() for array in self.given.values())

    def allowed(self, name: str, expected: FloatArray) -> float:
        """Return the largest difference from `expected` that still counts as equal."""
        return CLOSE[self.itemsize] * size(expected) + self.slack[name] + self.rounded(name)

    def rounded(self, name: str) -> float:
        """Return half a unit of the last digit that was printed."""
        if self.printed is None or name in self.unrounded:
            return 0.0
        return self.printed.half_unit(self.given[name])

    def agrees(self, name: str, predicted: FloatArray) -> bool:
        """Return whether a prediction accounts for an array of the person's gradient.

        It must be equal, and where the person is wrong it must explain all but a thousandth of it,
        and of a gradient that is much smaller than the right one; of one that is 0, all.
        """
        apart = distance(self.given[name], predicted)
        if not apart <= self.allowed(name, predicted):
            return False
        if name not in self.wrong:
            return True
        if self.printed is None and not self.given[name].any():
            return not predicted.any()  # sums that cancel are nearly 0, not 0
        off = self.deviation[name]
        least = 1e-3 * min(off, size(self.given[name])) + NOTHING * off
        return apart <= min(1e-3 * off, least) + self.rounded(name)

    def follows(self, steps: Steps) -> bool:
        """Return whether these steps give every array; they end with the first that is another."""
        passed = self.passed if steps.activate is RIGHT.activate else None
        try:
            with np.errstate(all="ignore"):
                return all(
                    self.agrees(name, at.gradients[name])
                    for at, layer in backward(self.problem, steps, passed)
                    for name in (f"b{layer}", f"W{layer}")
                    if name in self.given
                )
        except ValueError:
            return False

    @cached_property
    def loss(self) -> float:
        """L at the parameters."""
        return self.problem.loss(self.problem.params.vector)

    @cached_property
    def passed(self) -> Pass:
        """The right pass forward."""
        with np.errstate(all="ignore"):
            return forward(self.problem)

    def predicted(self, steps: Steps) -> Gradients | None:
        """Return the gradient that these steps compute; None where they fail on the shapes."""
        if steps is RIGHT:
            return self.right
        try:
            with np.errstate(all="ignore"):
                return gradient(self.problem, steps)
        except ValueError:
            return None

    def divided_by(self, factor: float) -> "Case":
        """Return the case of the same gradient, divided by a number."""
        if factor == 1:
            return self
        return replace(self, given={name: given / factor for name, given in self.given.items()})


def size(array: FloatArray) -> float:
    """Return the largest absolute entry."""
    return float(np.abs(array).max(initial=0.0))


def distance(given: FloatArray, expected: FloatArray) -> float:
    """Return the largest absolute difference; infinite where the shapes differ."""
    given, expected = np.asarray(given), np.asarray(expected)
    if given.size == expected.size == 1:
        expected = expected.reshape(given.shape)
    if given.shape != expected.shape:
        return math.inf
    apart = size(given - expected)
    return apart if math.isfinite(apart) else math.inf
