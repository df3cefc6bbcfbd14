"""Places of a script that may each train: what takes something off a number or an array."""

import ast
from collections.abc import Iterator

from clearprop.check.script.source.syntax import Function, own_statements


def places_that_step(tree: ast.Module) -> int:
    """Return how many functions, and statements outside of them, take something off in a step.

    Examples
    --------
    >>> texts = "W = W - rate * slope; left -= 1", "fit = lambda: 3", "def fit(W): W -= 0.1 * slope"
    >>> [places_that_step(ast.parse(text)) for text in texts]
    [1, 0, 1]
    """
    return sum(any(map(is_step, nodes)) for nodes in places(tree))


def places(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """Yield the nodes of each function, and of each statement outside of all functions."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield list(own_statements(node))
    for statement in tree.body:
        if not isinstance(statement, Function | ast.ClassDef):
            yield [statement, *own_statements(statement)]


def is_step(node: ast.AST) -> bool:
    """Return whether a statement is ``W -= step`` or ``W = W - step``, and no count.

    So is one that adds a product, or takes off what a list holds: ``W += rate * change``.
    """
    match node:
        case ast.AugAssign(_, op, step):
            return is_made_of(op, step)
        case ast.Assign([target], ast.BinOp(before, op, step)):
            return ast.unparse(before) == ast.unparse(target) and is_made_of(op, step)
    return False


def is_made_of(op: ast.operator, step: ast.expr) -> bool:
    """Return whether a step is taken off and is no constant, or is added and is a product."""
    adds = isinstance(op, ast.Add) and isinstance(step, ast.BinOp)
    return adds or (isinstance(op, ast.Sub) and not isinstance(step, ast.Constant))
