"""Assignments that report what their targets hold, and what they are taken a step from."""

import ast
import copy
from typing import Any

from clearprop.check.script.source.instrument.expressions import OPERATORS, ReportedExpressions
from clearprop.check.script.source.instrument.places import readable, roots, stored
from clearprop.check.script.source.instrument.reports import at, perhaps, recorded, sliced
from clearprop.check.script.source.only_told import goes_into
from clearprop.check.script.source.vocabulary import DATA


class ReportedAssignments(ReportedExpressions):
    """Puts calls of the recorder around assignments.

    Parameters
    ----------
    told : frozenset[str]
        Names of what the program only shows: an assignment to them is left out if it fails.
    """

    can_wait = True
    """True where a small function would see the same names: not in the body of a class."""

    def __init__(self, *, numbers: bool = False, told: frozenset[str] = frozenset()) -> None:
        super().__init__(numbers=numbers)
        self.told = told
        self.sums: set[ast.stmt | None] = set()
        """Statements that put a sum with an element back in its place."""

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """Return an assignment, and after it what its targets hold."""
        adds = is_added_to(node) or node in self.sums
        told = stored(copy.deepcopy(node.targets), node, adds=adds)
        touching = roots(copy.deepcopy(node.targets), node, "touching") if adds else []
        pattern = pattern_of(node.targets[0]) if is_called(node.value) else None
        waits = self.can_wait and not any(is_bound(part) for part in ast.walk(node.value))
        loader = ast.Constant(ast.unparse(node.value)[:200])
        value = self.visit(node.value)
        if isinstance(pattern, tuple) or (waits and pattern and DATA.search(pattern)):
            names = ast.parse(repr(pattern), mode="eval").body
            if waits:
                no_arguments = ast.arguments([], [], None, [], [], None, [])
                value = at(ast.Lambda(no_arguments, value), node)
            value = recorded("loaded" if waits else "unpacked", node, loader, names, value)
        if len(node.targets) == 1 and isinstance(node.targets[0], ast.Subscript):
            value = self.put(node.targets[0], value, node)
        places = [self.visit(place) for place in node.targets]
        whole = [*touching, at(ast.Assign(places, value), node), *told]
        return [perhaps(whole, node)] if goes_into(node, self.told) else whole

    def put(self, target: ast.Subscript, value: ast.expr, node: ast.Assign) -> ast.expr:
        """Return a value that is about to be put into something, reported with its place in it."""
        owner = readable(target.value)
        if owner is None:
            return value
        if self.numbers or readable(target) is None:
            return recorded("put", node, owner, value)
        return recorded("put", node, owner, value, sliced(copy.deepcopy(target.slice), node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        """Return an annotated assignment, and after it what its target holds."""
        if node.value is None:
            return node
        told = stored([copy.deepcopy(node.target)], node)
        node.value = self.visit(node.value)
        return [node, *told]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """Return ``W -= step`` between reports of W before and after."""
        symbol = OPERATORS.get(type(node.op))
        target = copy.deepcopy(node.target)
        read = readable(target)
        value = self.visit(node.value)
        place = self.visit(node.target)
        touching = roots([target], node, "touching") if symbol in ("+", "-") else []
        adds = bool(touching)
        if symbol is None or read is None:
            told = roots([target], node, adds=adds)
            return [*touching, at(ast.AugAssign(place, node.op, value), node), *told]
        text = ast.Constant(ast.unparse(target))
        after = recorded("changed", node, text, copy.deepcopy(read))
        before = self.visit(read) if self.numbers else read
        step = recorded("step", node, ast.Constant(symbol), text, before, value)
        whole = at(ast.AugAssign(place, node.op, step), node)
        told = roots([target], node, adds=adds)
        parts = [*touching, whole, at(ast.Expr(after), node), *told]
        return [perhaps(parts, target)] if goes_into(node, self.told) else parts


def is_called(value: ast.expr) -> bool:
    """Return whether a value is what a call gives, or a part of that: ``load("iris")[0]``."""
    while isinstance(value, ast.Subscript):
        value = value.value
    return isinstance(value, ast.Call)


def pattern_of(target: ast.expr) -> Any:
    """Return the names that take a value apart, as nested tuples; None where there are others."""
    if isinstance(target, ast.Name | ast.Attribute):
        return target.id if isinstance(target, ast.Name) else target.attr
    if not isinstance(target, ast.Tuple | ast.List):
        return None
    parts = tuple(map(pattern_of, target.elts))
    return None if None in parts else parts


def is_added_to(node: ast.Assign) -> bool:
    """Return whether something is added to an element, or taken off it: ``w[i] = w[i] - step``."""
    [target, *others], value = node.targets, node.value
    if others or not isinstance(target, ast.Subscript) or not isinstance(value, ast.BinOp):
        return False
    sides = [value.left, value.right] if isinstance(value.op, ast.Add) else [value.left]
    wanted = ast.unparse(target)
    return isinstance(value.op, ast.Add | ast.Sub) and wanted in map(ast.unparse, sides)


def sum_put_back(first: ast.stmt, then: ast.stmt) -> ast.stmt | None:
    """Return the second statement of ``new = w[i] - step`` and ``w[i] = new``; None of others."""
    if not isinstance(first, ast.Assign) or not isinstance(then, ast.Assign):
        return None
    is_same = isinstance(then.value, ast.Name) and [then.value.id] == [
        each.id if isinstance(each, ast.Name) else None for each in first.targets
    ]
    both = ast.Assign(then.targets, first.value)
    return then if is_same and is_added_to(both) else None


def is_bound(node: ast.AST) -> bool:
    """Return whether a part of an expression means something else in a small function."""
    if isinstance(node, ast.Name):
        return node.id in ("super", "locals", "vars", "eval", "exec", "__class__")
    return isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr)
