"""Read a scalar expression into the nodes of a graph.

Python's parser builds the tree; only numbers, names, + − * / ** and calls of known functions are
taken from it, and nothing of it is ever executed.
"""

import ast
import re
from collections.abc import Mapping

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop.derivation.graphs.nodes import Builder, Node
from clearprop.derivation.graphs.operations import BINARY, UNARY, function_named, function_names
from clearprop.derivation.graphs.spelling import as_identifier, for_python, parsed

SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
DEEPEST = 200
"""Brackets within brackets."""


def read(text: str, values: Mapping[str, float]) -> list[Node]:
    """Return the nodes of an expression, inputs first, each after what it is computed from.

    Raises
    ------
    InputError
        If the expression cannot be read, calls for what is not allowed, or lacks a value.
    """
    values = {as_identifier(name): value for name, value in values.items()}
    tree = parsed(text, values, "'price * (1 + tax)'.")
    unused = set(values) - {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    if unused:
        name = sorted(unused)[0]
        raise invalid_argument(
            name, values[name], "the expression has no such name.", "leave it out."
        )
    reading = _Reading(text, values)
    reading.node(tree, 0)
    return reading.builder.nodes


def value_of(text: str, values: Mapping[str, float]) -> float:
    """Return the value of an expression that need not take every name.

    Raises
    ------
    InputError
        If it cannot be read, or takes others.
    """
    words = set(re.findall(r"\w+", for_python(text, values)))
    return read(text, {name: values[name] for name in values if name in words})[-1].value


def number(text: str) -> float:
    """Return the value of an expression of numbers alone: ``"1/3"``, ``"-2.5e3"``, ``"10 %"``.

    Raises
    ------
    InputError
        If it is none.
    """
    bare = text.rstrip().removesuffix("%").removesuffix("％")
    return read(bare, {})[-1].value / (1 if bare == text.rstrip() else 100)


class _Reading:
    def __init__(self, text: str, values: Mapping[str, float]) -> None:
        self.text, self.values = text, values
        self.builder = Builder()

    def node(self, tree: ast.expr, depth: int) -> int:
        """Return the position of the node that a part of the tree becomes."""
        if depth > DEEPEST:
            raise self.refused(tree, "it is nested too deeply.")
        if isinstance(tree, ast.Constant):
            return self.constant(tree)
        if isinstance(tree, ast.Name):
            return self.name(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in SIGNS:
            sides = [self.node(side, depth + 1) for side in (tree.left, tree.right)]
            return self.builder.apply(BINARY[SIGNS[type(tree.op)]], sides)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.USub, ast.UAdd)):
            inner = self.node(tree.operand, depth + 1)
            negated = isinstance(tree.op, ast.USub)
            return self.builder.apply(UNARY["negative"], [inner]) if negated else inner
        if isinstance(tree, ast.Call):
            return self.call(tree, depth)
        raise self.refused(tree, "only numbers, names, + - * / ** and functions are allowed.")

    def constant(self, tree: ast.Constant) -> int:
        if isinstance(tree.value, bool) or not isinstance(tree.value, (int, float)):
            raise self.refused(tree, "it is no number.")
        try:
            return self.builder.constant(float(tree.value))
        except OverflowError:
            raise self.refused(tree, "it is too large for a number.") from None

    def name(self, tree: ast.Name) -> int:
        if tree.id not in self.values:
            raise invalid_argument(tree.id, None, "it has no value.", f"{tree.id}=1.0.")
        value = self.values[tree.id]
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise invalid_argument(tree.id, value, "it is no number.", f"{tree.id}=1.0.") from None
        return self.builder.input(tree.id, number)

    def call(self, tree: ast.Call, depth: int) -> int:
        name = tree.func.id if isinstance(tree.func, ast.Name) else None
        if name is None or tree.keywords:
            raise self.refused(tree, "only functions of a known name can be called.")
        if name not in function_names():
            raise unknown_name("function", name, function_names())
        operation = BINARY.get(name) or function_named(name)
        assert operation is not None
        if len(tree.args) != len(operation.slopes_written):
            raise self.refused(tree, f"{name} takes {len(operation.slopes_written)} numbers.")
        return self.builder.apply(operation, [self.node(one, depth + 1) for one in tree.args])

    def refused(self, tree: ast.expr, why: str) -> InputError:
        shown = ast.get_source_segment(for_python(self.text, self.values), tree) or self.text
        return invalid_argument("expression", shown, why, "'price * quantity * (1 + tax)'.")
