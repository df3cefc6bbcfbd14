"""The loss of a network's outputs, and its derivatives, as formulas of one line."""

from collections.abc import Iterator, Sequence

from clearprop.derivation.boxes import Box, beside, text_box
from clearprop.derivation.expression import (
    Cases,
    Expression,
    Fraction,
    Number,
    Power,
    Sigma,
    Sum,
    Symbol,
)
from clearprop.derivation.printers.text_formula import TextPrinter
from clearprop.derivation.rewriting import at, rewrite
from clearprop.derivation.rules import loss_derivative_formula, loss_formula
from clearprop.derivation.style import Style
from clearprop.losses import Loss

EXACTLY = Style(digits=17)


class LossFormulas:
    """The formulas of a loss and its derivatives, for outputs of these names and values."""

    def __init__(
        self, loss: Loss, names: Sequence[str], outputs: Sequence[float], targets: Sequence[float]
    ) -> None:
        self.loss, self.names, self.targets = loss, names, targets
        self.bindings = dict(zip(names, outputs, strict=True))

    def value(self) -> str:
        """Return the loss: ``"½ · (a3 − 1)²"``."""
        return self._written(loss_formula(self.loss, Symbol("a"), Symbol("y"), len(self.names)))

    def derivatives(self) -> Iterator[str]:
        """Yield its derivative by each output: ``"a3 − 1"``."""
        formula = loss_derivative_formula(self.loss, Symbol("a"), Symbol("y"), len(self.names))
        for k in range(len(self.names)):
            yield self._written(at(formula, {"k": k}))

    def _written(self, formula: Expression) -> str:
        named = rewrite(formula, self._named)
        return str(_OneLine(EXACTLY).show(rewrite(named, self._holding)))

    def _named(self, part: Expression) -> Expression | None:
        """Return the node's name for aₖ, the number for yₖ, and every term of a Σ."""
        if isinstance(part, Sigma):
            terms = [at(part.body, {part.index: k}) for k in range(len(self.names))]
            return Sum(tuple(rewrite(term, self._named) for term in terms))
        if not isinstance(part, Symbol) or part.letter not in ("a", "y"):
            return None
        (k,) = part.index or (0,)
        return Symbol(self.names[int(k or 0)]) if part.letter == "a" else self._target(int(k or 0))

    def _target(self, k: int) -> Expression:
        return Number(float(self.targets[k]))

    def _holding(self, part: Expression) -> Expression | None:
        if not isinstance(part, Cases):
            return None
        return next(value for value, holds in part.branches if holds.evaluate(self.bindings))


class _OneLine(TextPrinter):
    """Formulas in one line, symbols under the names of their nodes."""

    def symbol(self, part: Symbol) -> Box:
        return text_box(part.letter)

    def fraction(self, part: Fraction) -> Box:
        if isinstance(part.top, Number) and isinstance(part.bottom, Number):
            return super().fraction(part)
        top = self.inside(part.top, Fraction.precedence)
        return beside(top, text_box(" / "), self.inside(part.bottom, Power.precedence))
