"""Read an expression of matrices into the nodes of a graph; nothing of it is ever executed."""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.derivation.graphs.matrices import MatrixBuilder
from clearprop.derivation.graphs.matrix_nodes import MatrixNode
from clearprop.derivation.graphs.reading import DEEPEST
from clearprop.derivation.graphs.spelling import as_identifier, for_python, parsed
from clearprop.derivation.operations import OPERATIONS, Operation
from clearprop.derivation.operations.activation import OfActivation

SIGNS: Mapping[type[ast.operator], str] = {
    ast.Add: "add",
    ast.Sub: "subtract",
    ast.Mult: "multiply",
    ast.Div: "divide",
    ast.Pow: "power",
    ast.MatMult: "matmul",
}
ALIASES = {"log": "ln", "sigma": "sigmoid"}
EXAMPLE = "'sum((x @ W + b) ** 2)'"
LARGEST = 10_000
"""Entries of a matrix beyond which nobody could look at it."""


def read_matrices(text: str, values: Mapping[str, Any]) -> list[MatrixNode]:
    """Return the nodes of an expression; a result that is no single number is summed up.

    Raises
    ------
    InputError
        If the expression cannot be read, calls for what is not allowed, or shapes do not fit.
    """
    values = {as_identifier(name): value for name, value in values.items()}
    tree = parsed(text, values, EXAMPLE, product="@")
    reading = _Reading(text, values)
    last = reading.node(tree, 0)
    if reading.builder.nodes[last].value.size > 1:
        total = OPERATIONS["sum"]()
        reading.builder.apply(total, [last], total.settings)
    unused = set(values) - {node.name for node in reading.builder.nodes}
    if unused:
        name = sorted(unused)[0]
        raise invalid_argument(name, "given", "the expression has no such name.", "leave it out.")
    return reading.builder.nodes


class _Reading:
    def __init__(self, text: str, values: Mapping[str, Any]) -> None:
        self.text, self.values = text, values
        self.builder = MatrixBuilder()

    def node(self, tree: ast.expr, depth: int) -> int:
        """Return the position of the node that a part of the tree becomes."""
        if depth > DEEPEST:
            raise self.refused(tree, "it is nested too deeply.")
        match tree:
            case ast.Constant(value=bool()):
                raise self.refused(tree, "it is no number.")
            case ast.Constant(value=int() | float()):
                return self.builder.constant(np.array([[float(tree.value)]]), f"{tree.value:g}")  # type: ignore[arg-type]
            case ast.List():
                return self.positions(tree)
            case ast.Name():
                return self.name(tree)
            case ast.BinOp() if type(tree.op) in SIGNS:
                sides = [self.node(side, depth + 1) for side in (tree.left, tree.right)]
                return self.apply(OPERATIONS[self.binary(tree.op, sides)](), sides, {})
            case ast.UnaryOp(op=ast.USub()):
                return self.apply(
                    OPERATIONS["negative"](), [self.node(tree.operand, depth + 1)], {}
                )
            case ast.UnaryOp(op=ast.UAdd()):
                return self.node(tree.operand, depth + 1)
            case ast.Attribute(attr="T"):
                return self.apply(OPERATIONS["transpose"](), [self.node(tree.value, depth + 1)], {})
            case ast.Call(func=ast.Name()):
                return self.call(tree, depth)
        raise self.refused(tree, "only numbers, names, + - * / ** @ .T and functions are allowed.")

    def binary(self, sign: ast.operator, sides: list[int]) -> str:
        """Return the operation of a sign; the product of a number and a matrix has no sum."""
        sizes = (self.builder.nodes[side].value.size for side in sides)
        return "multiply" if isinstance(sign, ast.MatMult) and 1 in sizes else SIGNS[type(sign)]

    def positions(self, tree: ast.List) -> int:
        """Return the node of a list of whole numbers, [2, 0, 1]."""
        numbers = [one.value for one in tree.elts if isinstance(one, ast.Constant)]
        if len(numbers) != len(tree.elts) or not all(isinstance(one, int) for one in numbers):
            raise self.refused(tree, "it is no list of whole numbers.")
        return self.builder.constant(np.array([numbers], dtype=float), str(numbers))

    def name(self, tree: ast.Name) -> int:
        if tree.id not in self.values:
            raise invalid_argument(tree.id, None, "it has no value.", f"{tree.id}=[[1, 2]].")
        return self.builder.input(tree.id, as_matrix(tree.id, self.values[tree.id]))

    def call(self, tree: ast.Call, depth: int) -> int:
        """Return the node of a function; whole numbers after its inputs are settings."""
        assert isinstance(tree.func, ast.Name)
        operation = function_named(tree.func.id)
        count = len(operation.passed_back)
        names = list(operation.settings)
        settings = dict(operation.settings)
        given = [*zip(names, tree.args[count:], strict=False)]
        given += [(str(one.arg), one.value) for one in tree.keywords]
        if len(tree.args) < count or len(tree.args) > count + len(names):
            raise self.refused(tree, f"{tree.func.id} takes {count} matrices.")
        for name, value in given:
            whole = isinstance(value, ast.Constant) and type(value.value) is int
            if name not in settings or not whole or value.value < 0:  # type: ignore[attr-defined]
                why = f"its settings are whole numbers: {', '.join(names) or 'none'}."
                raise self.refused(tree, why)
            settings[name] = value.value  # type: ignore[attr-defined]
        if 0 in (settings.get("stride"), settings.get("size")) or settings.get("axis", 0) > 1:
            raise self.refused(tree, "such a setting does not exist for matrices.")
        sources = [self.node(one, depth + 1) for one in tree.args[:count]]
        return self.apply(operation, sources, settings)

    def apply(self, operation: Operation, sources: list[int], settings: Mapping[str, int]) -> int:
        return self.builder.apply(operation, sources, settings)

    def refused(self, tree: ast.expr, why: str) -> InputError:
        shown = (
            ast.get_source_segment(for_python(self.text, self.values, product="@"), tree)
            or self.text
        )
        return invalid_argument("expression", shown, why, EXAMPLE)


def as_matrix(name: str, value: Any) -> FloatArray:
    """Return a value as a matrix: a number is 1×1, a list of numbers a row.

    Raises
    ------
    InputError
        If it is no matrix of finite numbers.
    """
    try:
        array = np.atleast_2d(np.asarray(value, dtype=float))
    except (TypeError, ValueError):
        raise invalid_argument(name, value, "it is no matrix.", "[[1, 2], [3, 4]].") from None
    if array.ndim != 2 or not 0 < array.size <= LARGEST or not np.isfinite(array).all():
        why = f"it must be a matrix of 1 to {LARGEST} finite numbers."
        raise invalid_argument(name, np.shape(value), why, "[[1, 2], [3, 4]].")
    return array


def function_named(name: str) -> Operation:
    """Return the operation that an expression calls by this name."""
    name = ALIASES.get(name, name)
    if name in OPERATIONS:
        return OPERATIONS[name]()
    rules = [rule for rule in ACTIVATIONS if ACTIVATIONS[rule].elementwise]
    if name in rules:
        return OfActivation(ACTIVATIONS.make(name))
    raise unknown_name("function", name, [*OPERATIONS, *rules])
