"""Compare what a program calls the derivative of an activation with differences of that.

It may be a function of its own, the same function with a flag, or the method of an object; and it
may be meant of z or of a = f(z). What is wrong is so for both.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from clearprop._typing import FloatArray
from clearprop.check.script.child.pairs.finding import Own
from clearprop.check.script.observed import FILE, Pair, Share
from clearprop.check.script.source.reading import signature
from clearprop.check.script.source.syntax import Function
from clearprop.check.script.source.uses import methods

SLOPE = re.compile(
    r"(^|_)(d|der|deriv\w*|prime|grad\w*|diff)(?=_|$)|2?(prime|der|deriv\w*|grad(ient)?)$"
    r"|^d(?=sigmoid|tanh|relu)",
    re.IGNORECASE,
)
"""What marks the name of a derivative."""
ALONE = re.compile(r"_?(prime|deriv\w*)", re.IGNORECASE)
"""Names of a derivative that do not say of what."""
FLAG = re.compile(r"d|der|deriv\w*|prime|grad(ient)?", re.IGNORECASE)
VALUE = re.compile(r"_?(forward|activate|activation|function|func|fn?|value|call|compute)_?", re.I)
"""Names of the method that returns f."""
USUAL = re.compile(r"sigmoid|logistic|tanh|relu|elu|softplus|swish|linear|identity|gauss", re.I)
"""Names of activations."""
STEP, SMALL = 1e-5, 1e-5
POINTS = 12
"""Where f and f′ are asked for."""


class Sloped(NamedTuple):
    """A function of numbers one by one, and what is called its derivative."""

    name: str
    value: Callable[[Any], Any]
    slope_name: str
    slope: Callable[[Any], Any]
    line: int


def slopes_in(
    functions: Mapping[str, Own], namespace: Mapping[str, Any], tree: ast.Module
) -> Iterator[Pair]:
    """Yield the activations of a program beside their derivatives, as far as they can be called."""
    used = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    own = {name: each for name, each in functions.items() if not each.file or name in used}
    for found in (*of_functions(own), *of_flags(own), *of_classes(namespace, tree)):
        pair = compared_slope(found)
        if pair is not None:
            yield pair


def of_functions(functions: Mapping[str, Own]) -> Iterator[Sloped]:
    """Yield functions with others whose names say that they are the derivatives of these."""
    by_name = {bare(name): own for name, own in functions.items()}
    usual = [own for name, own in functions.items() if USUAL.search(name) and not marked(name)]
    for name, own in functions.items():
        if not marked(name) or not takes_one(own):
            continue
        value = by_name.get(by_whole_name(name))
        if value is None and ALONE.fullmatch(name) and len(usual) == 1:
            value = usual[0]
        if value is not None and value is not own and takes_one(value):
            line = own.file * FILE + own.node.lineno
            yield Sloped(value.found.name, value.call, name, own.call, line)


def of_flags(functions: Mapping[str, Own]) -> Iterator[Sloped]:
    """Yield functions that return their derivative where they are asked to: ``deriv=True``."""
    for name, own in functions.items():
        flags = [each for each in own.found.optional if FLAG.fullmatch(each)]
        if len(flags) == 1 and len(own.found.parameters) == 2 and len(own.found.optional) == 1:
            asked = {flags[0]: True}
            line = own.file * FILE + own.node.lineno

            def slope(z: Any, call: Any = own.call, asked: Any = asked) -> Any:
                return call(z, **asked)

            yield Sloped(name, own.call, f"{name}({flags[0]}=True)", slope, line)


def of_classes(namespace: Mapping[str, Any], tree: ast.Module) -> Iterator[Sloped]:
    """Yield the classes of a program that have f and f′ as two methods of one array."""
    for node in tree.body:
        kind = namespace.get(node.name) if isinstance(node, ast.ClassDef) else None
        if not isinstance(node, ast.ClassDef) or not isinstance(kind, type):
            continue
        of_one = [each for each in methods(node) if takes_one_array(each)]
        values = [each for each in of_one if VALUE.fullmatch(each.name) or each.name == "__call__"]
        slopes = [each for each in of_one if marked(each.name)]
        if len(values) == len(slopes) == 1:
            try:
                owner = kind()
                value, slope = (getattr(owner, each.name) for each in (*values, *slopes))
            except Exception:  # it wants to be made of something
                continue
            said = f"{node.name}.{slopes[0].name}"
            yield Sloped(f"{node.name}.{values[0].name}", value, said, slope, slopes[0].lineno)


def takes_one(own: Own) -> bool:
    """Return whether a function takes one array."""
    return len(own.found.parameters) - len(own.found.optional) == 1


def takes_one_array(method: Function) -> bool:
    """Return whether a method takes one array."""
    declared = signature(method)
    return len(declared.parameters) == 1 and not declared.optional


def marked(name: str) -> bool:
    """Return whether a name says that this is a derivative."""
    return SLOPE.search(name) is not None


def by_whole_name(name: str) -> str:
    """Return the name of what a function is the derivative of, without how it is written."""
    return bare(SLOPE.sub("", name))


def bare(name: str) -> str:
    """Return a name without how it is written."""
    return name.replace("_", "").lower()


def compared_slope(found: Sloped) -> Pair | None:
    """Return f and f′ with what f′ gives and what it should; None where it cannot be told.

    A function that joins its numbers, as softmax does, has no such derivative; and a step has none
    that anybody wants. What returns nothing is left unfinished, and nobody uses it.
    """
    z = np.random.default_rng(11).normal(size=POINTS) * 1.5
    try:
        a = at_each(found.value, z)
        apart = np.array([at_each(found.value, z[k : k + 1])[0] for k in range(POINTS)])
        right = (at_each(found.value, z + STEP) - at_each(found.value, z - STEP)) / (2 * STEP)
        given, of_output, twice = (at_each(found.slope, points) for points in (z, a, 2 * z))
    except Exception:
        return None
    if not np.allclose(a, apart) or not np.isfinite([right, given]).all() or not right.any():
        return None
    hands_down = given.any() and np.allclose(twice, 2 * given)  # it multiplies what it is handed
    if np.allclose(given, -right) or hands_down:
        return None
    is_of_output = np.allclose(of_output, right, rtol=SMALL, atol=SMALL)
    share = Share("f′", right.copy() if is_of_output else given, right, found.line, at=z)
    return Pair(found.name, found.slope_name, 1, (share,))


def at_each(f: Callable[[Any], Any], z: FloatArray) -> FloatArray:
    """Return a function of each number: of all together, or of one after the other."""
    try:
        found = np.asarray(f(z.copy()), dtype=float)
        if found.shape in ((), z.shape):
            return np.broadcast_to(found, z.shape)
    except Exception:  # it takes single numbers
        found = np.empty(0)
    if found.size:
        raise ValueError
    return np.array([float(f(float(each))) for each in z])
