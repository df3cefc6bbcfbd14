"""Samples and targets that a program has loaded, for its own functions that nothing calls."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.source.vocabulary import TRAINING, role_of

HELD_BACK = re.compile(r"test|val|dev", re.IGNORECASE)
MOST = 40
"""Samples that are enough to see a gradient by."""


class OwnData(NamedTuple):
    """Samples and targets by the program's names, and the widths that they ask for."""

    X: Any
    Y: Any
    inputs: int
    outputs: int
    samples: int


def own_data(namespace: Mapping[str, Any]) -> Iterator[OwnData]:
    """Yield samples and targets that belong together; at most one pair, that for training."""
    samples, targets = (named(namespace, role) for role in ("X", "Y"))
    for x in samples:
        for y in targets:
            pair = paired(namespace[x], namespace[y])
            if pair is not None:
                yield pair
                return


def named(namespace: Mapping[str, Any], role: str) -> list[str]:
    """Return the names of arrays that have a role, those of a training set first."""
    names = [
        name
        for name, value in namespace.items()
        if isinstance(value, np.ndarray) and 1 <= value.ndim <= 2 and value.size > 1
        if role in (role_of(word, among=("X", "Y")) for word in (name, TRAINING.sub("", name)))
    ]

    def unlikely(name: str) -> tuple[bool, bool, bool]:
        return HELD_BACK.search(name) is not None, not TRAINING.search(name), "data" in name.lower()

    return sorted(names, key=unlikely)


def paired(X: Any, Y: Any) -> OwnData | None:
    """Return samples and targets with their widths; None where their numbers differ."""
    if X.ndim != 2:
        return None
    for axis in (0, 1):
        m = X.shape[axis]
        if m > 1 and m in (Y.shape[0], Y.shape[-1]):
            outputs = int(Y.max()) + 1 if Y.ndim == 1 else Y.size // m
            few = slice(MOST)
            X = X[few] if axis == 0 else X[:, few]
            Y = Y[few] if Y.shape[0] == m else Y[:, few]
            return OwnData(X, Y, X.shape[1 - axis], max(1, outputs), X.shape[axis])
    return None


def has_no_rows(namespace: Mapping[str, Any]) -> bool:
    """Return whether a program was left a table without rows, or columns for samples."""
    return any(
        isinstance(value, np.ndarray) and value.ndim == 2 and not value.size and any(value.shape)
        for value in namespace.values()
    )
