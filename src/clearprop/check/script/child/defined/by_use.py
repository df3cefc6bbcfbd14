"""What an argument may be by its use: a width, a function of the program, an object, a number."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from clearprop.check.script.child.defined.choices import (
    DERIVED,
    FIRST_WORDS,
    OF_LOSS,
    own_function,
    word_for,
)

COUNT, RATE = 3, 0.37
CALLED = re.compile(r"activ|deriv|prime|^act(_|$)", re.IGNORECASE)
"""Names of what is called, where nothing is done with it."""
SEVERAL = 3
"""Of layers, at most, which a list has an entry for."""


class Unknown:
    """Says that nothing is known of an argument."""


UNKNOWN = Unknown()


def widths(
    unknown: Sequence[str], known: frozenset[str], data: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the widths that arguments stand for, by their order.

    Parameters
    ----------
    unknown : sequence of str
        Arguments that are widths, and whose names do not say which.
    known : frozenset of str
        The roles, of ``inputs``, ``hidden`` and ``outputs``, that other arguments have.
    data : mapping
        The widths, by their roles.

    Examples
    --------
    >>> widths(["a", "b"], frozenset(), {"inputs": 4, "hidden": 6, "outputs": 3})
    {'a': 4, 'b': 3}
    >>> widths(["n"], frozenset(), {"inputs": 4, "hidden": 6, "outputs": 3})
    {'n': 6}
    """
    between = ["hidden"] * max(0, len(unknown) - 2)
    usual: list[str] = {0: [], 1: ["hidden"]}.get(len(unknown), ["inputs", *between, "outputs"])
    if known:
        left = [role for role in ("hidden", "inputs", "outputs") if role not in known]
        usual = [*left, *["hidden"] * len(unknown)]
    return {name: data[role] for name, role in zip(unknown, usual, strict=False)}


def by_use(
    name: str,
    uses: frozenset[str],
    data: Mapping[str, Any],
    namespace: Mapping[str, Any],
    tree: ast.AST,
) -> Any:
    """Return a value for an argument by what is done with it; `UNKNOWN` where that says nothing.

    Parameters
    ----------
    name : str
    uses : frozenset of str
        See `clearprop.check.script.source.uses.uses_of`.
    data : mapping
        Samples, targets and settings by their roles.
    namespace : mapping
        The program's globals.
    tree : ast.AST
        The program.
    """
    asked = [use.removeprefix("has ") for use in uses if use.startswith("has ")]
    tables = [namespace.get(use.removeprefix("key of ")) for use in uses if use[:7] == "key of "]
    if key := next((likely_key(table) for table in tables if isinstance(table, dict)), None):
        return key
    if "called" in uses or (not uses and CALLED.search(name)):
        return function_for(name, namespace)
    if "each size" in uses:
        return data["sizes"]
    if "each called" in uses:
        return [function_for(name, namespace)] * SEVERAL
    if "each word" in uses:
        return [word_for(name, tree, namespace) or "sigmoid"] * SEVERAL
    if asked and "array" not in uses:
        return next(objects_with(asked, namespace), UNKNOWN)
    if "array" in uses or "dict" in uses or "several" in uses:
        return UNKNOWN
    for use, value in (("count", COUNT), ("factor", RATE), ("flag", False)):
        if use in uses:
            return value
    return UNKNOWN


def likely_key(table: Mapping[Any, Any]) -> str | None:
    """Return the key of a table, of those that are words, which a program may well mean."""
    words = [key for key in table if isinstance(key, str)]
    usual = [key for known in FIRST_WORDS for key in words if known in key.lower()]
    return next(iter([*usual, *words]), None)


def function_for(name: str, namespace: Mapping[str, Any]) -> Any:
    """Return the program's activation, or its f′, or a loss, for an argument that is called.

    A program that has not both is handed max(0, z) and its slope, which is the same in z and in a.
    """
    if OF_LOSS.search(name):
        return own_function(name, dict(namespace)) or UNKNOWN
    value, slope = own_pair(namespace) or (rectified, mask)
    return slope if DERIVED.search(name) else value


def own_pair(namespace: Mapping[str, Any]) -> tuple[Any, Any] | None:
    """Return an activation of a program with its f′; None where it has not both of one."""
    for word in FIRST_WORDS:
        functions = {
            bool(DERIVED.search(name)): value
            for name, value in namespace.items()
            if word in name.lower() and callable(value) and not isinstance(value, type)
        }
        if len(functions) == 2:
            return functions[False], functions[True]
    return None


def rectified(z: Any) -> Any:
    """Return max(0, z)."""
    return np.maximum(z, 0.0)


def mask(z: Any) -> Any:
    """Return the slope of max(0, z)."""
    return (np.asarray(z) > 0) * 1.0


def objects_with(asked: Sequence[str], namespace: Mapping[str, Any]) -> Iterator[Any]:
    """Yield new objects of the program's classes that have all that an argument is asked for."""
    for kind in list(namespace.values()):
        if isinstance(kind, type) and all(hasattr(kind, each) for each in asked):
            try:
                yield kind()
            except Exception:  # it wants to be made of something
                continue
