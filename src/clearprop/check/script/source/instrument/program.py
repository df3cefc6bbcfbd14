"""Rewrite a program so that it tells what it computes: every operation reports to a recorder.

The rewritten program does exactly what it did. Where it computed ``Z = X @ W + b`` it now hands
both operands and the result of ``@`` and of ``+`` to the recorder, and then what ``Z`` holds.
"""

import ast

from clearprop.check.script.observed import FILE
from clearprop.check.script.source.instrument.loops import ReportedLoops
from clearprop.check.script.source.instrument.places import stored
from clearprop.check.script.source.instrument.reports import at, is_report, perhaps, recorded
from clearprop.check.script.source.only_told import goes_into, only_told, shows
from clearprop.check.script.source.syntax import own_statements


def instrumented(
    tree: ast.Module, file: int = 0, *, numbers: bool = False, lenient: bool = False
) -> ast.Module:
    """Return the program with its operations, assignments and calls reported.

    With `numbers`, so are numbers that stand in it, and single elements that it reads. A `lenient`
    one leaves out calls that fail and whose result it does not use, and what it only shows.
    """
    told = only_told(tree) if lenient else frozenset[str]()
    writing = Instrument(numbers=numbers, lenient=lenient, told=told)
    changed = ast.fix_missing_locations(writing.visit(tree))
    for node in ast.walk(changed) if file else ():
        if is_report(node):
            line = ast.literal_eval(node.args[0])
            node.args[0] = at(ast.Constant(line + file * FILE), node)
    return changed


class Instrument(ReportedLoops):
    """Puts calls of the recorder into a program.

    Parameters
    ----------
    lenient : bool
        Whether calls that fail, and whose result is not used, are left out.
    """

    def __init__(
        self, *, numbers: bool = False, lenient: bool = False, told: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(numbers=numbers, told=told)
        self.lenient = lenient

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Return a module; what must come first in it, ``from __future__``, stays first."""
        node.body = self.body(node.body)
        return node

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Return a statement that may fail, where that is so of calls for what they do alone."""
        is_shown = shows(node) or goes_into(node, self.told)
        is_call = isinstance(node.value, ast.Call)
        node.value = self.visit(node.value)
        return perhaps([node], node, shows=is_shown) if self.lenient and is_call else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Return an import after whose failure each name is looked for by itself."""
        names = [alias.name for alias in node.names]
        if node.level or node.module in (None, "__future__") or "*" in names:
            return node
        instead: list[ast.stmt] = []
        for alias in node.names:
            place = ast.Name(alias.asname or alias.name, ast.Store())
            found = recorded("missing", node, ast.Constant(node.module), ast.Constant(alias.name))
            instead.append(at(ast.Assign([place], found), node))
        handler = ast.ExceptHandler(ast.Name("ImportError", ast.Load()), None, instead)
        return at(ast.Try([node], [handler], [], []), node)

    def visit_Assert(self, node: ast.Assert) -> ast.Expr:
        """Return what an assertion looks at: made-up data may be other than it says."""
        return at(ast.Expr(self.visit(node.test)), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Return a function that reports its arguments."""
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in arguments if a.arg != "self"]
        told = stored(names, node)
        start = 1 if ast.get_docstring(node) is not None else 0
        outer = self.can_wait, self.yields, self.loops
        self.can_wait, self.yields, self.loops = True, is_generator(node), 0
        node.body = [*node.body[:start], *told, *self.body(node.body[start:])]
        self.can_wait, self.yields, self.loops = outer
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        """Return a statement that reports what a function gives back."""
        if node.value is not None:
            node.value = recorded("read", node, self.visit(node.value))
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Return a class with its methods rewritten; names with two underscores are its own."""
        outer, self.owner, self.can_wait = (self.owner, self.can_wait), node.name, False
        node.body = self.body(node.body)
        self.owner, self.can_wait = outer
        return node


def is_generator(function: ast.FunctionDef) -> bool:
    """Return whether a function yields what it gives, one after the other."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_statements(function))
