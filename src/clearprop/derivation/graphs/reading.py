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
from clearprop.derivation.graphs.spelling import as_identifier, for_python
from clearprop.derivation.graphs.statements import Statement, read_statements

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
    lines = read_statements(text, values, "'price * (1 + tax)'.")
    reading = _Reading(values, Builder({*values, *(line.name for line in lines)}))
    for line in lines:
        reading.line(line)
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
    def __init__(self, values: Mapping[str, float], builder: Builder) -> None:
        self.text, self.values, self.builder = "", values, builder
        self.named: dict[str, int] = {}

    def line(self, line: Statement) -> None:
        """Put the nodes of a line together, the last one under the name that the line gives."""
        self.text = line.text
        self.named[line.name] = self.node(line.tree, 0, line.name)

    def node(self, tree: ast.expr, depth: int, name: str = "") -> int:
        """Return the position of the node, of this name if given, that a part becomes."""
        if depth > DEEPEST:
            raise self.refused(tree, "it is nested too deeply.")
        if isinstance(tree, ast.Constant):
            return self.constant(tree)
        if isinstance(tree, ast.Name):
            return self.name(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in SIGNS:
            sides = [self.node(side, depth + 1) for side in (tree.left, tree.right)]
            return self.builder.apply(BINARY[SIGNS[type(tree.op)]], sides, name)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, (ast.USub, ast.UAdd)):
            inner = self.node(tree.operand, depth + 1)
            negated = isinstance(tree.op, ast.USub)
            return self.builder.apply(UNARY["negative"], [inner], name) if negated else inner
        if isinstance(tree, ast.Call):
            return self.call(tree, depth, name)
        raise self.refused(tree, "only numbers, names, + - * / ** and functions are allowed.")

    def constant(self, tree: ast.Constant) -> int:
        if isinstance(tree.value, bool) or not isinstance(tree.value, (int, float)):
            raise self.refused(tree, "it is no number.")
        try:
            return self.builder.constant(float(tree.value))
        except OverflowError:
            raise self.refused(tree, "it is too large for a number.") from None

    def name(self, tree: ast.Name) -> int:
        if tree.id in self.named:
            return self.named[tree.id]
        value = self.values[tree.id]
        try:
            number = float(value)
        except (TypeError, ValueError):
            raise invalid_argument(tree.id, value, "it is no number.", f"{tree.id}=1.0.") from None
        return self.builder.input(tree.id, number)

    def call(self, tree: ast.Call, depth: int, name: str) -> int:
        called = tree.func.id if isinstance(tree.func, ast.Name) else None
        if called is None or tree.keywords:
            raise self.refused(tree, "only functions of a known name can be called.")
        operation = BINARY.get(called) or function_named(called)
        if operation is None:
            raise unknown_name("function", called, function_names())
        if len(tree.args) != len(operation.slopes_written):
            raise self.refused(tree, f"{called} takes {len(operation.slopes_written)} numbers.")
        sources = [self.node(one, depth + 1) for one in tree.args]
        return self.builder.apply(operation, sources, name)

    def refused(self, tree: ast.expr, why: str) -> InputError:
        known = {*self.values, *self.named}
        shown = ast.get_source_segment(for_python(self.text, known), tree) or self.text
        return invalid_argument("expression", shown, why, "'price * quantity * (1 + tax)'.")
