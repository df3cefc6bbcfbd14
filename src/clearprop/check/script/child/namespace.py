"""Run as much of a script as its functions need: definitions, imports, constants, and no training.

Statements that call the script's own functions, and loops, would train; others draw, print or ask
for input. They are left out unless they are asked for, and with them what builds upon them.
"""

import ast
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clearprop.check.script.child.compiling import compiled
from clearprop.check.script.child.missing.course_helpers import helpers_of
from clearprop.check.script.child.record.trouble import line_in, trouble_of
from clearprop.check.script.observed import Trouble
from clearprop.check.script.source.syntax import Function, assigned, targets

Definition = Function | ast.ClassDef
Import = ast.Import | ast.ImportFrom
PICTURES = ("matplotlib", "seaborn", "plotly", "bokeh", "mpl_toolkits", "pylab")
"""Libraries that draw: what is drawn of other data than the script's own helps nobody."""


def run_definitions(
    tree: ast.Module, path: str, until: int | None
) -> tuple[dict[str, Any], list[Trouble]]:
    """Return the script's globals, and what failed on the way.

    Parameters
    ----------
    tree : ast.Module
    path : str
        Named in tracebacks.
    until : int, optional
        Run every statement before this place; without it, only what defines something.
    """
    program = sys.modules["submission"] = types.ModuleType("submission")  # dataclasses look there
    namespace = vars(program)
    namespace["__file__"] = path
    statements = tree.body[:until] if until is not None else definitions(tree)
    return namespace, run_each(statements, path, namespace)


def run_each(statements: Iterable[ast.stmt], path: str, namespace: dict[str, Any]) -> list[Trouble]:
    """Run statements one after the other, and return which failed; the others run all the same."""
    troubles = []
    for node in statements:
        if only_shows(node, namespace):
            continue
        try:
            code = compiled(node, path)
            exec(code, namespace)  # this is the limited process made for it
        except (Exception, SystemExit) as error:
            if isinstance(error, ImportError):
                namespace.update(handed_out(node))
            troubles.append(trouble_of(error, line_in(error, path) or node.lineno))
    return troubles


def handed_out(node: ast.stmt) -> dict[str, Any]:
    """Return what an import wants of a course's own module that is lost, as far as it is known."""
    if not isinstance(node, ast.ImportFrom) or node.module is None:
        return {}
    known = helpers_of(node.module, {})
    wanted = {alias.name: alias.asname or alias.name for alias in node.names}
    return known if "*" in wanted else {wanted[n]: f for n, f in known.items() if n in wanted}


def definitions(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that define something without training anything first."""
    own = {node.name for node in tree.body if isinstance(node, Definition)}
    missing: set[str] = set()
    for node in tree.body:
        names = names_bound(node)
        if is_definition(node, own) and not missing & names_read(node):
            missing -= names
            yield node
        else:
            missing |= names


def is_definition(node: ast.stmt, own: set[str]) -> bool:
    """Return whether a statement defines something without calling the script's own functions."""
    if isinstance(node, Definition | Import):
        return True
    if isinstance(node, ast.For | ast.While | ast.AsyncFor):
        return False
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    called = {part.id for part in calls if isinstance(part, ast.Name)}
    return not called & (own | {"input"})


def names_bound(node: ast.stmt) -> set[str]:
    """Return the variables that a statement sets."""
    if isinstance(node, Definition):
        return {node.name}
    loops = (part for part in ast.walk(node) if isinstance(part, ast.For))
    return {*assigned(node), *(name for loop in loops for name in targets(loop))}


def names_read(node: ast.stmt) -> set[str]:
    """Return the variables that a statement needs at once; a function needs them when called."""
    if isinstance(node, Definition | Import):
        return set()
    return {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    }


def only_shows(node: ast.stmt, namespace: dict[str, Any]) -> bool:
    """Return whether a statement does nothing but print or draw."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return False
    root: ast.expr = node.value
    while isinstance(root, ast.Call | ast.Attribute | ast.Subscript):
        root = root.func if isinstance(root, ast.Call) else root.value
    if not isinstance(root, ast.Name):
        return False
    return root.id == "print" or is_picture(namespace.get(root.id))


def is_picture(value: Any) -> bool:
    """Return whether this is a library that draws, or something that such a library made."""
    home = getattr(value, "__module__", None) or getattr(value, "__name__", None)
    kind = type(value).__module__
    return any(str(name).partition(".")[0] in PICTURES for name in (home, kind))
