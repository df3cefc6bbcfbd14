"""Formulas for the terminal: Unicode, with fractions and aligned matrices."""

from collections.abc import Sequence

import numpy as np

from clearprop._aligned import padded
from clearprop.derivation import expression as nodes
from clearprop.derivation.boxes import (
    Box,
    beside,
    braced,
    bracketed,
    fraction,
    raised,
    stacked,
    text_box,
)
from clearprop.derivation.figures import figure, is_folded, shown_positions
from clearprop.derivation.printers.printer import FormulaPrinter, Sign, has_layer

LETTERS = {"delta": "δ", "eta": "η", "ell": "ℓ", "kronecker": "δ", "pi": "π", "infinity": "∞"} | {
    "beta": "β",
    "theta": "θ",
    "mu": "μ",
    "rho": "ρ",
    "lambda": "λ",
    "epsilon": "ε",
    "Delta": "Δ",
    "mhat": "m̂",
    "vhat": "v̂",
}
FUNCTIONS = {"sigma": "σ", "Phi": "Φ"}
RAISED = str.maketrans("0123456789lL+-()zt", "⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸ⁺⁻⁽⁾ᶻᵗ")
LOWERED = str.maketrans("0123456789ijkmnt", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₘₙₜ")
SIGNS = {"": " ", "-": " − ", "minus": "−"}
COMPARISONS = {"<": "<", ">": ">", "<=": "≤", ">=": "≥", "=": "="}


class TextPrinter(FormulaPrinter[Box]):
    """Formulas as boxes of characters."""

    def parenthesised(self, printed: Box) -> Box:
        return bracketed(printed, "(")

    def opened(self, printed: Box) -> Box:
        return bracketed(printed, "(", right=False)

    def closed(self, printed: Box) -> Box:
        return bracketed(printed, "(", left=False)

    def after(self, sign: Sign, printed: Box) -> Box:
        return beside(text_box(SIGNS.get(sign, f" {sign} ")), printed)

    def row(self, pieces: Sequence[Box]) -> Box:
        return beside(*pieces)

    def number(self, part: nodes.Number) -> Box:
        return text_box(figure(part.value, self.style.digits))

    def matrix(self, part: nodes.Matrix) -> Box:
        values = np.atleast_2d(part.values)
        if values.size == 1:
            return text_box(figure(values.item(), self.style.digits))
        grid = self._grid(values)
        box = bracketed(stacked(*map(text_box, grid), baseline=(len(grid) - 1) // 2), "[")
        if not is_folded(values, self.style.fold):
            return box
        rows, columns = values.shape
        return beside(box, text_box(f" ({rows}×{columns})"))

    def _grid(self, values: np.ndarray) -> list[str]:
        """Return the rows of a matrix, numbers aligned at their points, dots where it is folded."""
        rows = shown_positions(values.shape[0], self.style.fold)
        columns = []
        for column in shown_positions(values.shape[1], self.style.fold):
            if column is None:
                columns.append(["⋱" if row is None else "⋯" for row in rows])
                continue
            cells = [
                "⋮" if row is None else figure(values[row, column], self.style.digits)
                for row in rows
            ]
            columns.append(_aligned(cells))
        return ["  ".join(cells) for cells in zip(*columns, strict=True)]

    def constant(self, part: nodes.Constant) -> Box:
        return text_box(LETTERS.get(part.letter, part.letter))

    def symbol(self, part: nodes.Symbol) -> Box:
        letter, mark = self.letter(part)
        layer = self.layer(part).translate(RAISED)
        mark = mark.translate(LOWERED) if mark.isdecimal() else mark and f"_{mark}"
        return text_box(LETTERS.get(letter, letter) + layer + mark + self._subscript(part))

    def _subscript(self, part: nodes.Symbol) -> str:
        indices = self.indices(part)
        if all(len(one) == 1 for one in indices):
            return "".join(indices).translate(LOWERED)
        if len(indices) == 1:
            return indices[0].translate(LOWERED)
        return f"[{','.join(indices)}]"

    def derivative(self, part: nodes.Derivative) -> Box:
        named = self.style.names.derivative(part)
        if named is not None:
            return self.symbol(named)
        of, by = (beside(text_box("∂"), self.show(one)) for one in (part.of, part.by))
        return fraction(of, by)

    def transpose(self, part: nodes.Transpose) -> Box:
        inner = self.inside(part.of, nodes.Transpose.precedence)
        return beside(inner, text_box("ᵀ"))

    def fraction(self, part: nodes.Fraction) -> Box:
        top, bottom = self.show(part.top), self.show(part.bottom)
        if isinstance(part.top, nodes.Number) and isinstance(part.bottom, nodes.Number):
            inline = f"{top.lines[0]}/{bottom.lines[0]}"
            return text_box({"1/2": "½"}.get(inline, inline))
        return fraction(top, bottom)

    def power(self, part: nodes.Power) -> Box:
        base = self.inside(part.base, nodes.Power.precedence + 1)
        if has_layer(part.base):
            base = self.parenthesised(base)  # a¹² would read as a to the 12th
        exponent = self.show(part.exponent)
        small = exponent.lines[0].replace("−", "-").replace(" ", "")
        if exponent.height == 1 and all(c in "0123456789zt-" for c in small):
            lifted = small.translate(RAISED)
            return beside(base, Box((lifted, *[""] * (base.height - 1)), base.baseline))
        return raised(base, exponent)

    def sigma(self, part: nodes.Sigma) -> Box:
        index = part.index.translate(LOWERED)
        return beside(text_box(f"Σ{index} "), self.inside(part.body, nodes.Product.precedence))

    def apply(self, part: nodes.Apply) -> Box:
        arguments = [self.show(one) for one in part.arguments]
        inner = arguments[0]
        for one in arguments[1:]:
            inner = beside(inner, text_box(", "), one)
        if part.function == "abs":
            return bracketed(inner, "|")
        if part.function == "norm2":
            return beside(text_box("‖"), inner, text_box("‖²"))
        if part.function == "inv":
            return beside(bracketed(inner, "("), text_box("⁻¹"))
        name = "√" if part.function == "sqrt" else FUNCTIONS.get(part.function, part.function)
        return beside(text_box(name + "′" * part.primes), bracketed(inner, "("))

    def comparison(self, part: nodes.Comparison) -> Box:
        sign = text_box(f" {COMPARISONS[part.sign]} ")
        return beside(self.show(part.left), sign, self.show(part.right))

    def cases(self, part: nodes.Cases) -> Box:
        if len(part.branches) == 1:
            ((value, condition),) = part.branches
            reason = bracketed(self.show(condition), "(")
            return beside(self.show(value), text_box(" "), reason)
        values = [self.show(value) for value, _ in part.branches]
        width = max(box.width for box in values)
        lines = [
            beside(value, text_box(" " * (width - value.width + 3)), self.show(condition))
            for value, (_, condition) in zip(values, part.branches, strict=True)
        ]
        return braced(stacked(*lines, baseline=(sum(box.height for box in lines) - 1) // 2))

    def entries(self, part: nodes.Entries) -> Box:
        shown = [[self.show(one) for one in row] for row in part.rows]
        widths = [max(box.width for box in column) for column in zip(*shown, strict=True)]
        rows = []
        for row in shown:
            boxes = [
                Box(tuple(padded(line, width, "center") for line in box.lines), box.baseline)
                for box, width in zip(row, widths, strict=True)
            ]
            spaced = [piece for box in boxes for piece in (text_box("   "), box)][1:]
            rows.append(beside(*spaced))
        baseline = (sum(row.height for row in rows) - 1) // 2
        return bracketed(stacked(*rows, baseline=baseline), "[")

    def differentiate(self, part: nodes.Differentiate) -> Box:
        d = text_box("∂" if part.partial else "d")
        operator = fraction(d, beside(d, self.show(part.variable)))
        return beside(operator, text_box(" "), self.inside(part.of, nodes.Power.precedence))

    def limit(self, part: nodes.Limit) -> Box:
        under = beside(self.show(part.variable), text_box(" → "), self.show(part.to))
        sign = stacked(text_box("lim"), under, align="center")
        return beside(sign, text_box(" "), self.inside(part.of, nodes.Product.precedence))

    def shaped(self, part: nodes.Shaped) -> Box:
        inner = self.show(part.of)
        shape = text_box("×".join(map(str, part.dimensions)))
        return stacked(inner, shape, baseline=inner.baseline, align="center")

    def word(self, part: nodes.Word) -> Box:
        return text_box(part.text)

    def equation(self, part: nodes.Equation) -> Box:
        return self.wrapped(part, 10**6)

    def wrapped(self, part: nodes.Equation, width: int) -> Box:
        """Return an equation broken before its signs to fit a width."""
        margin = self.show(part.parts[0]).width
        lines = [self.show(part.parts[0])]
        for position, one in enumerate(part.parts[1:]):
            equals = self.after("=", self.show(one))
            if position and lines[-1].width + equals.width > width:
                lines.append(text_box(" " * margin))
            if lines[-1].width + equals.width <= width:
                lines[-1] = beside(lines[-1], equals)
            else:
                lines = [*lines[:-1], *self._filled(lines[-1], one, width, margin)]
        return stacked(*lines, baseline=lines[0].baseline)

    def _filled(self, line: Box, part: nodes.Expression, width: int, margin: int) -> list[Box]:
        """Return lines of at most a width: `line`, an equal sign, and a formula in its pieces."""
        first, *others = self.pieces(part)
        lines, indent = [beside(line, text_box(" = "), first)], text_box(" " * (margin + 3))
        for piece in others:
            if lines[-1].width + piece.width > width:
                lines.append(beside(indent, piece))
            else:
                lines[-1] = beside(lines[-1], piece)
        return lines


def _aligned(cells: Sequence[str]) -> list[str]:
    """Return cells of one column with their decimal points below each other."""
    points = [cell.find(".") if "." in cell else len(cell) for cell in cells]
    before = max(points)
    shifted = [" " * (before - point) + cell for cell, point in zip(cells, points, strict=True)]
    width = max(map(len, shifted))
    return [cell.ljust(width) for cell in shifted]
