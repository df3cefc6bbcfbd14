"""Places that statements put something into: how one is read again, and what it holds reported."""

import ast
from typing import TypeGuard

from clearprop.check.script.source.instrument.reports import at, recorded


def stored(targets: list[ast.expr], node: ast.AST, *, adds: bool = False) -> list[ast.stmt]:
    """Return statements that report what these places hold."""
    told: list[ast.stmt] = []
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            told += stored(target.elts, node)
            continue
        read = readable(target)
        text: ast.expr = ast.Constant(ast.unparse(target))
        if is_global(target):  # globals()["W1"] = … is stored as W1
            text, read = target.slice, ast.Subscript(target.value, target.slice, ast.Load())
        if read is not None:
            told.append(at(ast.Expr(recorded("stored", node, text, read)), node))
    return told + roots(targets, node, adds=adds)


def roots(
    targets: list[ast.expr],
    node: ast.AST,
    report: str = "touched",
    *,
    adds: bool = False,
) -> list[ast.stmt]:
    """Return statements that report the whole of what an element is put into, or added to."""
    told: list[ast.stmt] = []
    for target in targets:
        root: ast.expr = target
        while isinstance(root, ast.Subscript):
            root = root.value
        read = readable(root)
        if root is not target and read is not None:
            text = ast.Constant(ast.unparse(root))
            how = [ast.Constant(adds)] if adds else []
            told.append(at(ast.Expr(recorded(report, node, text, read, *how)), node))
    return told


def readable(target: ast.expr) -> ast.expr | None:
    """Return an expression that reads a place, and does nothing else; None if there is none."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        owner = readable(target.value)
        return None if owner is None else ast.Attribute(owner, target.attr, ast.Load())
    if isinstance(target, ast.Subscript):
        owner = readable(target.value)
        if owner is None or any(does_more(part) for part in ast.walk(target.slice)):
            return None
        if grows(owner, target.slice):
            return None
        return ast.Subscript(owner, target.slice, ast.Load())
    return None


def grows(owner: ast.expr, index: ast.expr) -> bool:
    """Return whether an index is one past the end, ``table.loc[len(table)]``: later, it is another.

    Examples
    --------
    >>> places = ("t.loc[len(t)]", "seen[len(seen)]", "W[len(W) - 1]", "W[len(b)]")
    >>> nodes = [ast.parse(place, mode="eval").body for place in places]
    >>> [grows(node.value, node.slice) for node in nodes]
    [True, True, False, False]
    """
    base = ast.unparse(owner).removesuffix(".loc").removesuffix(".at")
    counts = [
        ast.unparse(part.args[0])
        for part in ast.walk(index)
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "len" and len(part.args) == 1
    ]
    goes_back = any(isinstance(part, ast.Sub) for part in ast.walk(index))
    return not goes_back and any(each in (base, f"{base}.index") for each in counts)


def is_global(target: ast.expr) -> TypeGuard[ast.Subscript]:
    """Return whether this is ``globals()[name]``, and reading it again does nothing else."""
    return (
        isinstance(target, ast.Subscript)
        and ast.unparse(target.value) == "globals()"
        and not any(does_more(part) for part in ast.walk(target.slice))
    )


def does_more(node: ast.AST) -> bool:
    """Return whether an expression is a call that may do more than give a value."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Await | ast.Yield | ast.NamedExpr)
    return not (isinstance(node.func, ast.Name) and node.func.id in ("str", "len", "repr"))
