"""The table of symbols, and the table of gradients with formula and dimension."""

from clearprop._text import Text
from clearprop.derivation.derivation import Cell, Dimensions, Letters, Section, Table
from clearprop.derivation.expression import Derivative, Expression, Symbol
from clearprop.derivation.notation import Notation
from clearprop.derivation.topics import backward, gradient

SYMBOLS = Text("Symbols and shapes", "符号与形状")
QUANTITY = Text("quantity", "量")
MEANING = Text("meaning", "含义")
SHAPE = Text("shape", "形状")
FORMULA = Text("formula", "公式")
DIMENSIONS = Text("dimension check", "维度检查")
INPUTS = Text("inputs", "输入")
TARGETS = Text("targets", "目标值")
WEIGHTS_OF = Text("weights of layer {l}", "第 {l} 层的权重")
BIASES_OF = Text("biases of layer {l}", "第 {l} 层的偏置")
SUMS_OF = Text("weighted sums of layer {l}", "第 {l} 层的加权和")
ACTIVATIONS_OF = Text("activations of layer {l} ({name})", "第 {l} 层的激活值（{name}）")
OUTPUTS_OF = Text("outputs: activations of layer {l} ({name})", "输出：第 {l} 层的激活值（{name}）")
ERRORS_OF = Text(
    "error term (sensitivity, local gradient) of layer {l}",
    "第 {l} 层的误差项（敏感度、局部梯度）",
)
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUMMARY = Text("All gradients at a glance", "全部梯度一览")


def symbols_section(n: Notation) -> Section:
    """Return what every symbol means and which shape it has."""
    rows: list[tuple[Text, Expression]] = [(INPUTS, n.x), (TARGETS, n.y)]
    for layer in range(1, n.depth + 1):
        last = OUTPUTS_OF if layer == n.depth else ACTIVATIONS_OF
        rows += [
            (WEIGHTS_OF.filled(l=layer), n.W(layer)),
            (BIASES_OF.filled(l=layer), n.b(layer)),
            (SUMS_OF.filled(l=layer), n.z(layer)),
            (last.filled(l=layer, name=n.rule(layer).name), n.a(layer)),
            (ERRORS_OF.filled(l=layer), n.delta(layer)),
        ]
    cells: list[tuple[Cell, ...]] = [
        (symbol, meaning, letters_of(n, symbol)) for meaning, symbol in rows
    ]
    header = (QUANTITY, MEANING, SHAPE)
    return Section(SYMBOLS, (Table(SYMBOLS, header, tuple(cells)),))


def summary_section(n: Notation) -> Section:
    """Return the table of error terms and gradients: formula, dimension check, shape."""
    formulas = []
    for layer in range(n.depth, 0, -1):
        formulas.append(_short_error(n, layer))
        steps = (gradient.weight_gradient(n, layer), gradient.bias_gradient(n, layer))
        formulas += [(step.quantity, step.formula.parts[-1]) for step in steps]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (quantity, formula, Dimensions(formula), letters_of(n, quantity))
        for quantity, formula in formulas
    )
    header = (QUANTITY, FORMULA, DIMENSIONS, SHAPE)
    return Section(SUMMARY, (Table(SUMMARY, header, rows),))


def letters_of(n: Notation, quantity: Expression) -> Letters:
    """Return the shape of a quantity in letters: m samples, n_l units in layer l."""
    symbol = quantity.by if isinstance(quantity, Derivative) else quantity
    assert isinstance(symbol, Symbol)
    samples = "m" if n.is_batch else "1"
    layer = {"x": 0, "y": n.depth}.get(symbol.letter, symbol.layer)
    assert isinstance(layer, int)
    here = f"n{str(layer).translate(LOWERED)}"
    if symbol.letter == "W":
        return Letters(f"n{str(layer - 1).translate(LOWERED)}", here, quantity)
    return Letters("1" if symbol.letter == "b" else samples, here, quantity)


def _short_error(n: Notation, layer: int) -> tuple[Expression, Expression]:
    if layer < n.depth:
        return n.delta(layer), backward.hidden_error(n, layer).formula.parts[-1]
    *_, last = backward.output_error_steps(n)
    return n.delta(layer), last.formula.parts[-1]
