"""Formula trees as sympy expressions, to prove what they say.

Where a formula has cases, the case that holds at `point` is taken: a proof is then symbolic within
the region of the numbers around that point.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import sympy

from clearprop.derivation import expression as tree

e = sympy.E
z = sympy.Symbol("z", real=True)


def phi(x: sympy.Expr) -> sympy.Expr:
    return (1 + sympy.erf(x / sympy.sqrt(2))) / 2


FUNCTIONS: dict[str, Callable[..., sympy.Expr]] = {
    "sigma": lambda x: 1 / (1 + sympy.exp(-x)),
    "Phi": phi,
    "ln": sympy.log,
    "exp": sympy.exp,
    "sqrt": sympy.sqrt,
}


@dataclass
class Meaning:
    """What the symbols and derivatives of a formula stand for."""

    symbols: Mapping[str, sympy.Expr]
    """By name, ``"a[0]"`` for a₀."""
    point: Mapping[sympy.Expr, sympy.Expr]
    functions: Mapping[str, Callable[..., sympy.Expr]] = field(default_factory=dict)
    derivatives: Callable[[tree.Derivative], sympy.Expr] | None = None
    outputs: int = 1

    def of(self, part: tree.Expression) -> sympy.Expr:
        return getattr(self, type(part).__name__.lower())(part)

    def decided(self, condition: sympy.Expr) -> bool:
        return bool(condition.subs(self.point))

    def number(self, part: tree.Number) -> sympy.Expr:
        return sympy.nsimplify(part.value)

    def constant(self, part: tree.Constant) -> sympy.Expr:
        return {"e": sympy.E, "pi": sympy.pi}[part.letter]

    def symbol(self, part: tree.Symbol) -> sympy.Expr:
        if part.letter == "kronecker":
            return sympy.Integer(part.index[0] == part.index[1])
        return self.symbols[part.name]

    def derivative(self, part: tree.Derivative) -> sympy.Expr:
        return self.derivatives(part)

    def negative(self, part: tree.Negative) -> sympy.Expr:
        return -self.of(part.of)

    def sum(self, part: tree.Sum) -> sympy.Expr:
        return sympy.Add(*map(self.of, part.terms))

    def product(self, part: tree.Product) -> sympy.Expr:
        return sympy.Mul(*map(self.of, part.factors))

    def fraction(self, part: tree.Fraction) -> sympy.Expr:
        return self.of(part.top) / self.of(part.bottom)

    def power(self, part: tree.Power) -> sympy.Expr:
        return self.of(part.base) ** self.of(part.exponent)

    def sigma(self, part: tree.Sigma) -> sympy.Expr:
        from clearprop.derivation.rewriting import at

        terms = (self.of(at(part.body, {part.index: k})) for k in range(self.outputs))
        return sympy.Add(*terms)

    def apply(self, part: tree.Apply) -> sympy.Expr:
        arguments = [self.of(one) for one in part.arguments]
        if part.function in ("max", "min"):
            larger = self.decided(arguments[0] > arguments[1])
            return arguments[0] if larger == (part.function == "max") else arguments[1]
        if part.function in ("abs", "sign"):
            sign = 1 if self.decided(arguments[0] > 0) else -1
            return sign * arguments[0] if part.function == "abs" else sympy.Integer(sign)
        function = {**FUNCTIONS, **self.functions}[part.function]
        value = function(z)
        return sympy.diff(value, z, part.primes).subs(z, arguments[0])

    def comparison(self, part: tree.Comparison) -> bool:
        left, right = self.of(part.left), self.of(part.right)
        relation = {
            "<": sympy.Lt,
            ">": sympy.Gt,
            "<=": sympy.Le,
            ">=": sympy.Ge,
            "=": sympy.Eq,
        }
        return self.decided(relation[part.sign](left, right))

    def cases(self, part: tree.Cases) -> sympy.Expr:
        return next(self.of(value) for value, holds in part.branches if self.of(holds))

    def differentiate(self, part: tree.Differentiate) -> sympy.Expr:
        return sympy.diff(self.of(part.of), self.of(part.variable))

    def limit(self, part: tree.Limit) -> sympy.Expr:
        return sympy.limit(self.of(part.of), self.of(part.variable), self.of(part.to))


def is_zero(difference: sympy.Expr) -> bool:
    """Return whether an expression is 0, proved by rewriting it."""
    return any(
        simplify(difference) == 0
        for simplify in (
            sympy.simplify,
            lambda one: sympy.simplify(one.rewrite(sympy.exp)),
            lambda one: sympy.simplify(sympy.expand(sympy.expand_log(one, force=True))),
            lambda one: sympy.cancel(sympy.expand(one)),
        )
    )
