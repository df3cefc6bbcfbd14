"""Read Python's syntax: the text of a script, and what its statements set and read."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_function(node: ast.stmt, name: str) -> TypeGuard[ast.FunctionDef]:
    """Return whether a statement defines the function of this name."""
    return isinstance(node, ast.FunctionDef) and node.name == name


def own_statements(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, but not those of functions inside it."""
    for part in ast.iter_child_nodes(node):
        if not isinstance(part, Function | ast.Lambda | ast.ClassDef):
            yield part
            yield from own_statements(part)


def name_of_expression(node: ast.expr) -> str:
    """Return the name of a variable or attribute, an empty text for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def targets(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement assigns: variables, attributes, keys of dicts."""
    parts = list(node.targets) if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    while parts:
        part = parts.pop(0)
        if isinstance(part, ast.Tuple | ast.List):
            parts += part.elts
        elif isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Subscript):
            if isinstance(part.slice, ast.Constant) and isinstance(part.slice.value, str):
                yield part.slice.value
            else:
                yield name_of_expression(part.value)


def assigned(node: ast.AST) -> Iterator[str]:
    """Yield every name that is assigned somewhere inside a statement."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign | ast.AugAssign | ast.AnnAssign):
            yield from targets(part)


def names_in(node: ast.expr) -> set[str]:
    """Return the variables that an expression reads."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def read_script(path: Path) -> str:
    """Return the text of a script, in the encoding that it declares; UTF-8 if it declares none.

    Commands of a notebook, ``%matplotlib inline`` and ``!pip install``, are left out: line numbers
    stay what they are.

    Raises
    ------
    SyntaxError, UnicodeDecodeError
        If its bytes are no text in that encoding.
    """
    with tokenize.open(path) as stream:
        text = stream.read()
    try:
        ast.parse(text)
    except SyntaxError:
        return re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", text)
    return text
