"""What a layer of two widths may be made with, by what its constructor does with that."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from clearprop.check.script.child.defined.by_use import UNKNOWN, by_use
from clearprop.check.script.child.defined.choices import word_for
from clearprop.check.script.source.reading import signature
from clearprop.check.script.source.syntax import read_tree
from clearprop.check.script.source.uses import methods, uses_of

INTO = re.compile(r"(^|_|n)in(_|p|$)|prev|fan_?in|from|features", re.IGNORECASE)
OUT_OF = re.compile(r"out|units|neuron|hidden|nodes|this|curr|fan_?out|^n$", re.IGNORECASE)
"""Names of the two widths."""
RATE = re.compile(r"rate|^lr$|_lr$|^eta$|alpha", re.IGNORECASE)
SHAPE = re.compile(r"(^|_)shape$", re.IGNORECASE)
LOWEST = re.compile(r"low|min", re.IGNORECASE)
HIGHEST = re.compile(r"high|max|std|scale|bound|range", re.IGNORECASE)
SMALL, STEP = 0.5, 0.37
"""A bound of what weights are drawn from; a learning rate."""


def factories(kind: type, namespace: Mapping[str, Any]) -> Iterator[Callable[[int, int], Any]]:
    """Yield what makes a new object of a class of two widths, the plainest way first.

    Parameters
    ----------
    kind : type
        A class of the program or of one of its modules.
    namespace : mapping
        The program's globals.
    """
    yield lambda inputs, outputs: kind(inputs, outputs)
    defined = definition(kind)
    if defined is None:
        return
    node, tree = defined
    for number in range(len(makings(node, tree, namespace, 2, 3))):
        yield lambda inputs, outputs, number=number: kind(
            **makings(node, tree, namespace, inputs, outputs)[number]
        )


def definition(kind: type) -> tuple[ast.ClassDef, ast.Module] | None:
    """Return how a class is written, and its module; None where that is not known."""
    codes = [getattr(value, "__code__", None) for value in vars(kind).values()]
    path = next((code.co_filename for code in codes if code is not None), None)
    if path is None or not Path(path).is_file():
        return None
    tree = tree_at(path)
    nodes = [n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == kind.__name__]
    return (nodes[-1], tree) if nodes else None


@cache
def tree_at(path: str) -> ast.Module:
    """Return the syntax tree of a module."""
    return read_tree(Path(path))


def makings(
    node: ast.ClassDef, tree: ast.Module, namespace: Mapping[str, Any], inputs: int, outputs: int
) -> list[dict[str, Any]]:
    """Return the arguments of a constructor for a layer of two widths; none where one is not known.

    Parameters
    ----------
    node : ClassDef
    tree : ast.Module
        The module that defines it.
    namespace : mapping
        The globals, of which functions and objects are taken that the layer is made with.
    inputs, outputs : int
        The widths.
    """
    made = next((each for each in methods(node) if each.name == "__init__"), None)
    if made is None:
        return [{}]
    declared = signature(made)
    required = [name for name in declared.parameters if name not in declared.optional]
    uses = {name: uses_of(name, made, tree, node) for name in required}
    wide = [name for name in required if is_width(name, uses[name])]
    rest = {
        name: other(name, uses[name], namespace, tree, (inputs, outputs))
        for name in required
        if name not in wide
    }
    if any(value is UNKNOWN for value in rest.values()):
        return []
    return [{**rest, **order} for order in orders(wide, inputs, outputs)]


def is_width(name: str, uses: frozenset[str]) -> bool:
    """Return whether an argument is a width, by its use or by its name."""
    if "each size" in uses or "called" in uses or SHAPE.search(name):
        return False
    named = INTO.search(name) or OUT_OF.search(name)
    return "size" in uses or (named is not None and bool(uses & {"count", "factor"}))


def other(
    name: str,
    uses: frozenset[str],
    namespace: Mapping[str, Any],
    tree: ast.AST,
    widths: tuple[int, int],
) -> Any:
    """Return an argument that is no width; `UNKNOWN` where nothing tells what it is."""
    if SHAPE.search(name) and "called" not in uses:
        return widths
    if word := word_for(name, tree, namespace):
        return word
    for words, value in ((LOWEST, -SMALL), (HIGHEST, SMALL), (RATE, STEP)):
        if words.search(name):
            return value
    return by_use(name, uses, {"sizes": widths}, namespace, tree)


def orders(wide: list[str], inputs: int, outputs: int) -> Iterator[dict[str, Any]]:
    """Yield which argument is which of the two widths: as they are named, else as they stand."""
    if len(wide) == 2:
        one, two = wide
        named = INTO.search(two) and not INTO.search(one)
        turned = named or (OUT_OF.search(one) and not OUT_OF.search(two))
        both = ({one: inputs, two: outputs}, {one: outputs, two: inputs})
        yield from reversed(both) if turned else both
    elif len(wide) == 1:
        yield from ({wide[0]: outputs}, {wide[0]: inputs})
    elif not wide:
        yield {}
