"""The gradients that names mean: ``dW1``, ``grad_b2``, ``dL_dW2``, ``fc1.weight`` …."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

MARKS = re.compile(r"grad(ient)?s?|delta|nabla|loss|cost", re.IGNORECASE)
NAME = re.compile(
    r"(?P<mark>[dgLJEC]{0,3})"
    r"(?P<kind>weights?|bias(?:es)?|coefs?|intercepts?|[Ww]s?|[Bb]s?)"
    r"(?P<number>\d*)"
)


class Meaning(NamedTuple):
    """The meaning of a name."""

    kind: str
    """``"W"`` or ``"b"``."""
    number: int | None
    """The number in the name; None for a name without one, such as ``dW``."""
    marked: bool
    """True if the name says that it is a gradient."""


def meaning(name: str) -> Meaning | None:
    """Return what a name stands for; None if it names neither weights nor biases.

    Examples
    --------
    >>> meaning("dL_dW2")
    Meaning(kind='W', number=2, marked=True)
    >>> meaning("bias_1")
    Meaning(kind='b', number=1, marked=False)
    >>> meaning("dZ1") is None
    True
    """
    bare = re.sub(r"[^A-Za-z0-9]", "", MARKS.sub("", name))
    found = NAME.fullmatch(bare)
    if found is None:
        return None
    kind = "b" if found["kind"][0] in "bBi" else "W"
    number = int(found["number"]) if found["number"] else None
    marked = bool(found["mark"]) or MARKS.search(name) is not None or "∂" in name
    return Meaning(kind, number, marked)


def named_arrays(given: Mapping[str, Any], *, gradients: bool) -> dict[str, Any]:
    """Return the weights and biases in a mapping under their names here: ``"W1"``, ``"b1"`` ….

    A value that is a list holds one array a layer. Where a mapping holds parameters and gradients,
    `gradients` says which are meant. Numbers that start at 0 are raised by 1.
    """
    meanings = {name: found for name in given if (found := meaning(str(name))) is not None}
    if any(found.marked == gradients for found in meanings.values()):
        meanings = {name: m for name, m in meanings.items() if m.marked == gradients}
    numbered: dict[tuple[str, int], Any] = {}
    for name, (kind, number, _) in meanings.items():
        if number is None and isinstance(given[name], list | tuple):
            numbered |= {(kind, index): part for index, part in enumerate(given[name], start=1)}
        else:
            numbered[kind, 1 if number is None else number] = given[name]
    numbered = numbered or dotted_arrays(given)
    shift = 1 - min((number for _, number in numbered), default=1)
    shift = max(shift, 0)  # counted from 0
    return {f"{kind}{number + shift}": part for (kind, number), part in numbered.items()}


def dotted_arrays(given: Mapping[str, Any]) -> dict[tuple[str, int], Any]:
    """Return arrays named by module, ``"fc1.weight"``, ``"fc1.bias"``; by number, else in order."""
    dotted = [str(name).rpartition(".") for name in given]
    modules = in_order(stem for stem, dot, kind in dotted if dot and kind in ("weight", "bias"))
    numbers = [re.findall(r"\d+", stem) for stem in modules]
    if all(numbers):
        modules.sort(key=lambda stem: int(re.findall(r"\d+", stem)[-1]))
    return {
        ("W" if kind == "weight" else "b", modules.index(stem) + 1): given[f"{stem}.{kind}"]
        for stem, _, kind in dotted
        if stem in modules and kind in ("weight", "bias")
    }


def in_order(names: Iterable[str]) -> list[str]:
    """Return the different names in the order in which they first come."""
    return list(dict.fromkeys(names))
