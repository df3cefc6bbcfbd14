"""Read Python's syntax: the text of a script, and what its statements set and read."""

import ast
import contextlib
import functools
import pickle
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from clearprop.check.script.source.indentation import indented_anew
from clearprop.check.script.source.notebook import cells_of
from clearprop.check.script.source.outside_class import with_methods_inside
from clearprop.check.script.source.python2 import as_python3
from clearprop.check.script.source.python312 import as_python311
from clearprop.check.script.source.reordered import in_order
from clearprop.check.script.source.undefined import with_usual_functions
from clearprop.check.script.source.unimported import with_usual_imports

Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST_KEPT = 10**6
"""Characters of a text whose syntax tree is kept: unpacking it takes a twentieth of reading it."""


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


def read_tree(path: Path) -> ast.Module:
    """Return the syntax tree of a script.

    Raises
    ------
    SyntaxError, UnicodeDecodeError, ValueError
        If it is no Python.
    """
    return tree_of(read_script(path), path)


def tree_of(text: str, path: Path) -> ast.Module:
    """Return the syntax tree of a script's text, with what it lacks under usual names.

    Raises
    ------
    SyntaxError, ValueError
        If it is no Python.
    """
    if len(text) <= MOST_KEPT:
        with contextlib.suppress(RecursionError):  # it may be nested deeper than can be packed
            tree: ast.Module = pickle.loads(packed_tree(text, path))
            return tree
    return completed_tree(text, path)


@functools.lru_cache
def packed_tree(text: str, path: Path) -> bytes:
    """Return the syntax tree of a text to be unpacked: each reader of a program changes his own."""
    return pickle.dumps(completed_tree(text, path))


def completed_tree(text: str, path: Path) -> ast.Module:
    """Return the syntax tree of a text, in the order of its use, with what it lacks."""
    tree = in_order(ast.parse(text, filename=str(path)))
    return with_methods_inside(with_usual_functions(with_usual_imports(tree)))


def read_script(path: Path) -> str:
    """Return the text of a script, in the encoding that it declares; UTF-8 if it declares none.

    Of a notebook, its cells. Commands of a notebook, ``%matplotlib inline`` and ``!pip install``,
    are left out: line numbers stay what they are. Python 2 is read as Python 3 has it. What is
    neither is read as the one that it is for longer.

    Raises
    ------
    SyntaxError, UnicodeDecodeError
        If its bytes are no text in that encoding.
    """
    text = text_of(path)
    return (
        as_python(text)
        or indented_anew_for_python(text)
        or max(text, as_python3(text), key=lines_of_python)
    )


def lines_of_python(text: str) -> int:
    """Return the line in which a text is no Python any more; 0 where that has none."""
    try:
        ast.parse(text)
    except SyntaxError as error:
        return error.lineno or 0
    return 0


def as_python(text: str) -> str | None:
    """Return a text as Python reads it, line by line; None where it does not."""
    changes = (str, without_commands, as_python311, as_python3)
    return next((new for change in changes if is_python(new := change(text))), None)


def indented_anew_for_python(text: str) -> str | None:
    """Return a text that wants nothing but another indentation to be Python; None of others."""
    mended = (indented_anew(without_commands(text)), as_python3(indented_anew(text)))
    return next((new for new in mended if is_python(new)), None)


def is_indented_anew(path: Path) -> bool:
    """Return whether the indentation of a script had to be mended for Python to read it."""
    text = text_of(path)
    return as_python(text) is None and indented_anew_for_python(text) is not None


def text_of(path: Path) -> str:
    """Return the text of a script as it is written."""
    if path.suffix == ".ipynb":
        return cells_of(path.read_text("utf-8-sig")).text
    with tokenize.open(path) as stream:
        return stream.read()


def cell_starts(path: Path) -> tuple[int, ...]:
    """Return the first line of each cell of code of a notebook; nothing for another script."""
    if path.suffix != ".ipynb":
        return ()
    return tuple(line for _, line in cells_of(path.read_text("utf-8-sig")).starts)


def is_python_2(path: Path) -> bool:
    """Return whether a script is Python 2, as far as its grammar tells, or what it counts by."""
    text = text_of(path)
    new = next(filter(is_python, (text, without_commands(text))), None)
    return is_python(as_python3(text)) if new is None else counts_by_quotients(ast.parse(new))


def counts_by_quotients(tree: ast.AST) -> bool:
    """Return whether a ``range`` ends at a quotient, which is whole in Python 2 alone.

    Examples
    --------
    >>> [counts_by_quotients(ast.parse(f"range({end})")) for end in ("n / 16", "int(n / 16)")]
    [True, False]
    """
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ends = [end for call in calls if name_of_expression(call.func) == "range" for end in call.args]
    return any(map(is_quotient, ends))


def is_quotient(node: ast.expr) -> bool:
    """Return whether an expression is a quotient, or a sum or product with one."""
    if not isinstance(node, ast.BinOp):
        return False
    return isinstance(node.op, ast.Div) or is_quotient(node.left) or is_quotient(node.right)


def is_python(text: str) -> bool:
    """Return whether Python can parse a text."""
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def without_commands(text: str) -> str:
    """Return a text without the commands of a notebook."""
    return re.sub(r"(?m)^([ \t]*)[%!].*$", r"\1pass", text)
