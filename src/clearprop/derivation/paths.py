"""Paths: every chain of local derivatives to the loss, and its contribution to a gradient.

A weight reaches the loss along paths: through its unit, then one unit of every later layer, to an
output. The product of the local derivatives along a path is what the path contributes, and the
contributions of all paths add up to the gradient. Their number is the product of the widths, so
they are never enumerated: what all of them contribute together follows from one pass backwards
(dynamic programming), and the strongest come out one by one, in order, from a best-first search
that knows for every unit the most that any way from it to the loss can contribute.
"""

import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.trace import Trace


@dataclass(frozen=True)
class Place:
    """A unit's weighted sum z or activation a; x is the activation of layer 0.

    Attributes
    ----------
    kind : {"z", "a"}
        The quantity.
    layer : int
        The layer, counted from 1; 0 for the inputs.
    unit : int
        The unit, counted from 0.
    """

    kind: str
    layer: int
    unit: int


@dataclass(frozen=True)
class Path:
    """One way from a place to the loss of one sample.

    Attributes
    ----------
    sample : int
        The sample, counted from 0.
    places : tuple of Place
        The places that it passes, the start first.
    contribution : float
        The product of the local derivatives along it, and of the factor before it.
    """

    sample: int
    places: tuple[Place, ...]
    contribution: float


@dataclass(frozen=True)
class Ways:
    """All ways from one place to the loss of one sample.

    Attributes
    ----------
    trace : Trace
        The record of the pass.
    sample : int
        The sample, counted from 0.
    start : Place
        The place where the paths begin.
    factor : float
        The factor before every path: for a weight its input times the sample's share.
    """

    trace: Trace
    sample: int
    start: Place
    factor: float = 1.0

    @cached_property
    def stages(self) -> list[tuple[Place, FloatArray]]:
        """The local derivatives from one kind of place to the next, up to the last z.

        Each is a matrix from rows to columns, or the diagonal of one; the place beside it says
        what the columns are, its unit is of no account.
        """
        stages: list[tuple[Place, FloatArray]] = []
        for layer in range(self.start.layer, len(self.trace.layers)):
            if layer > self.start.layer or self.start.kind == "z":
                stages.append((Place("a", layer, 0), self._slope(layer)))
            stages.append((Place("z", layer + 1, 0), self.trace.layers[layer].W))
        return stages

    def _slope(self, layer: int) -> FloatArray:
        """Return ∂a/∂z of a layer: the diagonal (n,), or for softmax the whole Jacobian (n, n)."""
        record = self.trace.layers[layer - 1]
        if record.activation.elementwise:
            return record.local_derivative[self.sample]
        z, a = record.z[self.sample], record.a[self.sample]
        return record.activation.pull_back(np.eye(len(z)), z[None], a[None]).T

    @property
    def ends(self) -> FloatArray:
        """δ of the output layer, at which every way ends."""
        return self.trace.layers[-1].delta[self.sample]

    @cached_property
    def most(self) -> list[FloatArray]:
        """Per stage and row, the most |contribution| that a single way from there can have."""
        return self._back(abs(self.ends), lambda matrix, ahead: (abs(matrix) * ahead).max(axis=1))

    def _back(
        self, value: FloatArray, through: Callable[[FloatArray, FloatArray], FloatArray]
    ) -> list[FloatArray]:
        values = [value]
        for _, matrix in reversed(self.stages):
            value = abs(matrix) * value if matrix.ndim == 1 else through(matrix, value)
            values.append(value)
        return values[::-1]

    @cached_property
    def together(self) -> float:
        """Σ |contribution| over all ways."""
        sums = self._back(abs(self.ends), lambda matrix, ahead: abs(matrix) @ ahead)
        return abs(self.factor) * float(sums[0][self.start.unit])

    @cached_property
    def total(self) -> float:
        """Σ contribution over all ways."""
        value = self.ends
        for _, matrix in reversed(self.stages):
            value = matrix * value if matrix.ndim == 1 else matrix @ value
        return self.factor * float(value[self.start.unit])

    @property
    def count(self) -> int:
        """The number of paths."""
        return math.prod(matrix.shape[1] for _, matrix in self.stages if matrix.ndim == 2)

    def first(self) -> Path:
        """Return the way through the largest local derivatives; it may contribute nothing."""
        way = _Partial(0, (self.start,), self.factor)
        for _, matrix in self.stages:
            here = way.places[-1].unit
            to = here if matrix.ndim == 1 else int(np.argmax(abs(matrix[here])))
            way = self._continued(way, to)
        return self._finished(way)

    def strongest(self) -> Iterator[Path]:
        """Yield the ways that contribute anything, the strongest first."""
        order = itertools.count()  # of two equally strong ways the one found first
        queue: list[tuple[float, int, int, _Partial]] = []

        def offer(partial: _Partial, rank: int) -> None:
            """Queue the continuation of this rank under the most that it can still lead to."""
            targets, bounds = self._continuations(partial.stage, partial.places[-1].unit)
            if rank < len(targets):
                bound = abs(partial.product) * bounds[rank]
                if bound > 0:
                    heapq.heappush(queue, (-bound, next(order), rank, partial))

        begin = _Partial(0, (self.start,), self.factor)
        if not self.stages:
            if self.total:
                yield self._finished(begin)
            return
        offer(begin, 0)
        while queue:
            _, _, rank, partial = heapq.heappop(queue)
            offer(partial, rank + 1)
            further = self._extended(partial, rank)
            if further.stage == len(self.stages):
                yield self._finished(further)
            else:
                offer(further, 0)

    def _continuations(self, stage: int, unit: int) -> tuple[FloatArray, FloatArray]:
        """Return where one can go from a unit and the most that it leads to, best first."""
        known = self._ranked
        if (stage, unit) not in known:
            matrix, ahead = self.stages[stage][1], self.most[stage + 1]
            if matrix.ndim == 1:
                known[stage, unit] = np.array([unit]), abs(matrix[unit : unit + 1] * ahead[unit])
            else:
                bounds = abs(matrix[unit]) * ahead
                best = np.argsort(-bounds, kind="stable")
                known[stage, unit] = best, bounds[best]
        return known[stage, unit]

    @cached_property
    def _ranked(self) -> dict[tuple[int, int], tuple[FloatArray, FloatArray]]:
        return {}

    def _extended(self, partial: "_Partial", rank: int) -> "_Partial":
        targets, _ = self._continuations(partial.stage, partial.places[-1].unit)
        return self._continued(partial, int(targets[rank]))

    def _continued(self, partial: "_Partial", to: int) -> "_Partial":
        place, matrix = self.stages[partial.stage]
        here = partial.places[-1].unit
        slope = matrix[here] if matrix.ndim == 1 else matrix[here, to]
        places = (*partial.places, Place(place.kind, place.layer, to))
        return _Partial(partial.stage + 1, places, partial.product * float(slope))

    def _finished(self, partial: "_Partial") -> Path:
        last = partial.product * float(self.ends[partial.places[-1].unit])
        return Path(self.sample, partial.places, last)


@dataclass(frozen=True)
class _Partial:
    """A way up to some place, and the product so far."""

    stage: int
    places: tuple[Place, ...]
    product: float


def strongest(ways: Sequence[Ways], limit: int) -> list[Path]:
    """Return the strongest paths of several samples, at most `limit` of them.

    Where no path contributes anything it is one that does not, so that it can be seen why.
    """
    merged = heapq.merge(
        *(one.strongest() for one in ways), key=lambda path: -abs(path.contribution)
    )
    return list(itertools.islice(merged, limit)) or [ways[0].first()]
