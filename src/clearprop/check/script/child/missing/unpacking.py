"""Make up what a missing loader of data would have returned, by the names that take it."""

import re
from typing import Any

import numpy as np

Pattern = str | tuple["Pattern", ...]
"""Names as they stand on the left of ``(X, y), (X_test, y_test), classes = load()``."""
ONE_HOT = re.compile(r"hot|_oh\b", re.IGNORECASE)
NUMBERS = re.compile(r"^(num|n)_|_(num|size|dim|count)$|num_cls|n_class|^classes$", re.IGNORECASE)
TARGETS = re.compile(r"(^|_)(y|t)(\d|_|$)|^y|y$|label|target|_t$|^t_", re.IGNORECASE)
SAMPLES = re.compile(r"x|image|img|picture|data|feature|input|pixel|sample|trn|tst", re.IGNORECASE)


def fits(pattern: Pattern, value: Any) -> bool:
    """Return whether a value can be taken apart so.

    Examples
    --------
    >>> fits(("a", ("b", "c")), [1, (2, 3)])
    True
    >>> fits(("a", ("b", "c")), (1, 2))
    False
    """
    if isinstance(pattern, str):
        return True
    if not isinstance(value, tuple | list | np.ndarray) or len(value) != len(pattern):
        return False
    return all(fits(part, each) for part, each in zip(pattern, value, strict=True))


def names_in(pattern: Pattern) -> list[str]:
    """Return the names of a pattern.

    Examples
    --------
    >>> names_in((("x", "y"), "n"))
    ['x', 'y', 'n']
    """
    if isinstance(pattern, str):
        return [pattern]
    return [name for part in pattern for name in names_in(part)]


def says_data(pattern: Pattern) -> bool:
    """Return whether names speak of samples and of their targets.

    Examples
    --------
    >>> says_data(("X_train", "y_train")), says_data(("loss", "accuracy"))
    (True, False)
    >>> says_data(("trnLst", "trnKey", "tstLst", "tstKey"))
    True
    """
    roles = {role(name) for name in names_in(pattern)}
    return {"samples", "targets"} <= roles


def role(name: str) -> str:
    """Return ``"samples"``, ``"targets"``, ``"number"`` or, where a name says nothing, ``""``."""
    if NUMBERS.search(name):
        return "number"
    if TARGETS.search(name):
        return "targets"
    return "samples" if SAMPLES.search(name) else ""


def made_for(pattern: Pattern, X: Any, y: Any, *, hot: bool = False) -> Any:
    """Return samples and class numbers in the places of their names, and the number of classes.

    Parameters
    ----------
    pattern : str or nested tuple of str
    X : array of shape (m, n)
    y : integer array of shape (m,)
    hot : bool
        True if targets are rows with a single one, whatever they are called.
    """
    if not isinstance(pattern, str):
        return tuple(made_for(part, X, y, hot=hot) for part in pattern)
    K = int(y.max()) + 1
    found = role(pattern)
    if found == "number":
        return K
    if found == "targets":
        return np.eye(K)[y] if hot or ONE_HOT.search(pattern) else y.astype(int)
    return X.copy()
