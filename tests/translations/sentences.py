"""The sentences of errors, read from the source: what stands as `why` and `hint` of each."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import clearprop

SOURCE = Path(clearprop.__file__).parent
PLACE = "{}"
STATED = (ast.Constant, ast.JoinedStr, ast.IfExp)
"""What a sentence may be written as where a name is given to it."""


@functools.cache
def of_errors() -> dict[str, str]:
    """Return every sentence of an error by its template, with the place where it stands.

    Values in a sentence are written {}; a sentence that is made elsewhere is no sentence here.
    """
    found: dict[str, str] = {}
    for file in sorted(SOURCE.rglob("*.py")):
        text = file.read_text("utf-8")
        if "invalid_argument(" not in text and "InputError(" not in text:
            continue
        tree = ast.parse(text)
        for scope, call in _calls(tree):
            for argument in _sentences(call):
                for template in _templates(argument, scope):
                    found.setdefault(template, f"{file.relative_to(SOURCE)}:{call.lineno}")
    return found


def _calls(tree: ast.AST, scope: ast.AST | None = None) -> Iterator[tuple[ast.AST, ast.Call]]:
    """Yield the calls that make an error, each with the function around it."""
    inner = tree if isinstance(tree, ast.FunctionDef) else scope or tree
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        makes_an_error = tree.func.id in ("invalid_argument", "InputError")
        yield from [(inner, tree)] if makes_an_error else []
    for child in ast.iter_child_nodes(tree):
        yield from _calls(child, inner)


def _sentences(call: ast.Call) -> list[ast.expr]:
    assert isinstance(call.func, ast.Name)
    named = [one.value for one in call.keywords if one.arg in ("why", "hint")]
    return [*(call.args[2:4] if call.func.id == "invalid_argument" else call.args[:1]), *named]


def _templates(tree: ast.expr, scope: ast.AST, busy: frozenset[str] = frozenset()) -> set[str]:
    """Return the sentences that an expression can be, written with places."""
    match tree:
        case ast.Constant(value=str()):
            return {tree.value}
        case ast.JoinedStr():
            return _joined(tree, scope, busy)
        case ast.IfExp():
            return _templates(tree.body, scope, busy) | _templates(tree.orelse, scope, busy)
        case ast.BinOp(op=ast.Add()):
            pairs = (_templates(side, scope, busy) for side in (tree.left, tree.right))
            left, right = (side or {PLACE} for side in pairs)
            return {one + other for one in left for other in right}
        case ast.BoolOp():
            return set().union(*(_templates(one, scope, busy) for one in tree.values))
        case ast.Name():
            return _assigned(tree.id, scope, busy)
    return set()


def _joined(tree: ast.JoinedStr, scope: ast.AST, busy: frozenset[str]) -> set[str]:
    found = {""}
    for part in tree.values:
        if isinstance(part, ast.Constant):
            ways = {str(part.value)}
        else:
            assert isinstance(part, ast.FormattedValue)
            named = isinstance(part.value, ast.Name) and part.value.id in ("why", "hint")
            ways = (_templates(part.value, scope, busy) if named else set()) or {PLACE}
        found = {before + way for before in found for way in ways}
    return found


def _assigned(name: str, scope: ast.AST, busy: frozenset[str]) -> set[str]:
    """Return what a name stands for in a function; what is added to it goes to the last of them."""
    if name in busy:  # it is made of what it was before
        return set()
    found: list[set[str]] = []
    busy |= {name}
    for node in sorted(_statements(scope), key=lambda one: one.lineno):
        if isinstance(node, ast.Assign):
            values = [value for value in _given(name, node) if isinstance(value, STATED)]
            found += [_templates(value, scope, busy) for value in values]
        elif isinstance(node.target, ast.Name) and node.target.id == name and found:
            found[-1] = {
                one + more for one in found[-1] for more in _templates(node.value, scope, busy)
            }
    return set().union(*found)


def _statements(scope: ast.AST) -> list[ast.Assign | ast.AugAssign]:
    return [node for node in ast.walk(scope) if isinstance(node, ast.Assign | ast.AugAssign)]


def _given(name: str, node: ast.Assign) -> Iterator[ast.expr]:
    """Yield what an assignment gives to a name, alone or among others."""
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == name:
            yield node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(one, ast.Name) and one.id == name:
                    yield value
