"""Calls as NumPy, PyTorch and paper have them, and functions that are written with others.

``np.tanh(z)`` is ``tanh(z)``, ``x.sum(axis=0)`` is ``sum(x, 0)``, ``E[i]`` picks rows, and
``std(x)`` is ``sqrt(var(x))``: what is written with other functions derives itself.
"""

import ast
import copy
from collections.abc import Collection, Mapping

from clearprop.derivation.operations import OPERATIONS

MODULES = {"np", "numpy", "torch", "F", "nn", "jnp", "tf", "math"}
"""Names in front of a function that say where it comes from."""
WRITTEN_WITH: Mapping[str, str] = {
    "dot": "u @ v",
    "logsumexp": "ln(sum(exp(u), axis))",
    "mm": "u @ v",
    "norm": "sqrt(sum(u ** 2, axis))",
    "outer": "u.T @ v",
    "smallest": "-largest(-u, axis)",
    "square": "u ** 2",
    "std": "sqrt(var(u, axis))",
}
"""Functions by what they are written with: u and v are their inputs, axis a setting if given."""
BELOW = {"cat", "concatenate", "vstack"}
"""What puts matrices one below the other where nothing else is said; ``concat``, side by side."""
OF_ONE_MATRIX = {"max": "largest", "amax": "largest", "min": "smallest", "amin": "smallest"}
"""What these compute of a single matrix; of two, the larger or smaller entry."""


class Idioms(ast.NodeTransformer):
    """Replaces what people write in several ways by the one way that readers know.

    Parameters
    ----------
    values : collection of str
        Names that have a value; no such name is that of a module.
    """

    def __init__(self, values: Collection[str]) -> None:
        self.values = values

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return a call under the name that readers know, without what only NumPy needs."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            inputs = [] if self.is_module(node.func.value) else [node.func.value]
            node.args = inputs + node.args
            node.func = ast.copy_location(ast.Name(node.func.attr, ast.Load()), node)
        if not isinstance(node.func, ast.Name) or node.func.id in self.values:
            return node
        kept = [one for one in node.keywords if one.arg != "keepdims" and not _is_none(one)]
        node.keywords = [ast.keyword("axis" if one.arg == "dim" else one.arg, one.value)
                         for one in kept]  # fmt: skip
        if node.args and isinstance(node.args[0], (ast.List, ast.Tuple)):
            node.args = [*node.args[0].elts, *node.args[1:]]  # np.concatenate([a, b])
        if node.func.id in BELOW:
            node.func.id = "concat"
            if len(node.args) == 2 and not node.keywords:
                node.keywords = [ast.keyword("axis", ast.copy_location(ast.Constant(0), node))]
        if any(operation.is_of_rows for operation in OPERATIONS.called(node.func.id)):
            return _along_rows(node)
        if len(node.args) == 1:
            node.func.id = OF_ONE_MATRIX.get(node.func.id, node.func.id)
        return _written_out(node, node.func.id)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return the square of a norm as a sum of squares, which has a derivative at 0 as well."""
        squared = isinstance(node.op, ast.Pow) and ast.unparse(node.right) == "2"
        if squared and isinstance(node.left, ast.Call) and ast.unparse(node.left.func) == "norm":
            total = ast.parse("sum(u ** 2, axis)", mode="eval").body
            self.generic_visit(node.left)
            return ast.copy_location(_filled(total, node.left), node)
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Rows of a matrix by their numbers, as an embedding picks them."""
        self.generic_visit(node)
        if not isinstance(node.slice, (ast.Name, ast.List)):
            return node
        picked = ast.Call(ast.Name("rows", ast.Load()), [node.value, node.slice], [])
        return ast.copy_location(picked, node)

    def is_module(self, node: ast.expr) -> bool:
        """Return whether this is ``np`` or ``torch.nn``, and no matrix with a method."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in MODULES - {*self.values}


def _is_none(setting: ast.keyword) -> bool:
    return isinstance(setting.value, ast.Constant) and setting.value.value is None


def _along_rows(call: ast.Call) -> ast.expr:
    """Return a function along an axis as one of rows."""
    along = [*call.args[1:], *(one.value for one in call.keywords)]
    call.args, call.keywords = call.args[:1], []
    if not along or ast.unparse(along[0]) not in ("0", "-2"):
        return call
    columns = ast.parse(f"{ast.unparse(call.func)}(u.T).T", mode="eval").body
    return ast.copy_location(_filled(columns, call), call)


def _written_out(node: ast.Call, name: str) -> ast.expr:
    """Return a call in the functions that it is written with, or as it is."""
    if name not in WRITTEN_WITH:
        return node
    written = ast.parse(WRITTEN_WITH[name], mode="eval").body
    letters = {one.id for one in ast.walk(written) if isinstance(one, ast.Name)} & {"u", "v"}
    if not len(letters) <= len(node.args) <= 2 or any(k.arg != "axis" for k in node.keywords):
        return node
    return ast.copy_location(_filled(written, node), node)


def _filled(written: ast.expr, call: ast.Call) -> ast.expr:
    """Return what a function is written with, its inputs those of a call."""
    settings = [one.value for one in call.keywords]
    second = call.args[1] if len(call.args) > 1 else settings[0] if settings else None
    given = {"u": call.args[0], "v": second, "axis": second}

    class Inputs(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.expr:
            node.args = [
                self.visit(one)
                for one in node.args
                if not (isinstance(one, ast.Name) and given.get(one.id, one) is None)
            ]
            return node

        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(given.get(node.id) or node)

    filled = Inputs().visit(written)
    for one in ast.walk(filled):
        ast.copy_location(one, call)
    return filled
