"""Modules that a program uses under their usual names without importing them.

People paste the middle of a file: ``np.dot`` is in it, ``import numpy as np`` is not.
"""

import ast

USUAL = {
    "np": "numpy",
    "numpy": "numpy",
    "math": "math",
    "random": "random",
    "plt": "matplotlib.pyplot",
    "pd": "pandas",
    "time": "time",
    "copy": "copy",
    "os": "os",
    "sys": "sys",
}
"""The modules that are meant by names which nothing else binds."""
OF_NUMPY = "array", "dot", "exp", "log", "ones", "reshape", "sqrt", "transpose", "zeros"
"""Functions that a paste calls without the ``from numpy import …`` above it."""


def unimported(tree: ast.Module) -> tuple[str, ...]:
    """Return the usual names of modules that a program reads from, and never binds.

    Examples
    --------
    >>> unimported(ast.parse("x = np.zeros(3)"))
    ('np',)
    >>> unimported(ast.parse("import numpy as np; x = np.zeros(3)"))
    ()
    >>> unimported(ast.parse("x = zeros(3)"))
    ('zeros',)
    """
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    functions = {node.id for node in called if isinstance(node, ast.Name)}
    owners = {
        node.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    missing = [name for name in USUAL if name in owners]
    missing += [name for name in OF_NUMPY if name in functions]
    if not missing or any(is_of_all(node) for node in ast.walk(tree)):
        return ()
    bound = {name for node in ast.walk(tree) for name in binds(node)}
    return tuple(name for name in missing if name not in bound)


def is_of_all(node: ast.AST) -> bool:
    """Return whether this is ``from … import *``, which may bind any name."""
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def binds(node: ast.AST) -> list[str]:
    """Return the names that a node binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.ExceptHandler):
        return [node.name] if node.name else []
    return [node.id] if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) else []


def with_usual_imports(tree: ast.Module) -> ast.Module:
    """Return a program that imports first what it uses without; lines stay where they are."""
    wanted, first = unimported(tree), first_place(tree)
    imports = [
        ast.Import([ast.alias(USUAL[name], name)], lineno=1, col_offset=0)
        if name in USUAL
        else ast.ImportFrom("numpy", [ast.alias(name)], 0, lineno=1, col_offset=0)
        for name in wanted
    ]
    tree.body[first:first] = [ast.fix_missing_locations(node) for node in imports]
    return tree


def first_place(tree: ast.Module) -> int:
    """Return how many statements must stay the first of a program."""
    first = 1 if ast.get_docstring(tree) is not None else 0
    while first < len(tree.body) and is_of_the_future(tree.body[first]):
        first += 1
    return first


def is_of_the_future(node: ast.stmt) -> bool:
    """Return whether this is ``from __future__ import …``, which must come first."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
