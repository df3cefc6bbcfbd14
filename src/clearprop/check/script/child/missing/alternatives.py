"""Ask whether a program knows what to do without a file or a module: then nothing is made up."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from clearprop.check.script.source.instrument.reports import RECORDER
from clearprop.check.script.source.syntax import read_tree

FILES = frozenset(["FileNotFoundError", "OSError", "IOError", "EnvironmentError", "Exception"])
MODULES = frozenset(["ImportError", "ModuleNotFoundError", "Exception"])
"""Errors that catch one which is not there; ``except:`` does so as well."""
SAYS = ("print", "warn", "warning", "info", "error", "exception", "print_exc")
"""Calls that only tell of it."""
SETS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom)
ENDS = ("exit", "quit", "_exit")


def has_alternative(errors: frozenset[str]) -> bool:
    """Return whether the program goes on in another way where what it asks for fails so."""
    frame = sys._getframe(1)
    while frame is not None:
        if RECORDER in frame.f_globals:
            for first, last in guarded(frame.f_code.co_filename, errors):
                if first <= frame.f_lineno <= last:
                    return True
        frame = frame.f_back
    return False


@cache
def guarded(path: str, errors: frozenset[str]) -> tuple[tuple[int, int], ...]:
    """Return the first and last lines that a file tries, and knows something else to do for."""
    try:
        tree = read_tree(Path(path))
    except (OSError, SyntaxError, ValueError):
        return ()
    tried = (node for node in ast.walk(tree) if isinstance(node, ast.Try))
    return tuple(
        (node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno)
        for node in tried
        if any(catches(each, errors) and goes_on(each.body) for each in node.handlers)
    )


def catches(handler: ast.ExceptHandler, errors: frozenset[str]) -> bool:
    """Return whether one of these errors comes to this handler."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(name_of(kind) in errors for kind in kinds)


def goes_on(body: list[ast.stmt]) -> bool:
    """Return whether statements set, import or call something, and do not give up.

    Examples
    --------
    >>> goes_on(ast.parse("print('none'); W = rand(3, 2)").body)
    True
    >>> goes_on(ast.parse("print('none'); sys.exit(1)").body)
    False
    """
    if any(isinstance(node, ast.Raise) for each in body for node in ast.walk(each)):
        return False
    called = list(calls(body))
    if any(name in ENDS for name in called):
        return False
    sets = any(isinstance(each, SETS) for each in body)
    returns = any(isinstance(each, ast.Return) and is_something(each.value) for each in body)
    return sets or returns or any(name not in SAYS for name in called)


def calls(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names of the functions that statements call by themselves."""
    for each in body:
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Call):
            yield name_of(each.value.func)


def is_something(value: ast.expr | None) -> bool:
    """Return whether a value is computed: no constant, and not several of them."""
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return any(part is not None and not isinstance(part, ast.Constant) for part in parts)


def name_of(node: ast.expr) -> str:
    """Return the last part of a name: ``exit`` of ``sys.exit``."""
    return getattr(node, "attr", getattr(node, "id", ""))
