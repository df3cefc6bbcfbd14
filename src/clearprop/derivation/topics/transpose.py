"""Where the transpose comes from: entries written out, then collected into a product."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.derivation.derivation import Item, Section
from clearprop.derivation.expression import Derivative, Entries, Equation
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.backward import back_entry
from clearprop.derivation.topics.entries import WRITTEN_OUT
from clearprop.derivation.topics.gradient import weight_entry, weight_gradient

TRANSPOSE = Text("Where the transpose comes from", "转置从何而来")
WHY = Text(
    "Nothing is transposed when one entry is differentiated: the chain rule gives a number. A"
    " transpose appears when the numbers are put where their weights stand, so that a row and a"
    " column of it belong together.",
    "对单个元素求导时并没有转置：链式法则只给出一个数。把这些数放回各自权重所在的位置、"
    "写成矩阵乘积时，才出现转置。",
)
WEIGHTS = Text("The entries of ∂L/∂W{l}, collected", "把 ∂L/∂W{l} 的元素收集起来")
WEIGHTS_WHY = Text(
    "the weight from i to j multiplies input i and feeds unit j, so its gradient is input i times δ"
    " of unit j. In one row of the matrix the input is the same, in one column the δ: that is a"
    " column of inputs times a row of δ. The inputs of a sample stand in a row, and so they are"
    " turned",
    "从 i 到 j 的权重乘的是输入 i，进入神经元 j，所以梯度 = 输入 i × 神经元 j 的 δ。"
    "矩阵的同一行用同一个输入，同一列用同一个 δ：这正是“一列输入 × 一行 δ”。"
    "一个样本的输入本来排成一行，所以要转置",
)
ERRORS = Text("The entries of ∂L/∂a{l}, collected", "把 ∂L/∂a{l} 的元素收集起来")
ERRORS_WHY = Text(
    "forward, unit k of layer {above} adds up along column k of the weights; backward, unit i of"
    " layer {l} adds up what the units k give back, along row i of the same weights. A product adds"
    " up along columns of its second factor, and so the weights are turned",
    "前向时，第 {above} 层的神经元 k 沿权重矩阵的第 k"
    " 列求和；反向时，第 {l} 层的神经元 i 沿同一矩阵的"
    "第 i 行求和。矩阵乘积总是沿第二个因子的列求和，所以权重要转置",
)
TOO_WIDE = Text(
    "The layers of this network are too wide to write their entries out; ask with a smaller one.",
    "本网络的层太宽，无法逐项写出；请换小一些的网络。",
)


def transpose_section(n: Notation) -> Section:
    """Return ∂L/∂W of the first layer and ∂L/∂a below the last, each from its entries."""
    items: list[Item] = [WHY, *_weights(n), *_errors(n)]
    return Section(TRANSPOSE, tuple(items if len(items) > 1 else [WHY, TOO_WIDE]))


def _is_narrow(n: Notation, layer: int) -> bool:
    return max(n.sizes[layer - 1 : layer + 1]) <= WRITTEN_OUT


def _weights(n: Notation) -> Iterator[Step]:
    for layer in (1, n.depth)[: n.depth]:
        if not _is_narrow(n, layer):
            continue
        below, here = n.sizes[layer - 1 : layer + 1]
        entries = Entries(
            tuple(tuple(weight_entry(n, layer, i, j) for j in range(here)) for i in range(below))
        )
        quantity, product = weight_gradient(n, layer).formula.parts
        formula = Equation((quantity, entries, product))
        title = WEIGHTS.filled(l=layer)
        yield Step(title, WEIGHTS_WHY, formula, n.bindings, phase="backward", layer=layer)


def _errors(n: Notation) -> Iterator[Step]:
    layer = n.depth - 1
    if not layer or not _is_narrow(n, n.depth) or n.samples > WRITTEN_OUT:
        return
    entries = Entries(
        tuple(
            tuple(back_entry(n, layer, unit, sample) for unit in range(n.sizes[layer]))
            for sample in range(n.samples)
        )
    )
    product = n.delta(n.depth) @ n.W(n.depth).T
    formula = Equation((Derivative(n.loss, n.a(layer)), entries, product))
    title, why = ERRORS.filled(l=layer), ERRORS_WHY.filled(above=n.depth, l=layer)
    yield Step(title, why, formula, n.bindings, phase="backward", layer=layer)
