"""Names whose values a program only shows: it prints or plots them, or adds them up for that."""

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SHOWING = frozenset(["write", "plot", "scatter", "info", "set_description", "set_postfix"])
"""Methods that show a value."""


class Flow(NamedTuple):
    """Names that a statement reads, and those that it gives a value made of them."""

    read: frozenset[str]
    given: frozenset[str]


def only_told(tree: ast.AST) -> frozenset[str]:
    r"""Return the names that are read for nothing but to be shown, or for such names.

    What goes round, as weights do from step to step, is computed with.

    Examples
    --------
    >>> text = "a = w * x\nloss = cost(a)\ntotal += loss\nprint(total)\nw = w - rate * a"
    >>> sorted(only_told(ast.parse(text)))
    ['loss', 'total']
    """
    flows = [flow for node in ast.walk(tree) if (flow := flow_of(node)) is not None]
    told = {name for flow in flows for name in flow.given}
    used = {name for part in used_in(tree) for name in names_in(part)}
    used |= {name for name in told if goes_round(name, flows)}
    while not told.isdisjoint(used):
        told -= used
        used = {name for flow in flows if not flow.given <= told for name in flow.read}
    return frozenset(told)


def goes_round(name: str, flows: Sequence[Flow]) -> bool:
    """Return whether a name is given a value that comes of it."""
    reached, waiting = set[str](), {name}
    while waiting:
        new = {given for flow in flows if flow.read & waiting for given in flow.given}
        waiting = new - reached
        reached |= new
    return name in reached


def used_in(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a program whose values are not shown, and go into no name."""
    for node in ast.iter_child_nodes(tree):
        if flow_of(node) is not None or shows(node):
            continue
        if isinstance(node, ast.expr):
            yield node
        else:
            yield from used_in(node)


def flow_of(node: ast.AST) -> Flow | None:
    """Return what goes from names into names in a statement; None where it does something else.

    A sum that is added to a name, or an element to a list, does not come of what it was before.
    """
    if isinstance(node, ast.Assign):
        targets: Sequence[ast.expr] = node.targets
        value: ast.expr = node.value
    elif isinstance(node, ast.AugAssign):
        targets, value = [node.target], node.value
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Attribute)
        and node.value.func.attr == "append"
        and len(node.value.args) == 1
    ):
        targets, value = [node.value.func.value], node.value.args[0]
    else:
        return None
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    if len(names) < len(targets):
        return None
    return Flow(frozenset(names_in(value)), frozenset(names))


def goes_into(node: ast.stmt, told: frozenset[str]) -> bool:
    """Return whether a statement gives values to such names alone."""
    flow = flow_of(node)
    return flow is not None and flow.given <= told


def shows(node: ast.AST) -> bool:
    """Return whether a statement shows something, and no more."""
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call):
        return False
    if isinstance(call.func, ast.Name):
        return call.func.id == "print"
    return isinstance(call.func, ast.Attribute) and call.func.attr in SHOWING


def names_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that are read."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            yield part.id
