"""Weights that begin as whole numbers, as those of a perceptron in lists do: w = [0, 0].

Whole numbers may count something, or be places in a list, and are not followed. What learns is
written with a point instead, and is followed with all that comes of it. Weights begin once, outside
of functions and loops; sums begin anew.
"""

import ast
from collections.abc import Iterator

from clearprop.check.script.source.instrument.expressions import is_text


def with_points(tree: ast.Module) -> ast.Module:
    r"""Return a program in which whole numbers that something computed is added to have a point.

    Examples
    --------
    >>> text = "w, b, k = [0, 0], 1, 0\nw[0] += rate * x[k]\nb = b + rate * y\nk += 1"
    >>> print(ast.unparse(with_points(ast.parse(text))))
    w, b, k = ([0.0, 0.0], 1.0, 0)
    w[0] += rate * x[k]
    b = b + rate * y
    k += 1
    """
    nodes = list(ast.walk(tree))
    learned = {name for node in nodes for name in added_to(node)}
    places = {name for node in nodes for name in used_as_places(node)}
    for node in tree.body:
        for name, value in beginnings(node):
            if name in learned - places and is_of_whole_numbers(value):
                put_points(value)
    return tree


def added_to(node: ast.AST) -> Iterator[str]:
    """Yield the variable to which a statement adds what is computed, or to an element of which."""
    match node:
        case ast.AugAssign(target, ast.Add() | ast.Sub(), value) if is_computed(value):
            yield from root(target)
        case ast.Assign([target], ast.BinOp(left, ast.Add() | ast.Sub(), right)):
            if ast.unparse(left) == ast.unparse(target) and is_computed(right):
                yield from root(target)


def is_computed(value: ast.expr) -> bool:
    """Return whether a value is a product, or a part of it is."""
    return any(isinstance(p, ast.BinOp) and isinstance(p.op, ast.Mult) for p in ast.walk(value))


def root(target: ast.expr) -> Iterator[str]:
    """Yield the variable of ``w``, ``w[0]`` or ``w[i][j]``."""
    while isinstance(target, ast.Subscript):
        target = target.value
    if isinstance(target, ast.Name):
        yield target.id


def used_as_places(node: ast.AST) -> Iterator[str]:
    """Yield the variables that are places in a list, or counts: indices, and what is repeated."""
    match node:
        case ast.Subscript(_, index):
            parts = [index]
        case ast.Call(ast.Name("range"), arguments):
            parts = arguments
        case ast.BinOp(left, ast.Mod() | ast.FloorDiv(), right) if not is_text(left):
            parts = [left, right]
        case _:
            return
    for part in parts:
        yield from (each.id for each in ast.walk(part) if isinstance(each, ast.Name))


def beginnings(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Yield the variables of an assignment with their values, also of ``w, b = [0, 0], 0``."""
    match node:
        case ast.Assign([ast.Name(name)], value):
            yield name, value
        case ast.Assign([ast.Tuple(targets)], ast.Tuple(values)) if len(targets) == len(values):
            pairs = zip(targets, values, strict=True)
            yield from ((each.id, value) for each, value in pairs if isinstance(each, ast.Name))


def is_of_whole_numbers(value: ast.expr) -> bool:
    """Return whether a value is a whole number, or lists of nothing else, as they are written."""
    match value:
        case ast.UnaryOp(ast.USub(), operand):
            return is_of_whole_numbers(operand)
        case ast.List(parts):
            return bool(parts) and all(map(is_of_whole_numbers, parts))
    return isinstance(value, ast.Constant) and type(value.value) is int


def put_points(value: ast.expr) -> None:
    """Write the whole numbers of a value with a point."""
    for part in ast.walk(value):
        if isinstance(part, ast.Constant):
            part.value = float(part.value)  # type: ignore[arg-type]
