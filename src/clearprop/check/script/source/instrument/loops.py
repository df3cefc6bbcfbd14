"""Loops that report what they go through, and may be left before their time."""

import ast
import copy
import itertools

from clearprop.check.script.source.differences import computes_differences
from clearprop.check.script.source.instrument.assignments import ReportedAssignments, sum_put_back
from clearprop.check.script.source.instrument.places import stored
from clearprop.check.script.source.instrument.reports import at, recorded

MAX_LOOPS = 7
"""Loops in each other that are left early; Python allows 20 blocks, and these are two each."""


class ReportedLoops(ReportedAssignments):
    """Puts calls of the recorder into loops, and into the statements of a block."""

    yields = False
    """True in a generator."""
    loops = 0
    """Loops around what is rewritten, in the same function."""

    def visit_For(self, node: ast.For) -> ast.stmt:
        """Return a loop that reports what it goes through."""
        told = stored([copy.deepcopy(node.target)], node)
        counts, leaves = counted(node.iter), leaving(node)
        node.iter = self.visit(node.iter)
        if counts:
            node.iter = recorded("passes", node.iter, node.iter)
        node.body = [*told, *self.inside(node), *leaves]
        node.orelse = self.body(node.orelse)
        return self.left_early(node)

    def visit_While(self, node: ast.While) -> ast.stmt:
        """Return a loop with its statements reported."""
        leaves = leaving(node)
        node.test = self.visit(node.test)
        node.body = [*self.inside(node), *leaves]
        node.orelse = self.body(node.orelse)
        return self.left_early(node)

    def inside(self, loop: ast.For | ast.While) -> list[ast.stmt]:
        """Return the rewritten statements of a loop."""
        self.loops += 1
        body = self.body(loop.body)
        self.loops -= 1
        return body

    def left_early(self, loop: ast.For | ast.While) -> ast.stmt:
        """Return a loop that says when it begins and ends, and may end before each pass.

        Those of generators are not: what runs between two passes is none of theirs.
        """
        if self.yields or self.loops > MAX_LOOPS:
            return loop
        ends = at(ast.If(recorded("leaves", loop), [at(ast.Break(), loop)], []), loop)
        loop.body.insert(0, ends)
        return at(ast.With([ast.withitem(recorded("loop", loop))], [loop]), loop)

    def body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Return rewritten statements."""
        self.sums |= set(itertools.starmap(sum_put_back, itertools.pairwise(statements)))
        return flattened([self.visit(part) for part in statements])


def leaving(loop: ast.For | ast.While) -> list[ast.stmt]:
    """Return what ends a loop early that computes differences of a loss; nothing for others."""
    if not computes_differences(loop):
        return []
    lines = ast.Constant((loop.end_lineno or loop.lineno) - loop.lineno + 1)
    return [at(ast.If(recorded("differences", loop, lines), [at(ast.Break(), loop)], []), loop)]


def counted(over: ast.expr) -> bool:
    """Return whether a loop counts its passes, or samples: ``range(epochs)``, ``zip(X, Y)``."""
    names = {part.id for part in ast.walk(over) if isinstance(part, ast.Name)}
    return bool(names & {"range", "xrange", "trange", "zip", "enumerate"})


def flattened(parts: list[ast.stmt | list[ast.stmt] | None]) -> list[ast.stmt]:
    """Return statements in one list."""
    flat: list[ast.stmt] = []
    for part in parts:
        if isinstance(part, list):
            flat += part
        elif part is not None:
            flat.append(part)
    return flat
