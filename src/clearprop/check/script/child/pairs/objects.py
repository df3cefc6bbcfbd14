"""Layers that are objects, as pairs: a new one goes forward and keeps what it needs to go back."""

import ast
import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.layers import GIVEN, left_in
from clearprop.check.script.child.pairs.finding import BACK, Own, is_empty
from clearprop.check.script.child.pairs.forms import single
from clearprop.check.script.source.reading import Signature, signature
from clearprop.check.script.source.syntax import Function
from clearprop.check.script.source.vocabulary import role_of

FORTH = re.compile(r"_?(forward|fwd|__call__)", re.IGNORECASE)
KEPT = "cache"
RATE = 0.37
RATES = re.compile(r"rate|^lr|_lr$|step_?size", re.IGNORECASE)
MARK = re.compile(r"^d|grad|momentum|veloc|cache", re.IGNORECASE)
"""Names of arrays that are no parameters."""


class Gone(NamedTuple):
    """An object that went forward, and what it was made with."""

    owner: Any
    made_with: tuple[str, ...]


def layer_pairs(namespace: Mapping[str, Any], tree: ast.Module) -> Iterator[tuple[Own, Own]]:
    """Yield the classes of a program that go forward and back as two functions each.

    The way forward makes a new object; the way back returns what the object returns, and the
    gradients that it keeps for what it was made with.
    """
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or not isinstance(namespace.get(node.name), type):
            continue
        methods = {part.name: part for part in node.body if isinstance(part, Function)}
        forth = next((each for name, each in methods.items() if FORTH.match(name)), None)
        back = next((each for name, each in methods.items() if BACK.match(name)), None)
        if forth is None or back is None or is_empty(back):
            continue
        made = methods.get("__init__")
        yield as_functions(namespace, tree, node.name, made, forth, back)


def as_functions(
    namespace: Mapping[str, Any],
    tree: ast.Module,
    name: str,
    made: Function | None,
    forth: Function,
    back: Function,
) -> tuple[Own, Own]:
    """Return a class as a function that goes forward, and one that goes back."""
    kind = namespace[name]
    by_constructor = signature(made) if made is not None else None
    given = by_constructor.parameters if by_constructor is not None else ()
    optional = by_constructor.optional if by_constructor is not None else frozenset()
    on_way = signature(forth)
    names = (*given, *(each for each in on_way.parameters if each not in given))
    wanted = Signature(
        f"{name}.{forth.name}", names, optional | on_way.optional, ("out", KEPT), forth.lineno
    )
    on_back = signature(back)
    handed = Signature(
        f"{name}.{back.name}",
        (*on_back.parameters[:1], KEPT),
        frozenset(),
        (),
        back.lineno,
    )
    there = went_there(kind, given, on_way.parameters, forth.name)
    rates = [name for name in on_back.parameters[1:] if is_rate(name)]
    again = came_back(back.name, dict.fromkeys(rates, RATE), on_way.parameters)
    held = held_by(kind, by_constructor, tree, namespace)
    return (
        Own(there, wanted, forth, tree, namespace, 0, held),
        Own(again, handed, back, tree, namespace, 0, takes_steps=bool(rates)),
    )


def held_by(
    kind: type, made: Signature | None, tree: ast.AST, namespace: Mapping[str, Any]
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays that a new object holds, where sizes are all it wants."""
    names = [] if made is None else [n for n in made.parameters if n not in made.optional]
    given = {name: single(name, "", tree, namespace) for name in names}
    if not names or any(not isinstance(value, int | tuple) for value in given.values()):
        return {}
    try:
        owner = kind(**given)
    except Exception:
        return {}
    return {
        name: value.shape
        for name, value in vars(owner).items()
        if isinstance(value, np.ndarray) and value.dtype == np.float64 and not MARK.search(name)
    }


def went_there(
    kind: type, made_with: tuple[str, ...], on_way: tuple[str, ...], method: str
) -> Callable[..., Any]:
    """Return the function that makes an object and lets it go forward."""

    def forward(**given: Any) -> tuple[Any, Gone]:
        owner = kind(**{name: value for name, value in given.items() if name in made_with})
        for name, value in given.items():
            if name not in made_with and name not in on_way:
                setattr(owner, name, value)
        out = getattr(owner, method)(**{n: v for n, v in given.items() if n in on_way})
        out = left_in(owner, GIVEN) if out is None else out
        return out, Gone(owner, made_with)

    return forward


def came_back(
    method: str, rates: Mapping[str, float], inputs: tuple[str, ...]
) -> Callable[..., dict[str, Any]]:
    """Return the function that lets an object go back, and returns all that it leaves.

    It may be asked a second time: it goes back in a copy. With a learning rate, what it takes off
    its arrays is that times their gradients.

    Raises
    ------
    LookupError
        If what it leaves depends on what an earlier call left: a momentum, or a running mean.
    """

    def backward(**given: Any) -> dict[str, Any]:
        gone: Gone = copy.deepcopy(given.pop(KEPT))
        returned, left = left_behind(gone.owner, method, given, rates)
        _, again = left_behind(gone.owner, method, given, rates)
        for name, array in left.items():
            if not any(np.allclose(n * array, again.get(name, array)) for n in (1, 2)):
                raise LookupError(name)
        parts = returned if isinstance(returned, tuple) else (returned,)
        arrays = [part for part in parts if isinstance(part, np.ndarray)]
        return left | {f"d{name}": part for name, part in zip(inputs, arrays, strict=False)}

    return backward


def left_behind(
    owner: Any, method: str, given: Mapping[str, Any], rates: Mapping[str, float]
) -> tuple[Any, dict[str, Any]]:
    """Return what a way back returns, and the gradients that it leaves in its object."""
    before = {name: id(value) for name, value in vars(owner).items()}
    arrays_before = copy.deepcopy(arrays_of(owner))
    returned = getattr(owner, method)(**copy.deepcopy(dict(given)), **rates)
    after = arrays_of(owner)
    if not rates:
        return returned, {n: np.array(a) for n, a in after.items() if before.get(n) != id(a)}
    return returned, {
        f"d{name}": (arrays_before[name] - array) / RATE
        for name, array in after.items()
        if name in arrays_before and not np.array_equal(arrays_before[name], array)
    }


def arrays_of(owner: Any) -> dict[str, Any]:
    """Return the arrays that an object holds, by their names."""
    return {name: value for name, value in vars(owner).items() if isinstance(value, np.ndarray)}


def is_rate(name: str) -> bool:
    """Return whether an argument is a learning rate."""
    return role_of(name, among=("learning_rate",)) is not None or RATES.search(name) is not None
