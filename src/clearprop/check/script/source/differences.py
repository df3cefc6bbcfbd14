"""Find loops that compute difference quotients of a loss: (E(θ + h) − E(θ − h)) / 2h."""

import ast
from collections.abc import Iterator

Loop = ast.For | ast.While


def computes_differences(loop: Loop) -> bool:
    """Return whether a loop moves something by h, and divides a difference by h or 2h.

    Of loops inside one another, that is the one in which the quotient stands.
    """
    parts = list(inside(loop))
    widths = {
        name
        for part in parts
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div)
        if isinstance(part.left, ast.BinOp) and isinstance(part.left.op, ast.Sub)
        for name in names_in(part.right)
    }
    return any(widths & moved_by(part) for part in parts)


def inside(loop: Loop) -> Iterator[ast.AST]:
    """Yield what stands in a loop and in no other loop, or function, inside it."""
    waiting: list[ast.AST] = [*loop.body]
    while waiting:
        part = waiting.pop()
        yield part
        if not isinstance(part, ast.For | ast.While | ast.FunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(part)


def moved_by(part: ast.AST) -> set[str]:
    """Return the names of what an expression adds to or takes off an entry, or puts there."""
    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
        return names_in(part.right)
    if isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Subscript):
        return names_in(part.value)
    if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add | ast.Sub):
        return names_in(part.value)
    return set()


def names_in(node: ast.expr) -> set[str]:
    """Return h of ``h``, ``2 * h``, ``float(h)`` or ``self.h``; nothing of anything longer."""
    if isinstance(node, ast.Call) and len(node.args) == 1:
        return names_in(node.args[0])
    if isinstance(node, ast.Name | ast.Attribute):
        return {ast.unparse(node)}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        sides = (node.left, node.right)
        if any(isinstance(side, ast.Constant) for side in sides):
            return set().union(*map(names_in, sides))
    return set()
