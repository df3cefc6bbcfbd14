"""Functions of formulas: f(x) and f′(x), cases, matrices of formulas."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from clearprop.activations import Activation
from clearprop.activations.sigmoid import Sigmoid
from clearprop.derivation.expression.arithmetic import Bindings, Expression, Shape, Value
from clearprop.derivation.expression.quantities import entry, numbered


def normal_distribution(z: Any) -> Any:
    """Return Φ(z), the distribution function of the standard normal."""
    from scipy.special import ndtr  # loads slowly; only GELU needs it

    return ndtr(z)


def logistic(z: Any) -> Any:
    """Return σ(z), which other activations use in their formulas."""
    return Sigmoid().value(np.asarray(z))


def diagonal(vector: Any) -> Any:
    """Return the square matrix with `vector`, of shape (1, n) or (n, 1), on its diagonal."""
    return np.diag(np.asarray(vector).reshape(-1))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "tanh": np.tanh,
    "sigma": logistic,
    "Phi": normal_distribution,
    "max": np.maximum,
    "min": np.minimum,
    "diag": diagonal,
    "norm2": lambda matrix: float(np.sum(np.square(matrix))),
    "inv": np.linalg.inv,
}


@dataclass(frozen=True)
class Apply(Expression):
    """f(x), or f′(x) with one prime. An activation is evaluated by its own `rule`.

    Attributes
    ----------
    function : str
        The name of the function: ``"ReLU"``, ``"ln"``.
    arguments : tuple of Expression
        The formulas that it is applied to.
    primes : int
        The number of derivatives: 1 for f′.
    rule : Activation or None
        The activation that evaluates it.
    by_column : bool
        True if the units of a sample stand in a column, which softmax needs to know.
    """

    function: str
    arguments: tuple[Expression, ...]
    primes: int = 0
    rule: Activation | None = None
    by_column: bool = False

    @property
    def name(self) -> str:
        """The name under which the values of a local derivative are bound: ``"ReLU'(z1)"``."""
        inner = ",".join(getattr(one, "whole", "?") for one in self.arguments)
        return f"{self.function}{chr(39) * self.primes}({inner})"

    def is_bound(self, bindings: Bindings) -> bool:
        """Return whether this is a local derivative whose values are bound."""
        return bool(self.primes) and self.name in bindings

    def evaluate(self, bindings: Bindings) -> Value:
        if self.is_bound(bindings):
            index = getattr(self.arguments[0], "index", ())
            return entry(bindings[self.name], numbered(index, bindings))
        values = [np.asarray(one.evaluate(bindings)) for one in self.arguments]
        if self.rule is None and not self.primes:
            return FUNCTIONS[self.function](*values)
        if self.rule is None or self.primes > 1:
            raise NotImplementedError(f"{self.name} has no value")
        z = values[0].T if self.by_column else values[0]
        a = self.rule.value(z)
        value = self.rule.derivative(z, a) if self.primes else a
        return value.T if self.by_column else value

    def shape(self, bindings: Bindings) -> Shape:
        shape = np.broadcast_shapes(*(one.shape(bindings) for one in self.arguments))
        if self.function == "norm2":
            return ()
        return (max(shape), max(shape)) if self.function == "diag" else shape


@dataclass(frozen=True)
class Comparison(Expression):
    """x > 0, a condition of `Cases`."""

    left: Expression
    sign: Literal["<", ">", "<=", ">=", "="]
    right: Expression
    precedence: ClassVar[int] = 0

    def evaluate(self, bindings: Bindings) -> Value:
        compare = {
            "<": np.less,
            ">": np.greater,
            "<=": np.less_equal,
            ">=": np.greater_equal,
            "=": np.equal,
        }
        return compare[self.sign](self.left.evaluate(bindings), self.right.evaluate(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return np.broadcast_shapes(self.left.shape(bindings), self.right.shape(bindings))


@dataclass(frozen=True)
class Cases(Expression):
    """The first of several values whose condition holds.

    Attributes
    ----------
    branches : tuple of (Expression, Comparison)
        The values and their conditions.
    """

    branches: tuple[tuple[Expression, Comparison], ...]

    def evaluate(self, bindings: Bindings) -> Value:
        conditions = [np.asarray(holds.evaluate(bindings)) for _, holds in self.branches]
        values = [np.asarray(value.evaluate(bindings)) for value, _ in self.branches]
        shape = np.broadcast_shapes(*(one.shape for one in (*conditions, *values)))
        return np.select(
            [np.broadcast_to(one, shape) for one in conditions],
            [np.broadcast_to(one, shape) for one in values],
            default=np.nan,
        )

    def shape(self, bindings: Bindings) -> Shape:
        parts = [part for branch in self.branches for part in branch]
        return np.broadcast_shapes(*(part.shape(bindings) for part in parts))


@dataclass(frozen=True)
class Entries(Expression):
    """A matrix whose entries are formulas."""

    rows: tuple[tuple[Expression, ...], ...]

    def evaluate(self, bindings: Bindings) -> Value:
        values = [[one.evaluate(bindings) for one in row] for row in self.rows]
        return np.array(values, dtype=float).reshape(self.shape(bindings))

    def shape(self, bindings: Bindings) -> Shape:
        return (len(self.rows), len(self.rows[0]))
