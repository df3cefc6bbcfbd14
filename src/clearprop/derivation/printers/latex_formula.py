"""Formulas as LaTeX that amsmath, MathJax and GitHub all take."""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from clearprop.derivation import expression as nodes
from clearprop.derivation.figures import (
    figure,
    is_folded,
    mantissa_and_exponent,
    shown_positions,
)
from clearprop.derivation.printers.printer import FormulaPrinter, Sign, has_layer

LETTERS = {"delta": r"\delta", "eta": r"\eta", "ell": r"\ell", "kronecker": r"\delta"} | {
    **{name: rf"\{name}" for name in ("beta", "theta", "mu", "rho", "lambda")},
    "epsilon": r"\varepsilon",
    "Delta": r"\Delta",
    "mhat": r"\hat{m}",
    "vhat": r"\hat{v}",
}
FUNCTIONS = {
    "sigma": r"\sigma",
    "Phi": r"\Phi",
    "tanh": r"\tanh",
    "ln": r"\ln",
    "exp": r"\exp",
    "max": r"\max",
    "min": r"\min",
    "f": "f",
}
SIGNS = {"": r" \, ", "·": r" \cdot ", "⊙": r" \odot ", "minus": "-"}
SUBSCRIPTS = re.compile("[₀-₉]+")
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
COMPARISONS = {"<": "<", ">": ">", "<=": r"\le", ">=": r"\ge", "=": "="}
WORDS = {
    "→": r"\rightarrow",
    "⇓": r"\Downarrow",
    "⋯": r"\cdots",
    "⋮": r"\vdots",
    "⋱": r"\ddots",
    "⊙": r"\odot",
}


class LatexPrinter(FormulaPrinter[str]):
    """Formulas as LaTeX, without the signs that open and close mathematics."""

    def parenthesised(self, printed: str) -> str:
        return rf"\left( {printed} \right)"

    def opened(self, printed: str) -> str:
        return rf"\left( {printed} \right."

    def closed(self, printed: str) -> str:
        return rf"\left. {printed} \right)"

    def after(self, sign: Sign, printed: str) -> str:
        return SIGNS.get(sign, f" {sign} ") + printed

    def row(self, pieces: Sequence[str]) -> str:
        return "".join(pieces)

    def number(self, part: nodes.Number) -> str:
        return self.digits(part.value)

    def digits(self, value: float) -> str:
        """Return a number, its power of ten written out."""
        mantissa, exponent = mantissa_and_exponent(figure(value, self.style.digits))
        mantissa = {"NaN": r"\mathrm{NaN}", "inf": r"\infty", "-inf": r"-\infty"}.get(
            mantissa, mantissa
        )
        return mantissa if exponent is None else rf"{mantissa} \cdot 10^{{{exponent}}}"

    def matrix(self, part: nodes.Matrix) -> str:
        values = np.atleast_2d(part.values)
        if values.size == 1:
            return self.digits(values.item())
        columns = shown_positions(values.shape[1], self.style.fold)
        rows = [
            self._row(values, row, columns)
            for row in shown_positions(values.shape[0], self.style.fold)
        ]
        folded = is_folded(values, self.style.fold)
        size = rf"_{{{values.shape[0]} \times {values.shape[1]}}}" if folded else ""
        return environment("bmatrix", rows) + size

    def _row(self, values: np.ndarray, row: int | None, columns: Sequence[int | None]) -> str:
        if row is None:
            return " & ".join(r"\ddots" if column is None else r"\vdots" for column in columns)
        return " & ".join(
            r"\cdots" if column is None else self.digits(values[row, column]) for column in columns
        )

    def constant(self, part: nodes.Constant) -> str:
        return {"e": "e", "pi": r"\pi", "infinity": r"\infty"}[part.letter]

    def symbol(self, part: nodes.Symbol) -> str:
        return self.scripted(part)

    def scripted(self, part: nodes.Symbol, above: str = "") -> str:
        """Return a symbol with its layer, and what else stands above, as one superscript."""
        letter, mark = self.letter(part)
        below = [rf"\mathrm{{{mark}}}" if mark.isalpha() else mark] if mark else []
        below += self.indices(part)
        written = self.layer(part)
        layer = f"({written})" if written else ""
        lower = f"_{{{','.join(below)}}}" if below else ""
        upper = f"^{{{layer}{above}}}" if layer or above else ""
        return LETTERS.get(letter, letter) + upper + lower

    def derivative(self, part: nodes.Derivative) -> str:
        named = self.style.names.derivative(part)
        if named is not None:
            return self.symbol(named)
        return rf"\frac{{\partial {self.show(part.of)}}}{{\partial {self.show(part.by)}}}"

    def transpose(self, part: nodes.Transpose) -> str:
        if isinstance(part.of, nodes.Symbol):
            return self.scripted(part.of, above=r"\top")
        return rf"{self.inside(part.of, nodes.Transpose.precedence + 1)}^{{\top}}"

    def fraction(self, part: nodes.Fraction) -> str:
        return rf"\frac{{{self.show(part.top)}}}{{{self.show(part.bottom)}}}"

    def power(self, part: nodes.Power) -> str:
        base = self.inside(part.base, nodes.Power.precedence + 1)
        if has_layer(part.base):
            base = self.parenthesised(base)
        return f"{base}^{{{self.show(part.exponent)}}}"

    def sigma(self, part: nodes.Sigma) -> str:
        return rf"\sum_{{{part.index}}} {self.inside(part.body, nodes.Product.precedence)}"

    def apply(self, part: nodes.Apply) -> str:
        inner = ", ".join(self.show(one) for one in part.arguments)
        if part.function == "abs":
            return rf"\left\lvert {inner} \right\rvert"
        if part.function == "sqrt":
            return rf"\sqrt{{{inner}}}"
        if part.function == "norm2":
            return rf"\left\lVert {inner} \right\rVert^{{2}}"
        if part.function == "inv":
            return rf"\left( {inner} \right)^{{-1}}"
        name = FUNCTIONS.get(part.function, rf"\mathrm{{{part.function}}}")
        return rf"{name}{chr(39) * part.primes}\left( {inner} \right)"

    def comparison(self, part: nodes.Comparison) -> str:
        return f"{self.show(part.left)} {COMPARISONS[part.sign]} {self.show(part.right)}"

    def cases(self, part: nodes.Cases) -> str:
        if len(part.branches) == 1:
            ((value, condition),) = part.branches
            return rf"{self.show(value)} \quad \left( {self.show(condition)} \right)"
        lines = (f"{self.show(value)} & {self.show(holds)}" for value, holds in part.branches)
        return environment("cases", lines)

    def entries(self, part: nodes.Entries) -> str:
        rows = (" & ".join(map(self.show, row)) for row in part.rows)
        return environment("bmatrix", rows)

    def differentiate(self, part: nodes.Differentiate) -> str:
        inner = self.inside(part.of, nodes.Power.precedence)
        d = r"\partial" if part.partial else "d"
        return rf"\frac{{{d}}}{{{d} {self.show(part.variable)}}} {inner}"

    def limit(self, part: nodes.Limit) -> str:
        under = rf"{self.show(part.variable)} \to {self.show(part.to)}"
        return rf"\lim_{{{under}}} {self.inside(part.of, nodes.Product.precedence)}"

    def shaped(self, part: nodes.Shaped) -> str:
        shape = r" \times ".join(map(str, part.dimensions))
        return rf"\underset{{{shape}}}{{{self.show(part.of)}}}"

    def word(self, part: nodes.Word) -> str:
        if part.text in WORDS:
            return WORDS[part.text]
        text = SUBSCRIPTS.sub(lambda found: f"_{{{found[0].translate(LOWERED)}}}", part.text)
        return text.replace("×", r" \times ").replace("∈", r"\in ")

    def equation(self, part: nodes.Equation) -> str:
        return " = ".join(map(self.show, part.parts))

    def aligned(self, equations: Sequence[nodes.Equation], width: int = 80) -> str:
        """Return equations below each other, their equal signs aligned, long ones broken.

        The width is in signs, which is a rough measure of what is seen.
        """
        lines: list[str] = []
        for equation in equations:
            first, *others = equation.parts
            line = f"{self.show(first)} &"
            for position, part in enumerate(others):
                shown = self.show(part)
                if position and _extent(line) + _extent(shown) > width:
                    lines.append(line)
                    line = "&"
                sign = "= " if line.endswith("&") else " = "
                if _extent(line) + _extent(shown) <= width:
                    line += sign + shown
                else:
                    *filled, line = self._filled(line + sign, part, width)
                    lines += filled
            lines.append(line)
        if len(lines) == 1:
            return lines[0].replace(" &=", " =").removesuffix(" &")
        return environment("aligned", lines)

    def _filled(self, line: str, part: nodes.Expression, width: int) -> list[str]:
        """Return lines of about a width: `line`, and a formula in its pieces."""
        first, *others = self.pieces(part)
        lines = [line + first]
        for piece in others:
            if _extent(lines[-1]) + _extent(piece) > width:
                lines.append(r"& \quad " + piece)
            else:
                lines[-1] += piece
        return lines


def environment(name: str, rows: Iterable[str]) -> str:
    """Return rows between the begin and end of a LaTeX environment: ``"array}{cc"`` has columns."""
    body = r" \\ ".join(rows)
    return rf"\begin{{{name}}} {body} \end{{{name.partition('}')[0]}}}"


def _extent(latex: str) -> int:
    """Return about how many signs wide a piece of LaTeX is when it is set."""
    return max(len(_UNSEEN.sub("", _SIGN.sub("x", line))) for line in latex.split(r" \\ "))


_SIGN = re.compile(r"\\(?!left|right|begin|end|mathrm|frac|,)[a-zA-Z]+ ?")
_UNSEEN = re.compile(r"\\(begin|end)\{\w+\}|\\(left|right|mathrm|frac)|\\,|[{}^_]| (?=[&=+-])|&")
