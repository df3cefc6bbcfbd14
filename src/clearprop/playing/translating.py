"""A rule's functions in JavaScript, translated from their Python source.

    def kernel(z, s):                     (z, s) => {
        e = exp(-abs(z))                    let e;
        return 1.0 if z > 0.0 else e        e = Math.exp(-Math.abs(z));
                                            return z > 0.0 ? 1.0 : e;
                                          }

`clearprop.export.kernels` reads one formula; the page also needs what is no formula: the loops of
a `block_kernel`, the tuples of an update rule's `move`, and its `coefficients`. Names, calls and
constants mean what they mean there.
"""

import ast
import builtins
import inspect
import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from clearprop.export.kernels import FUNCTIONS
from clearprop.updates.rule import per_step

SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<=", ast.Eq: "===", ast.NotEq: "!==",
    ast.And: "&&", ast.Or: "||",
}  # fmt: skip
OWN = {"erfc": "erfc"}
"""Functions that JavaScript lacks, under the names that the page has for them."""


class UntranslatableError(Exception):
    """Says what in a function is not translated."""


def javascript(function: Callable[..., Any], own: str = "") -> str:
    """Return a function as a JavaScript arrow function.

    Parameters
    ----------
    function : callable
        A kernel, a block kernel, a `move`, or a method `coefficients`; its source must be at hand.
    own : str
        The JavaScript name of the object that holds the settings, where the function has a `self`.

    Raises
    ------
    UntranslatableError
        If the source cannot be read, or does what is not translated.

    Examples
    --------
    >>> from clearprop.activations.leaky_relu import LeakyReLU
    >>> print(javascript(LeakyReLU.kernel))
    (z, s) => {
      return ((z > 0.0) ? z : (s * z));
    }
    """
    definition = definition_of(function)
    translator = _Translator(function, own)
    arguments = [each.arg for each in definition.args.args if each.arg != "self"]
    translator.known = set(arguments)
    lines = translator.body(definition.body)
    declared = sorted(translator.known - set(arguments))
    head = [f"let {', '.join(declared)};"] if declared else []
    inner = "".join(f"  {line}\n" for line in (*head, *lines))
    return f"({', '.join(arguments)}) => {{\n{inner}}}"


def definition_of(function: Callable[..., Any]) -> ast.FunctionDef:
    """Return the syntax tree of a function.

    Raises
    ------
    UntranslatableError
        If its source is not at hand.
    """
    try:
        (definition,) = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        raise UntranslatableError(f"the source of {function!r}") from None
    if not isinstance(definition, ast.FunctionDef):
        raise UntranslatableError(f"the source of {function!r}")
    return definition


class _Translator:
    """Translates the statements of one function."""

    def __init__(self, function: Callable[..., Any], own: str) -> None:
        around = inspect.getclosurevars(inspect.unwrap(function))
        self.outside = {**vars(builtins), **around.globals, **around.nonlocals}
        self.own = own
        self.known: set[str] = set()

    def body(self, statements: Sequence[ast.stmt]) -> list[str]:
        """Return the lines of statements."""
        return [line for statement in statements for line in self.statement(statement)]

    def statement(self, statement: ast.stmt) -> list[str]:
        """Return the lines of a statement."""
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                return []  # the docstring
            case ast.Assign(targets=[target], value=value):
                return [f"{self.target(target)} = {self.read(value)};"]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return [f"{self.target(target)} = {self.read(value)};"]
            case ast.AugAssign(target=target, op=op, value=value) if type(op) in SIGNS:
                return [f"{self.target(target)} {SIGNS[type(op)]}= {self.read(value)};"]
            case ast.For(target=ast.Name(id=name), iter=ast.Call() as counted, orelse=[]):
                return self.loop(name, counted, statement.body)
            case ast.If(test=test, body=inside, orelse=otherwise):
                lines = [f"if ({self.read(test)}) {{", *self.indented(inside), "}"]
                if otherwise:
                    lines[-1:] = ["} else {", *self.indented(otherwise), "}"]
                return lines
            case ast.Return(value=ast.expr() as value):
                return [f"return {self.read(value)};"]
        raise UntranslatableError(f"`{ast.unparse(statement).splitlines()[0]}`")

    def indented(self, statements: Sequence[ast.stmt]) -> list[str]:
        """Return the lines of an inner block."""
        return [f"  {line}" for line in self.body(statements)]

    def loop(self, name: str, counted: ast.Call, inside: Sequence[ast.stmt]) -> list[str]:
        """Return ``for name in range(…)``; a step is a whole number with its sign."""
        if self.look_up(counted.func) is not range or counted.keywords:
            raise UntranslatableError(f"`for` over `{ast.unparse(counted)}`")
        ends = [self.read(each) for each in counted.args]
        start, stop = ("0", ends[0]) if len(ends) == 1 else (ends[0], ends[1])
        step = ast.literal_eval(counted.args[2]) if len(ends) == 3 else 1
        self.known.add(name)
        sign = "<" if step > 0 else ">"
        head = f"for ({name} = {start}; {name} {sign} {stop}; {name} += {step}) {{"
        return [head, *self.indented(inside), "}"]

    def target(self, target: ast.expr) -> str:
        """Return what is assigned to."""
        match target:
            case ast.Name(id=name):
                self.known.add(name)
                return name
            case ast.Tuple(elts=parts):
                return f"[{', '.join(self.target(part) for part in parts)}]"
            case ast.Subscript():
                return self.read(target)
        raise UntranslatableError(f"`{ast.unparse(target)} = …`")

    def read(self, node: ast.expr) -> str:
        """Return an expression."""
        match node:
            case ast.Constant(value=bool() as value):
                return "true" if value else "false"
            case ast.Constant(value=int() | float() as value):
                return number(value)
            case ast.Name(id=name) if name in self.known:
                return name
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if self.own:
                return f"{self.own}.{name}"
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in self.known:
                return f"{name}.{attribute}"
            case ast.Name() | ast.Attribute():
                value = self.look_up(node)
                if isinstance(value, int | float | np.number):
                    return number(value if isinstance(value, int) else float(value))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"(-{self.read(operand)})"
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return f"(!{self.read(operand)})"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return f"Math.pow({self.read(left)}, {self.read(right)})"
            case ast.BinOp(left=left, op=ast.FloorDiv(), right=right):
                return f"Math.floor({self.read(left)} / {self.read(right)})"
            case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
                return f"({self.read(left)} {SIGNS[type(op)]} {self.read(right)})"
            case ast.IfExp(test=test, body=then, orelse=otherwise):
                return f"({self.read(test)} ? {self.read(then)} : {self.read(otherwise)})"
            case ast.Compare(left=left, ops=ops, comparators=sides):
                read = [self.read(side) for side in (left, *sides)]
                if all(type(op) in SIGNS for op in ops):
                    pairs = [
                        f"({read[n]} {SIGNS[type(op)]} {read[n + 1]})" for n, op in enumerate(ops)
                    ]
                    return pairs[0] if len(pairs) == 1 else f"({' && '.join(pairs)})"
            case ast.BoolOp(op=op, values=values):
                return f"({f' {SIGNS[type(op)]} '.join(map(self.read, values))})"
            case ast.Subscript(value=ast.Name() as array, slice=index):
                return f"{self.read(array)}[{self.read(index)}]"
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return f"[{', '.join(map(self.read, parts))}]"
            case ast.Call(func=func, args=arguments, keywords=[]):
                return self.call(self.look_up(func), arguments, node)
        raise UntranslatableError(f"`{ast.unparse(node)}`")

    def call(self, function: Any, arguments: Sequence[ast.expr], node: ast.expr) -> str:
        """Return a call; what makes arrays of one number's coefficients changes nothing."""
        if function is np.full and len(arguments) == 2:
            return self.read(arguments[1])  # one step at a time: np.full(len(t), number)
        read = [self.read(each) for each in arguments]
        if function is per_step:
            return f"[{', '.join(read)}]"
        if function is float and len(read) == 1:
            return f"Number({read[0]})"
        if function is np.sign and len(read) == 1:
            return f"Math.sign({read[0]})"
        name = FUNCTIONS.get(function) if callable(function) else None
        if name is None:
            raise UntranslatableError(f"`{ast.unparse(node)}`")
        return f"{OWN.get(name, f'Math.{name}')}({', '.join(read)})"

    def look_up(self, node: ast.expr) -> Any:
        """Return what a name outside the function stands for."""
        match node:
            case ast.Name(id=name) if name in self.outside:
                return self.outside[name]
            case ast.Attribute(value=ast.Name(id=module), attr=name):
                found = self.outside.get(module)
                if found in (math, np) and hasattr(found, name):
                    return getattr(found, name)
        raise UntranslatableError(f"`{ast.unparse(node)}`")


def number(value: float) -> str:
    """Return a number that reads back to the same bits."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "(-Infinity)"
    return repr(value) if isinstance(value, int) else repr(float(value))
