"""Calls of the recorder, as they stand in a rewritten program: ``recorder.method(line, …)``."""

import ast
from typing import TypeGuard, TypeVar

RECORDER = "__clearprop__"
"""The global name under which a rewritten program finds the recorder."""
FAILURE = "__clearprop_failure__"
"""The name of a failure, while it is looked at."""
Node = TypeVar("Node", bound=ast.AST)


def recorded(method: str, node: ast.AST, *arguments: ast.expr) -> ast.expr:
    """Return ``recorder.method(line, …)``."""
    recorder = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
    line = ast.Constant(getattr(node, "lineno", 0))
    return at(ast.Call(recorder, [line, *arguments], []), node)


def sliced(index: ast.expr, node: ast.AST) -> ast.expr:
    """Return ``recorder.slices[index]``, an index that may hold slices as a value."""
    slices = ast.Attribute(ast.Name(RECORDER, ast.Load()), "slices", ast.Load())
    return at(ast.Subscript(slices, index, ast.Load()), node)


def is_report(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node is a call of the recorder."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == RECORDER
    )


def at(new: Node, old: ast.AST) -> Node:
    """Return a new node with the place of an old one."""
    return ast.copy_location(new, old) if hasattr(old, "lineno") else new


def perhaps(statements: list[ast.stmt], node: ast.AST, *, shows: bool = True) -> ast.stmt:
    """Return statements that are left out if they fail, where that may be: see `left_out`."""
    error = ast.Name(FAILURE, ast.Load())
    left_out = ast.Expr(recorded("left_out", node, error, ast.Constant(shows)))
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), FAILURE, [left_out])
    return at(ast.Try(statements, [handler], [], []), node)
