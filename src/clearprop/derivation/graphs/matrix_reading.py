"""Read an expression of matrices into the nodes of a graph; nothing of it is ever executed."""

import ast
from collections.abc import Mapping
from typing import Any

import numpy as np

from clearprop._errors import InputError, invalid_argument, unknown_name
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS
from clearprop.derivation.graphs.idioms import WRITTEN_WITH
from clearprop.derivation.graphs.matrices import MatrixBuilder
from clearprop.derivation.graphs.matrix_nodes import MatrixNode
from clearprop.derivation.graphs.operations import elementwise
from clearprop.derivation.graphs.reading import DEEPEST
from clearprop.derivation.graphs.spelling import as_identifier, for_python
from clearprop.derivation.graphs.statements import Statement, read_statements
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
    lines = read_statements(text, values, EXAMPLE, product="@")
    reading = _Reading(values, MatrixBuilder({*values, *(line.name for line in lines)}))
    last = [reading.line(line) for line in lines][-1]
    if reading.builder.nodes[last].value.size > 1:
        reading.total(last)
    return reading.builder.nodes


class _Reading:
    """Reads line by line.

    Attributes
    ----------
    named : dict of str to int
        The positions of what earlier lines gave a name.
    lists : dict of int to int
        Of values that were given as lists, and what is computed from these alone, the rows; also by
        their transposes. A product takes such a list as NumPy does: as the row or the column that
        fits.
    """

    def __init__(self, values: Mapping[str, Any], builder: MatrixBuilder) -> None:
        self.text, self.values, self.builder = "", values, builder
        self.named: dict[str, int] = {}
        self.lists: dict[int, int] = {}

    def line(self, line: Statement) -> int:
        """Return the last node of a line, which has the name that the line gives."""
        self.text = line.text
        self.named[line.name] = self.node(line.tree, 0, line.name)
        return self.named[line.name]

    def node(self, tree: ast.expr, depth: int, name: str = "") -> int:
        """Return the position of the node, of this name if given, that a part becomes."""
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
                if isinstance(tree.op, ast.MatMult):
                    return self.product(sides[0], sides[1], name)
                return self.apply(SIGNS[type(tree.op)], sides, name)
            case ast.UnaryOp(op=ast.USub()):
                return self.apply("negative", [self.node(tree.operand, depth + 1)], name)
            case ast.UnaryOp(op=ast.UAdd()):
                return self.node(tree.operand, depth + 1, name)
            case ast.Attribute(attr="T"):
                return self.apply("transpose", [self.node(tree.value, depth + 1)], name)
            case ast.Call(func=ast.Name()):
                return self.call(tree, depth, name)
        raise self.refused(tree, "only numbers, names, + - * / ** @ .T and functions are allowed.")

    def product(self, left: int, right: int, name: str) -> int:
        """Return a product of matrices, in which a list is the row or the column that fits."""
        (rows, columns), (inner, width) = (
            self.builder.nodes[one].value.shape for one in (left, right)
        )
        if 1 in (rows * columns, inner * width):  # a number times a matrix has no sum
            return self.apply("multiply", [left, right], name)
        first, second = self.lists.get(left), self.lists.get(right)
        if first is not None and second is not None and rows * columns == inner * width:
            if all(self.builder.nodes[one].sign == "abs" for one in (left, right)):
                why = "|a| is taken entry by entry, and this is a product of lists."
                raise invalid_argument("expression", self.text, why, "‖a‖ for the norm of a.")
            return self.total(self.apply("multiply", [first, second]), name)
        if first is not None and rows * columns == inner:
            return self.apply("matmul", [first, right], name)
        if second is not None and columns == inner * width:
            column = self.apply("transpose", [second])
            result = self.apply("transpose", [self.apply("matmul", [left, column])], name)
            self.lists[result] = result
            return result
        return self.apply("matmul", [left, right], name)

    def total(self, position: int, name: str = "") -> int:
        return self.apply("sum", [position], name)

    def positions(self, tree: ast.List) -> int:
        """Return the node of a list of whole numbers, [2, 0, 1]."""
        numbers = [one.value for one in tree.elts if isinstance(one, ast.Constant)]
        if len(numbers) != len(tree.elts) or not all(isinstance(one, int) for one in numbers):
            raise self.refused(tree, "it is no list of whole numbers.")
        return self.builder.constant(np.array([numbers], dtype=float), str(numbers))

    def name(self, tree: ast.Name) -> int:
        if tree.id in self.named:
            return self.named[tree.id]
        value = self.values[tree.id]
        position = self.builder.input(tree.id, as_matrix(tree.id, value))
        if np.ndim(value) == 1:
            self.lists[position] = position
        return position

    def call(self, tree: ast.Call, depth: int, called: str) -> int:
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
            number = whole(value, name)
            if name not in settings or number is None:
                why = f"its settings are whole numbers: {', '.join(names) or 'none'}."
                raise self.refused(tree, why)
            settings[name] = number
        if 0 in (settings.get("stride"), settings.get("size")) or settings.get("axis", 0) > 1:
            raise self.refused(tree, "such a setting does not exist for matrices.")
        sources = [self.node(one, depth + 1) for one in tree.args[:count]]
        if operation.sign == "concat" and self.lists.keys() >= {*sources}:
            settings["axis"] = 1  # lists have one axis alone
        return self.apply(operation, sources, called, settings)

    def apply(
        self,
        operation: Operation | str,
        sources: list[int],
        name: str = "",
        settings: Mapping[str, int] | None = None,
    ) -> int:
        """Return the node of an operation; what is computed from lists alone is a list again."""
        made = OPERATIONS[operation]() if isinstance(operation, str) else operation
        result = self.builder.apply(made, sources, settings or made.settings, name)
        nodes = self.builder.nodes
        matrices = [one for one in sources if nodes[one].value.size > 1]
        if matrices and all(self.lists.get(one) == one for one in matrices):
            rows, columns = nodes[result].value.shape
            if made.sign == "T":
                self.lists[result] = sources[0]
            elif rows == 1 < columns:
                self.lists[result] = result
        elif made.called == "matmul" and self.lists.get(sources[0]) == sources[0]:
            self.lists[result] = result
        return result

    def refused(self, tree: ast.expr, why: str) -> InputError:
        known = {*self.values, *self.named}
        spelled = for_python(self.text, known, product="@")
        shown = ast.get_source_segment(spelled, tree) or self.text
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
    called = OPERATIONS.called(ALIASES.get(name, name))
    rule = elementwise(ALIASES.get(name, name))
    if called:
        return called[0]()
    if rule is not None:
        return OfActivation(rule)
    rules = (rule for rule in ACTIVATIONS if ACTIVATIONS[rule].elementwise)
    raise unknown_name("function", name, {*OPERATIONS, *rules, *WRITTEN_WITH})


def whole(value: ast.expr, name: str) -> int | None:
    """Return a setting, a whole number; axis -1 is the last one. None if it is none."""
    try:
        number = ast.literal_eval(value)
    except (ValueError, TypeError):
        return None
    if type(number) is not int or number < (-2 if name == "axis" else 0):
        return None
    return number + 2 if number < 0 else number
