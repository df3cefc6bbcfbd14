"""Formulas as MathML, which browsers draw themselves.

Every symbol and every number says which quantity it is (``data-of="W1[0,2]"``, under the name
that `params` gives it, whatever the convention), so that a page can light the same thing
everywhere.
"""

import re
from collections.abc import Sequence
from html import escape

import numpy as np

from clearprop.derivation import expression as nodes
from clearprop.derivation.figures import (
    figure,
    is_folded,
    mantissa_and_exponent,
    shown_positions,
)
from clearprop.derivation.printers.printer import FormulaPrinter, Sign, has_layer
from clearprop.derivation.printers.text_formula import COMPARISONS, FUNCTIONS, LETTERS
from clearprop.derivation.rewriting import contains

SIGNS = {
    "": '<mspace width="0.2em"/>',
    "-": '<mo form="infix">−</mo>',
    "minus": '<mo form="prefix">−</mo>',
}
MANY = 4
"""A line may end within a sum or a product of more parts than this."""
PAIR = re.compile(r"\[(\w+),(\w+)\]")


class MathmlPrinter(FormulaPrinter[str]):
    """Formulas as MathML without the ``<math>`` around them; see `math`."""

    def math(self, part: nodes.Expression, block: bool = True) -> str:
        """Return a formula as a ``<math>`` element."""
        display = "block" if block else "inline"
        return f'<math display="{display}">{self.show(part)}</math>'

    def broken(self, equation: nodes.Equation) -> str:
        """Return an equation as several ``<math>``, so that a line can end before a sign."""
        first, *others = equation.parts
        pieces = [self.show(first)]
        for position, part in enumerate(others):
            head, *tail = self.pieces(part) if _is_wide(part) else [self.show(part)]
            equals = self.after("=", head)
            if position == 0:
                pieces[0] += equals
            else:
                pieces.append(equals)
            pieces += tail
        shown = "".join(f'<math display="block"><mrow>{one}</mrow></math>' for one in pieces)
        return f'<div class="equation">{shown}</div>'

    def reference(self, name: str) -> str:
        """Return the attribute that says what a symbol or number is, by its name in `params`."""
        if not name:
            return ""
        if self.style.convention == "column":
            name = PAIR.sub(r"[\2,\1]", name)
        return f' data-of="{escape(name)}"'

    def parenthesised(self, printed: str) -> str:
        return fenced("(", printed, ")")

    def opened(self, printed: str) -> str:
        return fenced("(", printed, "", stretchy=False)

    def closed(self, printed: str) -> str:
        return fenced("", printed, ")", stretchy=False)

    def after(self, sign: Sign, printed: str) -> str:
        return SIGNS.get(sign, f'<mo form="infix">{sign}</mo>') + printed

    def row(self, pieces: Sequence[str]) -> str:
        return f"<mrow>{''.join(pieces)}</mrow>"

    def number(self, part: nodes.Number) -> str:
        return self.digits(part.value, part.of)

    def digits(self, value: float, of: str = "") -> str:
        """Return a number with its sign and its power of ten."""
        mantissa, exponent = mantissa_and_exponent(figure(value, self.style.digits))
        about = self.reference(of)
        number = f"<mn{about}>{mantissa.replace('-', '−')}</mn>"
        if exponent is None:
            return number
        power = f"<msup><mn>10</mn><mn>{exponent}</mn></msup>".replace("-", "−")
        return f"<mrow{about}>{number.replace(about, '')}<mo>·</mo>{power}</mrow>"

    def matrix(self, part: nodes.Matrix) -> str:
        values = np.atleast_2d(part.values)
        if values.size == 1:
            return self.digits(values.item(), part.of)
        rows = "".join(
            f"<mtr>{''.join(self._cells(part, values, row))}</mtr>"
            for row in shown_positions(values.shape[0], self.style.fold)
        )
        table = bracketed(rows, self.reference(part.of))
        if not is_folded(values, self.style.fold):
            return table
        size = f"<mrow><mn>{values.shape[0]}</mn><mo>×</mo><mn>{values.shape[1]}</mn></mrow>"
        return f"<msub>{table}{size}</msub>"

    def _cells(self, part: nodes.Matrix, values: np.ndarray, row: int | None) -> list[str]:
        cells = []
        for column in shown_positions(values.shape[1], self.style.fold):
            if row is None:
                inner = f"<mo>{'⋱' if column is None else '⋮'}</mo>"
            elif column is None:
                inner = "<mo>⋯</mo>"
            else:
                name = self._cell_name(part, values.shape, row, column)
                inner = self.digits(values[row, column], name)
            cells.append(f"<mtd>{inner}</mtd>")
        return cells

    def _cell_name(self, part: nodes.Matrix, shape: tuple[int, ...], row: int, column: int) -> str:
        """Return the name of a cell, counted as the matrix is stored when it is not transposed."""
        if not part.of or part.of.endswith("]"):
            return ""
        if "W" not in part.of and not self.style.batch:
            return f"{part.of}[{max(row, column)}]"
        pair = (column, row) if part.transposed else (row, column)
        return f"{part.of}[{pair[0]},{pair[1]}]"

    def constant(self, part: nodes.Constant) -> str:
        return f"<mi>{LETTERS.get(part.letter, part.letter)}</mi>"

    def symbol(self, part: nodes.Symbol) -> str:
        return self.scripted(part)

    def scripted(self, part: nodes.Symbol, above: str = "") -> str:
        """Return a symbol with its layer, and what else stands above, and its indices."""
        letter, mark = self.letter(part)
        base = f"<mi>{LETTERS.get(letter, letter)}</mi>"
        below = [f"<mtext>{mark}</mtext>" if mark.isalpha() else f"<mn>{mark}</mn>"] if mark else []
        below += [
            f"<mn>{one}</mn>" if one.isdecimal() else f"<mi>{one}</mi>"
            for one in self.indices(part)
        ]
        written = self.layer(part)
        layer = f"<mo>(</mo><mn>{written}</mn><mo>)</mo>" if written else ""
        upper = f"<mrow>{layer}{above}</mrow>"
        lower = f"<mrow>{'<mo>,</mo>'.join(below)}</mrow>"
        if (layer or above) and below:
            inner = f"<msubsup>{base}{lower}{upper}</msubsup>"
        elif layer or above:
            inner = f"<msup>{base}{upper}</msup>"
        else:
            inner = f"<msub>{base}{lower}</msub>" if below else base
        return f"<mrow{self.reference(part.name)}>{inner}</mrow>"

    def derivative(self, part: nodes.Derivative) -> str:
        named = self.style.names.derivative(part)
        if named is not None:
            return f"<mrow{self.reference(part.name)}>{self.symbol(named)}</mrow>"
        of, by = (f"<mrow><mo>∂</mo>{self.show(one)}</mrow>" for one in (part.of, part.by))
        return f"<mrow{self.reference(part.name)}><mfrac>{of}{by}</mfrac></mrow>"

    def transpose(self, part: nodes.Transpose) -> str:
        if isinstance(part.of, nodes.Symbol):
            return self.scripted(part.of, above="<mo>⊤</mo>")
        return f"<msup>{self.inside(part.of, nodes.Transpose.precedence + 1)}<mo>⊤</mo></msup>"

    def fraction(self, part: nodes.Fraction) -> str:
        return f"<mfrac>{self.show(part.top)}{self.show(part.bottom)}</mfrac>"

    def power(self, part: nodes.Power) -> str:
        base = self.inside(part.base, nodes.Power.precedence + 1)
        if has_layer(part.base):
            base = self.parenthesised(base)
        return f"<msup>{base}{self.show(part.exponent)}</msup>"

    def sigma(self, part: nodes.Sigma) -> str:
        sign = f"<munder><mo>∑</mo><mi>{part.index}</mi></munder>"
        return f"<mrow>{sign}{self.inside(part.body, nodes.Product.precedence)}</mrow>"

    def apply(self, part: nodes.Apply) -> str:
        inner = "<mo>,</mo>".join(map(self.show, part.arguments))
        if part.function == "abs":
            return fenced("|", inner, "|")
        if part.function == "sqrt":
            return f"<msqrt>{inner}</msqrt>"
        if part.function == "norm2":
            return f"<msup>{fenced('‖', inner, '‖')}<mn>2</mn></msup>"
        if part.function == "inv":
            return f"<msup>{fenced('(', inner, ')')}<mrow><mo>−</mo><mn>1</mn></mrow></msup>"
        name = f"<mi>{FUNCTIONS.get(part.function, part.function)}</mi>"
        if part.primes:
            name = f"<msup>{name}<mo>{'′' * part.primes}</mo></msup>"
        return f"<mrow>{name}{fenced('(', inner, ')')}</mrow>"

    def comparison(self, part: nodes.Comparison) -> str:
        sign = escape(COMPARISONS[part.sign])
        return f"<mrow>{self.show(part.left)}<mo>{sign}</mo>{self.show(part.right)}</mrow>"

    def cases(self, part: nodes.Cases) -> str:
        if len(part.branches) == 1:
            ((value, condition),) = part.branches
            reason = fenced("(", self.show(condition), ")")
            return f'<mrow>{self.show(value)}<mspace width="1em"/>{reason}</mrow>'
        rows = "".join(
            f"<mtr><mtd>{self.show(value)}</mtd><mtd>{self.show(condition)}</mtd></mtr>"
            for value, condition in part.branches
        )
        return fenced("{", f'<mtable columnalign="left">{rows}</mtable>', "")

    def entries(self, part: nodes.Entries) -> str:
        rows = "".join(
            f"<mtr>{''.join(f'<mtd>{self.show(one)}</mtd>' for one in row)}</mtr>"
            for row in part.rows
        )
        return bracketed(rows)

    def differentiate(self, part: nodes.Differentiate) -> str:
        d = "<mo>∂</mo>" if part.partial else "<mi>d</mi>"
        operator = f"<mfrac>{d}<mrow>{d}{self.show(part.variable)}</mrow></mfrac>"
        return f"<mrow>{operator}{self.inside(part.of, nodes.Power.precedence)}</mrow>"

    def limit(self, part: nodes.Limit) -> str:
        under = f"<mrow>{self.show(part.variable)}<mo>→</mo>{self.show(part.to)}</mrow>"
        sign = f"<munder><mo>lim</mo>{under}</munder>"
        return f"<mrow>{sign}{self.inside(part.of, nodes.Product.precedence)}</mrow>"

    def shaped(self, part: nodes.Shaped) -> str:
        shape = "<mo>×</mo>".join(f"<mn>{one}</mn>" for one in part.dimensions)
        return f"<munder>{self.show(part.of)}<mrow>{shape}</mrow></munder>"

    def word(self, part: nodes.Word) -> str:
        return f"<mo>{escape(part.text)}</mo>" if part.text else "<mrow></mrow>"

    def equation(self, part: nodes.Equation) -> str:
        return f"<mrow>{'<mo>=</mo>'.join(map(self.show, part.parts))}</mrow>"


def _is_wide(part: nodes.Expression) -> bool:
    """Return whether a formula may need more than one line: it holds matrices or many parts."""
    together = getattr(part, "terms", ()) or getattr(part, "factors", ())
    return len(together) > MANY or contains(part, nodes.Matrix)


def fenced(left: str, inner: str, right: str, *, stretchy: bool = True) -> str:
    """Return MathML between signs that grow with it; of a pair on two lines neither does."""
    same = "" if stretchy else ' stretchy="false"'
    before = f'<mo fence="true" form="prefix"{same}>{left}</mo>' if left else ""
    after = f'<mo fence="true" form="postfix"{same}>{right}</mo>' if right else ""
    return f"<mrow>{before}{inner}{after}</mrow>"


BRACKETS = (
    "padding:0 .35em;margin:0"
    " .12em;background:linear-gradient(currentColor,currentColor) 0 0/1.5px 100%,"
    "linear-gradient(currentColor,currentColor) 100% 0/1.5px 100%,"
    "linear-gradient(currentColor,currentColor) 0 0/.4em 1.5px,"
    "linear-gradient(currentColor,currentColor) 0 100%/.4em 1.5px,"
    "linear-gradient(currentColor,currentColor) 100% 0/.4em 1.5px,"
    "linear-gradient(currentColor,currentColor) 100% 100%/.4em 1.5px;background-repeat:no-repeat"
)
"""Square brackets around a matrix, drawn: few fonts have brackets that stretch."""


def bracketed(rows: str, about: str = "") -> str:
    """Return the rows of a matrix in square brackets."""
    return f'<mrow><mtable class="bracketed"{about}>{rows}</mtable></mrow>'
