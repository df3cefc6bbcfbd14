"""Layers that are objects, as pairs: a new one goes forward and keeps what it needs to go back."""

import ast
import contextlib
import copy
import functools
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from clearprop.check.script.child.defined.layers import GIVEN, left_in
from clearprop.check.script.child.defined.making import makings
from clearprop.check.script.child.pairs.finding import BACK, Own, is_empty
from clearprop.check.script.child.pairs.forms import (
    COLUMN,
    INPUT,
    PLAIN,
    ROW,
    D,
    M,
    shape_of,
    single,
)
from clearprop.check.script.source.reading import Signature, signature
from clearprop.check.script.source.syntax import Function
from clearprop.check.script.source.uses import uses_of
from clearprop.check.script.source.vocabulary import role_of

FORTH = re.compile(r"_?(forward|fwd|__call__)", re.IGNORECASE)
KEPT = "cache"
RATE = 0.37
RATES = re.compile(r"rate|^lr|_lr$|step_?size", re.IGNORECASE)
MARK = re.compile(r"^d|grad|momentum|veloc|cache", re.IGNORECASE)
"""Names of arrays that are no parameters."""


class Gone(NamedTuple):
    """An object that went forward, what it was made with, and what entered it."""

    owner: Any
    made_with: tuple[str, ...]
    entered: Mapping[str, Any]


def layer_pairs(
    namespace: Mapping[str, Any],
    tree: ast.Module,
    file: int = 0,
    named: Container[str] | None = None,
) -> Iterator[tuple[Own, Own]]:
    """Yield the classes of a program that go forward and back as two functions each.

    The way forward makes a new object; the way back returns what the object returns, and the
    gradients that it keeps for what it was made with. Of a module, those that are `named`.
    """
    for node in tree.body:
        if not isinstance(node, ast.ClassDef) or not isinstance(namespace.get(node.name), type):
            continue
        if named is not None and node.name not in named:
            continue
        methods = methods_with_inherited(node, tree)
        forth = next((each for name, each in methods.items() if FORTH.match(name)), None)
        back = next((each for name, each in methods.items() if BACK.match(name)), None)
        if forth is None or back is None or is_empty(back):
            continue
        yield as_functions(namespace, tree, node, methods, forth, back, file)


def methods_with_inherited(node: ast.ClassDef, tree: ast.Module) -> dict[str, Function]:
    """Return the methods of a class by their names, and those of classes of its module above it."""
    names = {base.id for base in node.bases if isinstance(base, ast.Name)} - {node.name}
    above = [each for each in tree.body if isinstance(each, ast.ClassDef) and each.name in names]
    inherited = [methods_with_inherited(each, tree) for each in above]
    own = {part.name: part for part in node.body if isinstance(part, Function)}
    return {**own, **{n: m for each in inherited for n, m in each.items() if n not in own}}


def entrance(methods: Mapping[str, Function], forth: Function) -> str:
    """Return the method by which an object goes forward: ``__call__``, where that goes through it.

    It keeps something for the way back, perhaps.
    """
    whole = methods.get("__call__")
    parts = ast.walk(whole) if whole is not None else ()
    asked = {part.attr for part in parts if isinstance(part, ast.Attribute)}
    return "__call__" if forth.name in asked else forth.name


def as_functions(
    namespace: Mapping[str, Any],
    tree: ast.Module,
    node: ast.ClassDef,
    methods: Mapping[str, Function],
    forth: Function,
    back: Function,
    file: int,
) -> tuple[Own, Own]:
    """Return a class as a function that goes forward, and one that goes back."""
    way = way_there(forth, entrance(methods, forth))
    maker = maker_of(namespace, tree, node, methods.get("__init__"), way)
    names = (*maker.given, *(each for each in way.names if each not in maker.given))
    optional = maker.optional | way.optional
    called = f"{node.name}.{forth.name}"
    wanted = Signature(called, names, optional, ("out", KEPT), forth.lineno)
    on_back = signature(back)
    once_more = [name for name in on_back.parameters if name in signature(forth).parameters]
    others = [name for name in on_back.parameters if name not in once_more]
    takes = (*others[:1], KEPT)
    handed = Signature(f"{node.name}.{back.name}", takes, frozenset(), (), back.lineno)
    rates = [name for name in others[1:] if is_rate(name)]
    again = came_back(back.name, dict.fromkeys(rates, RATE), way.names, once_more)
    there = went_there(maker, way)
    return (
        Own(there, wanted, forth, tree, namespace, file, maker.held),
        Own(again, handed, back, tree, namespace, file, takes_steps=bool(rates)),
    )


class Way(NamedTuple):
    """A method that goes forward, and what its arguments are called here."""

    method: str
    names: tuple[str, ...]
    own_names: Mapping[str, str]
    """By these names, those of the method, where they differ."""
    optional: frozenset[str]


def way_there(forth: Function, method: str) -> Way:
    """Return a way forward; what takes but one array can take nothing else than samples."""
    on_way = signature(forth)
    needed = [each for each in on_way.parameters if each not in on_way.optional]
    if len(needed) != 1 or re.fullmatch(INPUT, needed[0], re.IGNORECASE):
        return Way(method, on_way.parameters, {}, on_way.optional)
    names = tuple("x" if each == needed[0] else each for each in on_way.parameters)
    return Way(method, names, {"x": needed[0]}, on_way.optional)


class Maker(NamedTuple):
    """What makes the objects of a class, and what these hold."""

    make: Callable[..., Any]
    given: tuple[str, ...]
    """Arguments that are made up by their names."""
    optional: frozenset[str]
    held: Mapping[str, tuple[int, ...]]


def maker_of(
    namespace: Mapping[str, Any],
    tree: ast.Module,
    node: ast.ClassDef,
    made: Function | None,
    way: Way,
) -> Maker:
    """Return what makes new objects: by the names of its arguments, else by their use."""
    kind = namespace[node.name]
    if not is_told(made, tree, namespace, node):
        given = made_by_use(node, tree, namespace, way)
        if given is not None:
            make = functools.partial(kind, **given)
            return Maker(make, (), frozenset(), held_in(make()))
    if made is None:
        return Maker(kind, (), frozenset(), {})
    by_name = signature(made)
    held = held_by(kind, by_name, tree, namespace)
    return Maker(kind, by_name.parameters, by_name.optional, held)


def held_by(
    kind: type, made: Signature, tree: ast.AST, namespace: Mapping[str, Any]
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays that a new object holds, where sizes are all it wants."""
    names = [n for n in made.parameters if n not in made.optional]
    given = {name: single(name, "", tree, namespace) for name in names}
    if not names or any(not isinstance(value, int | tuple) for value in given.values()):
        return {}
    try:
        return held_in(kind(**given))
    except Exception:
        return {}


def held_in(owner: Any) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays of weights and biases that an object holds."""
    return {
        name: value.shape
        for name, value in vars(owner).items()
        if isinstance(value, np.ndarray) and value.dtype == np.float64 and not MARK.search(name)
    }


def is_told(
    made: Function | None, tree: ast.Module, namespace: Mapping[str, Any], node: ast.ClassDef
) -> bool:
    """Return whether the names of what a constructor must be given say what it is."""
    if made is None:
        return True
    declared = signature(made)
    names = [name for name in declared.parameters if name not in declared.optional]
    if any("called" in uses_of(name, made, tree, node) for name in names):
        return False
    shapes = {words: shape for _, some in PLAIN for words, shape in some.items()}
    return all(
        shape_of(name, shapes) is not None or single(name, "", tree, namespace) is not None
        for name in names
    )


def made_by_use(
    node: ast.ClassDef, tree: ast.Module, namespace: Mapping[str, Any], way: Way
) -> dict[str, Any] | None:
    """Return the arguments with which a new object can be made, and goes forward; None without."""
    for given in makings(node, tree, namespace, D, M):
        for shape in (ROW, COLUMN):
            with contextlib.suppress(Exception):
                owner = namespace[node.name](**given)
                getattr(owner, way.method)(np.ones(shape))
                return given
    return None


def went_there(maker: Maker, way: Way) -> Callable[..., Any]:
    """Return the function that makes an object and lets it go forward."""

    def forward(**given: Any) -> tuple[Any, Gone]:
        owner = maker.make(**{name: value for name, value in given.items() if name in maker.given})
        for name, value in given.items():
            if name not in maker.given and name not in way.names:
                setattr(owner, name, value)
        entering = {way.own_names.get(n, n): v for n, v in given.items() if n in way.names}
        entered = copy.deepcopy(entering)
        out = getattr(owner, way.method)(**entering)
        out = left_in(owner, GIVEN) if out is None else out
        return out, Gone(owner, maker.given, entered)

    return forward


def came_back(
    method: str, rates: Mapping[str, float], inputs: tuple[str, ...], once_more: Sequence[str]
) -> Callable[..., dict[str, Any]]:
    """Return the function that lets an object go back, and returns all that it leaves.

    It may be asked a second time: it goes back in a copy. With a learning rate, what it takes off
    its arrays is that times their gradients. Some are handed what entered them once more.

    Raises
    ------
    LookupError
        If what it leaves depends on what an earlier call left: a momentum, or a running mean.
    """

    def backward(**given: Any) -> dict[str, Any]:
        gone: Gone = copy.deepcopy(given.pop(KEPT))
        given |= {name: gone.entered[name] for name in once_more if name in gone.entered}
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
    """Return the arrays and numbers that an object holds, and what they keep as ``grad``."""
    numbers = np.ndarray | np.floating  # np.sum(δ) of all is no array any more
    own = {name: value for name, value in vars(owner).items() if isinstance(value, numbers)}
    kept = {f"d{name}": getattr(value, "grad", None) for name, value in own.items()}
    return {**own, **{name: g for name, g in kept.items() if isinstance(g, numbers)}}


def is_rate(name: str) -> bool:
    """Return whether an argument is a learning rate."""
    return role_of(name, among=("learning_rate",)) is not None or RATES.search(name) is not None
