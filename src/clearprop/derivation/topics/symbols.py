"""The table of symbols, and the table of gradients with formula and dimension."""

from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Dimensions, Section, Table
from clearprop.derivation.expression import Expression
from clearprop.derivation.notation import Notation
from clearprop.derivation.topics import backward, gradient
from clearprop.derivation.words import extras as words


def symbols_section(n: Notation) -> Section:
    """Return what every symbol means and which shape it has."""
    rows: list[tuple[Text, Expression]] = [(words.INPUTS, n.x), (words.TARGETS, n.y)]
    for layer in range(1, n.depth + 1):
        last = words.OUTPUTS_OF if layer == n.depth else words.ACTIVATIONS_OF
        rows += [
            (words.WEIGHTS_OF.filled(l=layer), n.W(layer)),
            (words.BIASES_OF.filled(l=layer), n.b(layer)),
            (words.SUMS_OF.filled(l=layer), n.z(layer)),
            (last.filled(l=layer, name=n.rule(layer).name), n.a(layer)),
            (words.ERRORS_OF.filled(l=layer), n.delta(layer)),
        ]
    cells: list[tuple[Cell, ...]] = [
        (symbol, meaning, Dimensions(symbol)) for meaning, symbol in rows
    ]
    header = (words.QUANTITY, words.MEANING, words.SHAPE)
    return Section(words.SYMBOLS, (Table(words.SYMBOLS, header, tuple(cells)),))


def summary_section(n: Notation) -> Section:
    """Return the table of error terms and gradients: formula, dimension check, shape."""
    formulas = []
    for layer in range(n.depth, 0, -1):
        formulas.append(_short_error(n, layer))
        steps = (gradient.weight_gradient(n, layer), gradient.bias_gradient(n, layer))
        formulas += [(step.quantity, step.formula.parts[-1]) for step in steps]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (quantity, formula, Dimensions(formula), Dimensions(quantity))
        for quantity, formula in formulas
    )
    header = (words.QUANTITY, words.FORMULA, words.DIMENSIONS, words.SHAPE)
    return Section(words.SUMMARY, (Table(words.SUMMARY, header, rows),))


def _short_error(n: Notation, layer: int) -> tuple[Expression, Expression]:
    if layer < n.depth:
        return n.delta(layer), backward.hidden_error(n, layer).formula.parts[-1]
    *_, last = backward.output_error_steps(n)
    return n.delta(layer), last.formula.parts[-1]
