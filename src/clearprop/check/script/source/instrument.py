"""Rewrite a program so that it tells what it computes: every operation reports to a recorder.

The rewritten program does exactly what it did. Where it computed ``Z = X @ W + b`` it now hands
both operands and the result of ``@`` and of ``+`` to the recorder, and then what ``Z`` holds.
"""

import ast
import copy
import itertools
from typing import Any, TypeGuard, TypeVar

from clearprop.check.script.observed import FILE
from clearprop.check.script.source.differences import computes_differences
from clearprop.check.script.source.only_told import goes_into, only_told, shows
from clearprop.check.script.source.syntax import own_statements
from clearprop.check.script.source.vocabulary import DATA

RECORDER = "__clearprop__"
"""The global name under which a rewritten program finds the recorder."""
FAILURE = "__clearprop_failure__"
"""The name of a failure, while it is looked at."""
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
}
MAX_LOOPS = 7
"""Loops in each other that are left early; Python allows 20 blocks, and these are two each."""
Node = TypeVar("Node", bound=ast.AST)


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


def perhaps(statements: list[ast.stmt], node: ast.AST, *, shows: bool = True) -> ast.stmt:
    """Return statements that are left out if they fail, where that may be: see `left_out`."""
    error = ast.Name(FAILURE, ast.Load())
    left_out = ast.Expr(recorded("left_out", node, error, ast.Constant(shows)))
    handler = ast.ExceptHandler(ast.Name("Exception", ast.Load()), FAILURE, [left_out])
    return at(ast.Try(statements, [handler], [], []), node)


def is_report(node: ast.AST) -> TypeGuard[ast.Call]:
    """Return whether a node is a call of the recorder."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == RECORDER
    )


class Instrument(ast.NodeTransformer):
    """Puts calls of the recorder into a syntax tree."""

    owner: str | None = None
    """The class whose methods are being rewritten."""
    can_wait = True
    """True where a small function would see the same names: not in the body of a class."""
    yields = False
    """True in a generator."""
    loops = 0
    """Loops around what is rewritten, in the same function."""

    def __init__(
        self,
        *,
        numbers: bool = False,
        lenient: bool = False,
        told: frozenset[str] = frozenset(),
    ) -> None:
        self.numbers, self.lenient, self.told = numbers, lenient, told
        self.sums: set[ast.stmt | None] = set()
        """Statements that put a sum with an element back in its place."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Return a module; what must come first in it, ``from __future__``, stays first."""
        node.body = self.body(node.body)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Return ``recorder.binary("@", line, left, right)`` for ``left @ right``."""
        if is_written_out(node):
            return node
        left, right = self.visit(node.left), self.visit(node.right)
        symbol = OPERATORS.get(type(node.op))
        if isinstance(node.op, ast.Mod) and is_text(node.left):
            return recorded("formatted", node, left, right)
        if symbol is None or is_text(node.left):
            return at(ast.BinOp(left, node.op, right), node)
        return recorded("binary", node, ast.Constant(symbol), left, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """Return a reported −x."""
        operand = self.visit(node.operand)
        whole = at(ast.UnaryOp(node.op, operand), node)
        if not isinstance(node.op, ast.USub) or isinstance(node.operand, ast.Constant):
            return whole
        return recorded("negative", node, operand)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return a call whose function reports, where it is one of a library's."""
        arguments = [self.visit(part) for part in node.args]
        keywords = [self.visit(part) for part in node.keywords]
        if isinstance(node.func, ast.Attribute):
            owner = self.visit(node.func.value)
            name = mangled(node.func.attr, self.owner)
            function = recorded("method", node, owner, ast.Constant(name))
            if is_super(node.func.value):  # super() must stay as it is written
                function = at(ast.Attribute(node.func.value, node.func.attr, ast.Load()), node)
        elif isinstance(node.func, ast.Name):
            function = recorded("function", node, node.func)
            if node.func.id in ("super", "locals", "globals", "vars", "eval", "exec", "print"):
                function = node.func
        else:
            function = self.visit(node.func)
        return at(ast.Call(function, arguments, keywords), node)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Return a statement that may fail, where that is so of calls for what they do alone."""
        is_shown = shows(node) or goes_into(node, self.told)
        is_call = isinstance(node.value, ast.Call)
        node.value = self.visit(node.value)
        return perhaps([node], node, shows=is_shown) if self.lenient and is_call else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Return an element or a slice, reported where it is read."""
        text = ast.unparse(node)
        value = self.visit(node.value)
        index = self.index(node.slice)
        if not isinstance(node.ctx, ast.Load):
            return at(ast.Subscript(value, index, node.ctx), node)
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("c_", "r_"):
            return recorded("joined", node, value, index)
        if any(isinstance(part, ast.Slice | ast.Starred) for part in ast.walk(node.slice)):
            slices = ast.Attribute(ast.Name(RECORDER, ast.Load()), "slices", ast.Load())
            index = at(ast.Subscript(slices, index, ast.Load()), node)
            return recorded("part", node, value, index)
        if self.numbers:
            return recorded("item", node, ast.Constant(text), value, index)
        return recorded("part", node, value, index)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Return a number, reported if it is a fraction and all numbers are."""
        if not self.numbers or not isinstance(node.value, float):
            return node
        return recorded("literal", node, ast.Constant(node.col_offset), node)

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.MatchValue:
        """Return a pattern as it is."""
        return node

    def index(self, node: ast.expr) -> ast.expr:
        """Return an index, whose parts are reported: ``p[range(m), labels]``."""
        if isinstance(node, ast.Tuple):
            parts = [
                recorded("index", node, self.visit(part))
                if isinstance(part, ast.Name | ast.Attribute | ast.Call)
                else self.visit(part)
                for part in node.elts
            ]
            return at(ast.Tuple(parts, ast.Load()), node)
        return self.visit(node)

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        """Return an assignment, and after it what its targets hold."""
        adds = is_added_to(node) or node in self.sums
        told = self.stored(copy.deepcopy(node.targets), node, adds=adds)
        touching = self.roots(copy.deepcopy(node.targets), node, "touching") if adds else []
        pattern = pattern_of(node.targets[0]) if isinstance(node.value, ast.Call) else None
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
        slices = ast.Attribute(ast.Name(RECORDER, ast.Load()), "slices", ast.Load())
        index = at(ast.Subscript(slices, copy.deepcopy(target.slice), ast.Load()), node)
        return recorded("put", node, owner, value, index)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | list[ast.stmt]:
        """Return an annotated assignment, and after it what its target holds."""
        if node.value is None:
            return node
        told = self.stored([copy.deepcopy(node.target)], node)
        node.value = self.visit(node.value)
        return [node, *told]

    def visit_AugAssign(self, node: ast.AugAssign) -> list[ast.stmt]:
        """Return ``W -= step`` between reports of W before and after."""
        symbol = OPERATORS.get(type(node.op))
        target = copy.deepcopy(node.target)
        read = readable(target)
        value = self.visit(node.value)
        place = self.visit(node.target)
        touching = self.roots([target], node, "touching") if symbol in ("+", "-") else []
        adds = bool(touching)
        if symbol is None or read is None:
            told = self.roots([target], node, adds=adds)
            return [*touching, at(ast.AugAssign(place, node.op, value), node), *told]
        text = ast.Constant(ast.unparse(target))
        after = recorded("changed", node, text, copy.deepcopy(read))
        before = self.visit(read) if self.numbers else read
        step = recorded("step", node, ast.Constant(symbol), text, before, value)
        whole = at(ast.AugAssign(place, node.op, step), node)
        told = self.roots([target], node, adds=adds)
        parts = [*touching, whole, at(ast.Expr(after), node), *told]
        return [perhaps(parts, target)] if goes_into(node, self.told) else parts

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

    def visit_For(self, node: ast.For) -> ast.stmt:
        """Return a loop that reports what it goes through."""
        told = self.stored([copy.deepcopy(node.target)], node)
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

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Return a function that reports its arguments."""
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        names: list[ast.expr] = [ast.Name(a.arg, ast.Load()) for a in arguments if a.arg != "self"]
        told = self.stored(names, node)
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

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        """Return a formatted text as it is."""
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Return a small function whose operations report."""
        node.body = self.visit(node.body)
        return node

    def body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """Return rewritten statements."""
        self.sums |= set(itertools.starmap(sum_put_back, itertools.pairwise(statements)))
        return flattened([self.visit(part) for part in statements])

    def stored(
        self, targets: list[ast.expr], node: ast.AST, *, adds: bool = False
    ) -> list[ast.stmt]:
        """Return statements that report what these places hold."""
        told: list[ast.stmt] = []
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                told += self.stored(target.elts, node)
                continue
            read = readable(target)
            text: ast.expr = ast.Constant(ast.unparse(target))
            if is_global(target):  # globals()["W1"] = … is stored as W1
                text, read = target.slice, ast.Subscript(target.value, target.slice, ast.Load())
            if read is not None:
                told.append(at(ast.Expr(recorded("stored", node, text, read)), node))
        return told + self.roots(targets, node, adds=adds)

    def roots(
        self,
        targets: list[ast.expr],
        node: ast.AST,
        report: str = "touched",
        *,
        adds: bool = False,
    ) -> list[ast.stmt]:
        """Return statements that report the whole of what an element is put into, or added to."""
        told: list[ast.stmt] = []
        for target in targets:
            root: ast.expr = target
            while isinstance(root, ast.Subscript):
                root = root.value
            read = readable(root)
            if root is not target and read is not None:
                text = ast.Constant(ast.unparse(root))
                how = [ast.Constant(adds)] if adds else []
                told.append(at(ast.Expr(recorded(report, node, text, read, *how)), node))
        return told


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


def is_generator(function: ast.FunctionDef) -> bool:
    """Return whether a function yields what it gives, one after the other."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_statements(function))


def leaving(loop: ast.For | ast.While) -> list[ast.stmt]:
    """Return what ends a loop early that computes differences of a loss; nothing for others."""
    if not computes_differences(loop):
        return []
    lines = ast.Constant((loop.end_lineno or loop.lineno) - loop.lineno + 1)
    return [at(ast.If(recorded("differences", loop, lines), [at(ast.Break(), loop)], []), loop)]


def counted(over: ast.expr) -> bool:
    """Return whether a loop counts its passes: ``range(epochs)``, ``tqdm(range(epochs))``."""
    names = {part.id for part in ast.walk(over) if isinstance(part, ast.Name)}
    return bool(names & {"range", "xrange", "trange"})


def recorded(method: str, node: ast.AST, *arguments: ast.expr) -> ast.expr:
    """Return ``recorder.method(line, …)``."""
    recorder = ast.Attribute(ast.Name(RECORDER, ast.Load()), method, ast.Load())
    line = ast.Constant(getattr(node, "lineno", 0))
    return at(ast.Call(recorder, [line, *arguments], []), node)


def at(new: Node, old: ast.AST) -> Node:
    """Return a new node with the place of an old one."""
    return ast.copy_location(new, old) if hasattr(old, "lineno") else new


def readable(target: ast.expr) -> ast.expr | None:
    """Return an expression that reads a place, and does nothing else; None if there is none."""
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    if isinstance(target, ast.Attribute):
        owner = readable(target.value)
        return None if owner is None else ast.Attribute(owner, target.attr, ast.Load())
    if isinstance(target, ast.Subscript):
        owner = readable(target.value)
        if owner is None or any(does_more(part) for part in ast.walk(target.slice)):
            return None
        if grows(owner, target.slice):
            return None
        return ast.Subscript(owner, target.slice, ast.Load())
    return None


def grows(owner: ast.expr, index: ast.expr) -> bool:
    """Return whether an index is one past the end, ``table.loc[len(table)]``: later, it is another.

    Examples
    --------
    >>> places = ("t.loc[len(t)]", "seen[len(seen)]", "W[len(W) - 1]", "W[len(b)]")
    >>> nodes = [ast.parse(place, mode="eval").body for place in places]
    >>> [grows(node.value, node.slice) for node in nodes]
    [True, True, False, False]
    """
    base = ast.unparse(owner).removesuffix(".loc").removesuffix(".at")
    counts = [
        ast.unparse(part.args[0])
        for part in ast.walk(index)
        if isinstance(part, ast.Call) and ast.unparse(part.func) == "len" and len(part.args) == 1
    ]
    goes_back = any(isinstance(part, ast.Sub) for part in ast.walk(index))
    return not goes_back and any(each in (base, f"{base}.index") for each in counts)


def is_global(target: ast.expr) -> TypeGuard[ast.Subscript]:
    """Return whether this is ``globals()[name]``, and reading it again does nothing else."""
    return (
        isinstance(target, ast.Subscript)
        and ast.unparse(target.value) == "globals()"
        and not any(does_more(part) for part in ast.walk(target.slice))
    )


def does_more(node: ast.AST) -> bool:
    """Return whether an expression is a call that may do more than give a value."""
    if not isinstance(node, ast.Call):
        return isinstance(node, ast.Await | ast.Yield | ast.NamedExpr)
    return not (isinstance(node.func, ast.Name) and node.func.id in ("str", "len", "repr"))


def flattened(parts: list[ast.stmt | list[ast.stmt] | None]) -> list[ast.stmt]:
    """Return statements in one list."""
    flat: list[ast.stmt] = []
    for part in parts:
        if isinstance(part, list):
            flat += part
        elif part is not None:
            flat.append(part)
    return flat


def is_written_out(node: ast.expr) -> bool:
    """Return whether a value is made of written numbers alone: ``1 / (2.0 * math.pi)``.

    Whole numbers are not, where they are divided: that depends on the version of Python.
    """
    match node:
        case ast.Constant(int() | float()) | ast.Attribute(ast.Name(), "pi" | "e"):
            return True
        case ast.BinOp(left, op, right) if is_written_out(left) and is_written_out(right):
            values = [getattr(part, "value", None) for part in ast.walk(node)]
            has_point = any(isinstance(value, float | ast.Name) for value in values)
            return has_point or not isinstance(op, ast.Div)
    return False


def is_text(node: ast.expr) -> bool:
    """Return whether an expression is a text, as in ``"%d" % n``."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def is_super(node: ast.expr) -> bool:
    """Return whether this is ``super()``."""
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super"
    )


def mangled(name: str, owner: str | None) -> str:
    """Return an attribute's name as Python keeps it: ``__W`` of a class is ``_Net__W``."""
    if owner is None or not name.startswith("__") or name.endswith("__"):
        return name
    return f"_{owner.lstrip('_')}{name}"
