"""Make up the weights and the bias of one layer, which a function of a descent is handed."""

import ast
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop._text import Text
from clearprop.check.script.errors import CannotCallError

ALONE = re.compile(
    r"(init(ial)?_?)?(theta|w|weights?|(?P<bias>b|bias))(_?(in|init(ial)?))?", re.IGNORECASE
)
"""Names of the weights, or the bias, of a network that has one layer."""
SOFTMAX, LOGISTIC = re.compile(r"soft_?max", re.I), re.compile(r"1(\.0)? \+ (\w+\.)?exp\(")
"""Signs of several outputs, whose sum is 1, and of a single one."""


def alone(name: str, data: Mapping[str, Any], *, several: bool) -> Any:
    """Return the weights or the bias of a network of one layer, for samples and targets.

    Of other than softmax, it has one output: people sum over all of an array there.

    Raises
    ------
    CannotCallError
        If there are `several` outputs and one target a sample, or one and several.

    Examples
    --------
    >>> data = {"X": np.ones((7, 4)), "Y": np.ones(7)}
    >>> alone("theta", data, several=False).shape
    (4,)
    >>> alone("b", {**data, "Y": np.ones((7, 3))}, several=True).shape
    (3,)
    """
    X, Y = (np.asarray(data[role]) for role in "XY")
    are_rows = len(X) == len(Y)
    units = Y.shape[1:] if are_rows else Y.shape[:1]
    if X.ndim != 2 or several != (math.prod(units) > 1):
        raise CannotCallError(Text(f"what is {name}?", f"{name} 是什么？"))
    said = ALONE.fullmatch(name)
    if said is None or said["bias"] is None:
        return np.random.default_rng(1).normal(size=(X.shape[int(are_rows)], *units)) / 2
    if not several:
        return 0.3
    return np.full(units if are_rows else (*units, 1), 0.3)


def has_softmax(tree: ast.AST) -> bool:
    """Return whether a program has several outputs: it says so, or exponentials are no logistic.

    Examples
    --------
    >>> [has_softmax(ast.parse(f"a = {f}")) for f in ("1/(1+exp(-z))", "exp(z)/total", "z")]
    [False, True, False]
    """
    text = ast.unparse(tree)
    return SOFTMAX.search(text) is not None or ("exp(" in text and not LOGISTIC.search(text))
