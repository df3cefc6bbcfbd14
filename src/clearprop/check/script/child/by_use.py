"""What an argument may be by its use: a width, a function of the program, an object, a number."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clearprop.check.script.child.choices import own_function, word_for

COUNT, RATE = 3, 0.37
FUNCTIONS = ("activation", "loss")
"""What a function may be that is handed over."""
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
    if "called" in uses:
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


def function_for(name: str, namespace: Mapping[str, Any]) -> Any:
    """Return the program's activation, or its f′, or a loss, for an argument that is called."""
    found = (own_function(f"{kind}_{name}", dict(namespace)) for kind in FUNCTIONS)
    return next((each for each in found if each is not None), UNKNOWN)


def objects_with(asked: Sequence[str], namespace: Mapping[str, Any]) -> Iterator[Any]:
    """Yield new objects of the program's classes that have all that an argument is asked for."""
    for kind in list(namespace.values()):
        if isinstance(kind, type) and all(hasattr(kind, each) for each in asked):
            try:
                yield kind()
            except Exception:  # it wants to be made of something
                continue
