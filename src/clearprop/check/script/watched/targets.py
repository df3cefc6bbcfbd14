"""What may be the targets of a step, among the arrays that were seen."""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.observed import Run
from clearprop.check.script.watched.nets import Net
from clearprop.check.script.watched.row_convention import joined, oriented_like

MAX_TARGETS = 10


def targets(net: Net, runs: Sequence[Run], output: FloatArray) -> Iterator[FloatArray]:
    """Yield what may be the targets, the likeliest first."""
    known: list[FloatArray] = []
    ways = (met_by_outputs, outputs_less_errors, classes_of_labels)
    for Y in itertools.chain.from_iterable(way(runs, output) for way in ways):
        if not np.isfinite(Y).all() or net.same(Y, output):
            continue
        if any(Y.shape == other.shape and np.array_equal(Y, other) for other in known):
            continue
        known.append(Y)
        yield Y
        if len(known) == MAX_TARGETS:
            return


def met_by_outputs(runs: Sequence[Run], output: FloatArray) -> Iterator[FloatArray]:
    """Yield the arrays that met the outputs in an operation, in their shape."""
    met = list(joined([run.targets for run in runs], output))
    for array in met:
        if array.ndim == 0 and runs[0].seen[0].ndim:  # a number that something was multiplied by
            continue
        if is_negative_of_one(array, met):
            continue
        yield from oriented_like(array, output)


def is_negative_of_one(array: FloatArray, others: Sequence[FloatArray]) -> bool:
    """Return whether an array is −y of another one, as it stands in −y ln a; y has no minus."""
    return bool((array <= 0).all() and array.any()) and any(
        np.array_equal(-array, other) for other in others
    )


def outputs_less_errors(runs: Sequence[Run], output: FloatArray) -> Iterator[FloatArray]:
    """Yield a − δ for arrays δ that were seen, where it is a class written as 0 and 1."""
    if output.shape[1] == 1:
        return
    for array in joined([run.seen for run in runs], output):
        for part in oriented_like(array, output):
            Y = np.round(output - part, 9)
            if np.isin(Y, (0.0, 1.0)).all() and (Y.sum(axis=1) == 1).all():
                yield Y


def classes_of_labels(runs: Sequence[Run], output: FloatArray) -> Iterator[FloatArray]:
    """Yield the classes whose numbers were seen, written as 0 and 1."""
    K = output.shape[1]
    if len(runs) != 1 or K == 1:
        return
    for labels in runs[0].labels:
        flat = labels.ravel()
        if flat.size != len(output) or not np.array_equal(flat, np.round(flat)):
            continue
        if flat.min() >= 0 and flat.max() < K:
            yield np.eye(K)[flat.astype(int)]
