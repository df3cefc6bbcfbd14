"""Find gradients that are borrowed: from clearprop itself, or from differences of the loss."""

import ast
import re
from collections.abc import Iterator, Sequence

from clearprop.check.script.source.interfaces import Interface
from clearprop.check.script.source.syntax import Function, names_in
from clearprop.check.script.source.vocabulary import BOTH, FORWARD, LOSS

STEPS = re.compile(r"h|dx|eps|epsilon|delta|step|tiny|perturbation|ε", re.IGNORECASE)
"""Usual names of the step of a difference."""


def imports_clearprop(tree: ast.Module) -> bool:
    """Return whether a script imports clearprop, or names it in a text, as `import_module` would.

    Examples
    --------
    >>> imports_clearprop(ast.parse("from clearprop import Network"))
    True
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names = [node.value] if len(node.value) < 100 else []
        else:
            continue
        if any(name.partition(".")[0] == "clearprop" for name in names):
            return True
    return False


def takes_differences(tree: ast.Module, found: Sequence[Interface]) -> bool:
    """Return whether the code that is checked differentiates its own loss by differences.

    That is a loop in it that calls the loss or the forward pass, and divides by a step that it has
    added to something. A gradient check elsewhere in the script is no such code.
    """
    if not found:
        return False
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, Function)}
    first = found[0].get("backward") or found[0].get("signature")
    if first is None or first["name"] not in functions:
        return False
    return any(
        differences_in(loop)
        for node in reached(functions[first["name"]], functions)
        for loop in ast.walk(node)
        if isinstance(loop, ast.For | ast.While)
    )


def reached(node: ast.AST, functions: dict[str, Function]) -> Iterator[ast.AST]:
    """Yield a function and those that it calls, also through others."""
    waiting, seen = [node], set()
    while waiting:
        each = waiting.pop()
        yield each
        for name in called_in(each) & functions.keys() - seen:
            seen.add(name)
            waiting.append(functions[name])


def called_in(node: ast.AST) -> set[str]:
    """Return the names of functions and methods that are called."""
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return {
        func.id if isinstance(func, ast.Name) else func.attr
        for func in calls
        if isinstance(func, ast.Name | ast.Attribute)
    }


def differences_in(loop: ast.AST) -> bool:
    """Return whether a loop evaluates a loss, moves something by a step, and divides by it."""
    if not any(LOSS.search(n) or FORWARD.search(n) or BOTH.search(n) for n in called_in(loop)):
        return False
    moved, divided = set(), set()
    for part in ast.walk(loop):
        if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add | ast.Sub):
            moved |= names_in(part.value)
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add | ast.Sub):
            moved |= names_in(part.left) | names_in(part.right)
        elif isinstance(part, ast.BinOp) and isinstance(part.op, ast.Div):
            divided |= names_in(part.right)
    return any(STEPS.fullmatch(name) for name in moved & divided)
