"""Expressions of several lines: names for what is computed on the way, and the result last."""

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clearprop._errors import invalid_argument
from clearprop.derivation.graphs.spelling import as_identifier, parsed

LONGEST = 10_000
"""Characters of an expression; Python's parser would run out of memory on a hostile one."""

ASSIGNED = re.compile(r"^\s*(\w+)\s*=(?!=)\s*(.*)$", re.DOTALL)
BREAKS = re.compile(r"[;；\n]")
OPENED, CLOSED = "([{（", ")]}）"


@dataclass(frozen=True)
class Statement:
    """A line of an expression: the name that it gives, empty for none, its text and its tree."""

    name: str
    text: str
    tree: ast.expr


def read_statements(
    text: str, values: Mapping[str, Any], example: str, *, product: str = "*"
) -> list[Statement]:
    """Return the lines of an expression, each of which a later one takes, the result last.

    Raises
    ------
    InputError
        If one cannot be read, if a name is given twice, or if something given is not taken.
    """
    if not isinstance(text, str) or len(text) > LONGEST:
        why = f"it is no text of at most {LONGEST} signs."
        raise invalid_argument("expression", text, why, example)
    known, found, lines = set(values), [], statements(text)
    for name, line in lines:
        tree = parsed(line, known, example, product=product)
        if name in known:
            if len(found) < len(lines) - 1:
                why = f"{name} has a value before."
                raise invalid_argument("expression", line, why, f"{name}2 = …, a name of its own.")
            name = ""
        found.append(Statement(name, line, tree))
        known.add(name)
    words = _names(line.tree for line in found)
    for name in sorted(words - known):
        raise invalid_argument(name, None, "it has no value.", f"{name}=1.0.")
    for name in sorted(set(values) - words):
        why = "the expression has no such name."
        raise invalid_argument(name, values[name], why, "leave it out.")
    for one in found[:-1]:
        if one.name not in words:
            raise invalid_argument(one.name, one.text, "no later line takes it.", "leave it out.")
    return found


def _names(trees: Iterable[ast.expr]) -> set[str]:
    """Return the names that are no functions."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    return {node.id for node in nodes if isinstance(node, ast.Name) and id(node) not in called}


def on_one_line(text: str) -> str:
    """Return an expression with its lines one after the other."""
    return "; ".join(_lines(text))


def statements(text: str) -> list[tuple[str, str]]:
    """Return the lines of an expression, each with the name that it gives to what it computes.

    Lines end at ``;`` or at the end of a line outside brackets; comments are left out. The name of
    the last one is that of the result, as in ``L = …``, and may be missing.

    Raises
    ------
    InputError
        If a line before the last gives no name to what it computes.

    Examples
    --------
    >>> statements("h = tanh(w x); y = 2h")
    [('h', 'tanh(w x)'), ('y', '2h')]
    >>> statements("a + b")
    [('', 'a + b')]
    """
    found = []
    for line in _lines(text):
        assigned = ASSIGNED.match(line)
        name, right = (as_identifier(assigned[1]), assigned[2]) if assigned else ("", line)
        found.append((name if name.isidentifier() else "", right.strip()))
    for name, right in found[:-1]:
        if not name:
            why = "a line before the last gives a name to what it computes."
            raise invalid_argument("expression", right, why, f"h = {right}; …")
    return found or [("", "")]


def _lines(text: str) -> list[str]:
    """Return the lines that hold something; within brackets a line goes on."""
    lines, depth = [""], 0
    for piece in re.split(r"(#[^\n]*|[\n;；(){}（）\[\]])", text):
        if piece.startswith("#"):
            continue
        depth += (piece in OPENED) - (piece in CLOSED) if piece else 0
        if BREAKS.fullmatch(piece) and depth <= 0:
            lines.append("")
        else:
            lines[-1] += " " if piece == "\n" else piece
    return [line.strip() for line in lines if line.strip()]
