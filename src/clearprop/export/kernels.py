"""A rule's scalar kernel as an expression tree, read from its Python source.

    def kernel(z, s):                 lines    e = exp(−|z|)
        e = exp(-abs(z))              result   (1 if z ≥ 0 else e) / (1 + e)
        return (1.0 if z >= 0.0 else e) / (1.0 + e)

Every target writes such a tree in its own language, so that a rule that states a kernel can be
exported everywhere. What is read: assignments, conditions, + − × ÷ and powers, and the functions
of `FUNCTIONS`.
"""

import ast
import builtins
import inspect
import math
import textwrap
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument

FUNCTIONS: dict[Callable[..., Any], str] = {
    abs: "abs",
    min: "min",
    max: "max",
    **{getattr(math, name): name for name in
       ("exp", "expm1", "log", "log1p", "tanh", "erfc", "sqrt", "floor", "sin", "cos", "atan",
        "pow")},
    math.fabs: "abs",
    **{getattr(np, name): name for name in
       ("exp", "expm1", "log", "log1p", "tanh", "sqrt", "floor", "sin", "cos")},
    np.abs: "abs",
    np.minimum: "min",
    np.maximum: "max",
    np.arctan: "atan",
}  # fmt: skip
"""The functions that a kernel may call, and the names that targets spell them by."""

SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==",
}  # fmt: skip


@dataclass(frozen=True)
class Constant:
    """A number."""

    value: float


@dataclass(frozen=True)
class Variable:
    """An argument of the formula, or the name of an earlier line."""

    name: str


@dataclass(frozen=True)
class Negative:
    """−operand."""

    operand: "Expression"


@dataclass(frozen=True)
class Operation:
    """left + right, left − right, left · right, or left / right."""

    sign: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Call:
    """A function of `FUNCTIONS` by its name there."""

    function: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Choice:
    """`then` where left and right compare so, else `otherwise`."""

    left: "Expression"
    comparison: str
    right: "Expression"
    then: "Expression"
    otherwise: "Expression"


Expression = Constant | Variable | Negative | Operation | Call | Choice


@dataclass(frozen=True)
class Formula:
    """A function of one number or several: named lines, then the result.

    Attributes
    ----------
    arguments : tuple of str
        The arguments that the lines or the result use.
    lines : tuple of (str, Expression)
    result : Expression
    """

    arguments: tuple[str, ...]
    lines: tuple[tuple[str, Expression], ...]
    result: Expression

    @property
    def expressions(self) -> Iterator[Expression]:
        """Every expression and every part of one."""
        for _, line in self.lines:
            yield from parts_of(line)
        yield from parts_of(self.result)

    def renamed(self, taken: Collection[str]) -> "Formula":
        """Return the formula with other names for its variables that are taken."""
        names = [*self.arguments, *(name for name, _ in self.lines)]
        new = {name: Variable(f"{name}_") for name in names if name in taken}
        if not new:
            return self

        def name_of(name: str) -> str:
            return new[name].name if name in new else name

        return Formula(
            tuple(map(name_of, self.arguments)),
            tuple((name_of(name), substituted(line, new)) for name, line in self.lines),
            substituted(self.result, new),
        )

    @property
    def inlined(self) -> Expression:
        """The result with the lines in it."""
        known: dict[str, Expression] = {}
        for name, line in self.lines:
            known[name] = substituted(line, known)
        return substituted(self.result, known)

    @property
    def functions(self) -> set[str]:
        """The functions that it calls."""
        return {part.function for part in self.expressions if isinstance(part, Call)}


def formula_of(kernel: Callable[..., Any], **known: float) -> Formula:
    """Return a kernel as a formula; arguments that are `known` become constants in it.

    Raises
    ------
    InputError
        If its source is not at hand, or has in it what only Python can do.

    Examples
    --------
    >>> from clearprop.activations.leaky_relu import LeakyReLU
    >>> formula_of(LeakyReLU.kernel, s=0.1).result
    Choice(left=Variable(name='z'), comparison='>', right=Constant(value=0.0), \
then=Variable(name='z'), otherwise=Operation(sign='*', left=Constant(value=0.1), \
right=Variable(name='z')))
    """
    name = getattr(kernel, "__qualname__", repr(kernel))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kernel)))
        (definition,) = tree.body
        if not isinstance(definition, ast.FunctionDef):
            raise SyntaxError
    except (OSError, TypeError, ValueError, SyntaxError):
        why = "the source of its kernel cannot be read."
        raise invalid_argument("activation", name, why, "define it in a file, by def.") from None
    reader = _Reader(kernel, known)
    arguments = [each.arg for each in definition.args.args]
    reader.names.update(each for each in arguments if each not in known)
    try:
        result = reader.body(definition.body)
    except _UnreadableError as error:
        why = f"its kernel has {error} in it, which other languages may not have."
        hint = "assignments, conditions, arithmetic, and functions such as exp and tanh."
        raise invalid_argument("activation", name, why, hint) from None
    used = _variables(result)
    lines: list[tuple[str, Expression]] = []
    for line, expression in reversed(reader.lines.items()):
        if line in used:
            lines.insert(0, (line, expression))
            used |= _variables(expression)
    return Formula(tuple(each for each in arguments if each in used), tuple(lines), result)


def parts_of(expression: Expression) -> Iterator[Expression]:
    """Yield an expression and every part of it."""
    yield expression
    match expression:
        case Negative(operand):
            inner: Sequence[Expression] = (operand,)
        case Operation(_, left, right):
            inner = (left, right)
        case Call(_, arguments):
            inner = arguments
        case Choice(left, _, right, then, otherwise):
            inner = (left, right, then, otherwise)
        case _:
            inner = ()
    for part in inner:
        yield from parts_of(part)


def _variables(expression: Expression) -> set[str]:
    """Return the names in an expression."""
    return {part.name for part in parts_of(expression) if isinstance(part, Variable)}


def substituted(expression: Expression, known: Mapping[str, Expression]) -> Expression:
    """Return an expression with others in the place of some names."""

    def inner(part: Expression) -> Expression:
        return substituted(part, known)

    match expression:
        case Variable(name):
            return known.get(name, expression)
        case Negative(operand):
            return Negative(inner(operand))
        case Operation(sign, left, right):
            return Operation(sign, inner(left), inner(right))
        case Call(function, arguments):
            return Call(function, tuple(map(inner, arguments)))
        case Choice(left, comparison, right, then, otherwise):
            sides = inner(left), comparison, inner(right)
            return Choice(*sides, inner(then), inner(otherwise))
        case Constant():
            return expression


class _UnreadableError(Exception):
    """Says what in a kernel is not read."""


class _Reader:
    """Reads the body of one kernel."""

    def __init__(self, kernel: Callable[..., Any], known: Mapping[str, float]) -> None:
        around = inspect.getclosurevars(kernel)
        self.outside = {**vars(builtins), **around.globals, **around.nonlocals, **known}
        self.names: set[str] = set()
        self.lines: dict[str, Expression] = {}

    def body(self, statements: Sequence[ast.stmt]) -> Expression:
        """Return what the statements return; their assignments become lines."""
        for number, statement in enumerate(statements):
            match statement:
                case ast.Expr(value=ast.Constant(value=str())):
                    continue  # the docstring
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self.assign(name, self.read(value))
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self.assign(name, self.read(value))
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    read = [self.read(value) for value in values]
                    for target, value in zip(targets, read, strict=True):
                        if not isinstance(target, ast.Name):
                            raise _UnreadableError(f"`{ast.unparse(statement)}`")
                        self.assign(target.id, value)
                case ast.If(test=test, body=inside, orelse=orelse):
                    then = self.body(inside)
                    otherwise = self.body([*orelse, *statements[number + 1 :]])
                    return self.choice(test, then, otherwise)
                case ast.Return(value=ast.expr() as value):
                    return self.read(value)
                case _:
                    raise _UnreadableError(f"`{ast.unparse(statement).splitlines()[0]}`")
        raise _UnreadableError("a way to its end without `return`")

    def assign(self, name: str, value: Expression) -> None:
        """Add a line; a name stands for one value."""
        if name in self.names:
            raise _UnreadableError(f"two values for `{name}`")
        self.names.add(name)
        self.lines[name] = value

    def read(self, node: ast.expr) -> Expression:
        """Return an expression."""
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return Constant(float(value))
            case ast.Name(id=name) if name in self.names:
                return Variable(name)
            case ast.Name() | ast.Attribute():
                value = self.look_up(node)
                if not isinstance(value, int | float | np.number):
                    raise _UnreadableError(f"`{ast.unparse(node)}`")
                return Constant(float(value))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.read(operand)
                return Constant(-inner.value) if isinstance(inner, Constant) else Negative(inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self.power(self.read(left), self.read(right))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
                return Operation(SIGNS[type(op)], self.read(left), self.read(right))
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return self.choice(test, self.read(then), self.read(otherwise))
            case ast.Compare() | ast.BoolOp():
                return self.choice(node, Constant(1.0), Constant(0.0))
            case ast.Call(func=func, args=arguments, keywords=[]) if arguments:
                return self.call(self.look_up(func), [self.read(each) for each in arguments], node)
            case _:
                raise _UnreadableError(f"`{ast.unparse(node)}`")

    def call(self, function: Any, arguments: Sequence[Expression], node: ast.expr) -> Expression:
        """Return a call; `float` changes nothing, and three numbers have the minimum of two."""
        if function is float and len(arguments) == 1:
            return arguments[0]
        name = FUNCTIONS.get(function) if callable(function) else None
        if name == "pow" and len(arguments) == 2:
            return self.power(*arguments)
        if name in ("min", "max") and len(arguments) >= 2:
            first, *others = arguments
            for other in others:
                first = Call(name, (first, other))
            return first
        if name is None or name in ("min", "max", "pow") or len(arguments) != 1:
            raise _UnreadableError(f"`{ast.unparse(node)}`")
        return Call(name, tuple(arguments))

    def power(self, base: Expression, exponent: Expression) -> Expression:
        """Return a power; the square of a name is the product that compilers make of it."""
        if exponent == Constant(2.0) and isinstance(base, Variable):
            return Operation("*", base, base)
        return Call("pow", (base, exponent))

    def choice(self, test: ast.expr, then: Expression, otherwise: Expression) -> Expression:
        """Return `then` where a test holds, else `otherwise`."""
        match test:
            case ast.Compare(left=left, ops=ops, comparators=sides):
                read = [self.read(side) for side in (left, *sides)]
                for n, op in reversed(list(enumerate(ops))):
                    if type(op) not in COMPARISONS:
                        raise _UnreadableError(f"`{ast.unparse(test)}`")
                    sign = COMPARISONS[type(op)]
                    then = Choice(read[n], sign, read[n + 1], then, otherwise)
                return then
            case ast.BoolOp(op=ast.And(), values=values):
                for value in reversed(values):
                    then = self.choice(value, then, otherwise)
                return then
            case ast.BoolOp(op=ast.Or(), values=values):
                for value in reversed(values):
                    otherwise = self.choice(value, then, otherwise)
                return otherwise
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.choice(operand, otherwise, then)
            case _:
                raise _UnreadableError(f"the condition `{ast.unparse(test)}`")

    def look_up(self, node: ast.expr) -> Any:
        """Return what a name outside the kernel stands for: a function, or a number."""
        match node:
            case ast.Name(id=name) if name in self.outside:
                return self.outside[name]
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                found = self.outside.get(module)
                if found in (math, np) and hasattr(found, name):
                    return getattr(found, name)
        raise _UnreadableError(f"`{ast.unparse(node)}`")
