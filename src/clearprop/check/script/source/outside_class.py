"""Methods that stand outside of their class, as blogs paste them: the class first, then each."""

import ast
import re
from collections.abc import Iterator
from typing import TypeGuard

from clearprop.check.script.source.undefined import meant

METHOD = "def {name}(self, z):\n    import numpy as np\n    return {computed}"
SOFTMAX = (
    "np.exp(z - np.max(z, axis={axis}, keepdims=True))"
    " / np.sum(np.exp(z - np.max(z, axis={axis}, keepdims=True)), axis={axis}, keepdims=True)"
)
OVER_CLASSES = re.compile(r"softmax", re.IGNORECASE)
OF_COLUMNS = re.compile(r"sum\([^()]*, (axis=)?1\b")
"""A sum over the samples, as of a bias, where each is a column."""


def with_methods_inside(tree: ast.Module) -> ast.Module:
    r"""Return a program whose functions that take ``self`` belong to the class before them.

    The usual activations that these call, ``self.sigmoid(z)``, are defined in it where they lack.

    Examples
    --------
    >>> pasted = "class Net:\n    size = 3\nnumber = 1\ndef forward(self, x):\n    return x"
    >>> print(ast.unparse(with_methods_inside(ast.parse(pasted))))
    class Net:
        size = 3
    <BLANKLINE>
        def forward(self, x):
            return x
    number = 1
    """
    owner: ast.ClassDef | None = None
    read = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name)}
    for node in list(tree.body):
        if isinstance(node, ast.ClassDef):
            owner = node
        elif owner is not None and takes_self(node) and node.name not in read:
            tree.body.remove(node)
            owner.body.append(node)
            owner.body += list(lacking(owner))
    return tree


def takes_self(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    """Return whether a statement defines a function whose first argument is ``self``."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return [given.arg for given in node.args.args[:1]] == ["self"]


def lacking(owner: ast.ClassDef) -> Iterator[ast.stmt]:
    """Yield the activations of usual names that a class without others above it calls and lacks."""
    has = {node.name for node in owner.body if isinstance(node, ast.FunctionDef)}
    parts = list(ast.walk(owner))
    kept = {part.attr for part in parts if isinstance(part, ast.Attribute) and is_set(part)}
    for call in parts:
        match call:
            case ast.Call(ast.Attribute(ast.Name("self"), name), [_], []):
                if name in has | kept or owner.bases:
                    continue
                axis = 0 if OF_COLUMNS.search(ast.unparse(owner)) else -1
                known = [SOFTMAX.format(axis=axis)] if OVER_CLASSES.fullmatch(name) else []
                for computed in (*known, *meant(name, call.args)):
                    yield written(METHOD.format(name=name, computed=computed), owner.lineno)
                has.add(name)


def is_set(part: ast.Attribute) -> bool:
    """Return whether an attribute is given a value."""
    return isinstance(part.ctx, ast.Store)


def written(text: str, line: int) -> ast.stmt:
    """Return a statement that stands in a line."""
    statement = ast.parse(text).body[0]
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr | ast.arg | ast.alias):
            node.lineno, node.end_lineno = line, line
    return statement
