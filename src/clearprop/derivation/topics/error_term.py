"""The names of δ, what each of them means, and what δ is not; with a nudge of z that shows it."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop.backprop.propagate import sample_losses
from clearprop.derivation.derivation import Cell, Item, Section, Table
from clearprop.derivation.expression import Derivative, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.notation import Notation
from clearprop.derivation.numbering import counted

ERROR_TERM = Text("The error term δ", "误差项 δ")
MEANING = Text(
    "δ = ∂L/∂z: how much the loss changes when the weighted sum z of a unit is nudged, and so what"
    " the unit contributes to the loss.",
    "δ = ∂L/∂z：若微调该神经元的加权输入 z，损失 L 变化多少；即该神经元对总误差贡献了多少。",
)
NAME, SAYS = Text("name", "称呼"), Text("what it says", "含义")
NAMES = (
    (
        Text("error term", "误差项 (Error Term)"),
        Text("the usual name: how the loss responds to z", "最常用、最标准的称呼："
"损失对线性输入 z 的响应"),
    ),
    (
        Text("sensitivity", "敏感度 (Sensitivity)"),
        Text(
            "a small change of z, times δ, is the change of the loss; not the sensitivity of an"
            " output to an input, which leaves the loss out",
            "z 的微小变化乘以 δ 就是损失的变化；它不是“输出对输入的敏感度”，后者不含损失",
        ),
    ),
    (
        Text("local gradient", "局部梯度 (Local Gradient)"),
        Text(
            "the gradient at this place, from which those of the weights follow; not the local"
            " derivative f′(z), which is one factor of it",
            "该位置特有的梯度分量，由它再求权重的梯度；"
"它不是“局部导数” f′(z)，后者只是它的一个因子",
        ),
    ),
    (
        Text("delta", "Delta"),
        Text("after the letter: the"
" delta term, the delta rule", "因字母 δ 得名：The delta term，delta 规则"),
    ),
)  # fmt: skip
NUDGED = Text(
    "Try it: z of unit {j} in layer {l} made larger by {step} changes the loss by {change};"
    " δ · {step} = {expected}.",
    "试一试：把第 {l} 层神经元 {j} 的 z 增加 {step}，"
    "损失变化 {change}；而 δ · {step} = {expected}。",
)
STEP = 1e-4


def names_of_delta() -> Iterator[Item]:
    """Yield what δ means, and the table of its names."""
    yield MEANING
    rows: tuple[tuple[Cell, ...], ...] = NAMES
    definition: tuple[Cell, ...] = (Symbol("delta"), Derivative(Symbol("L"), Symbol("z")))
    yield Table(ERROR_TERM, (NAME, SAYS), (definition, *rows))


def error_term_section(n: Notation) -> Section:
    """Return the names of δ, and what a nudge of one z does to the loss of the first sample."""
    layer = 1
    unit = int(np.argmax(abs(n.layer(layer).delta[0])))
    change = nudged_loss(n, layer, unit, STEP) - nudged_loss(n, layer, unit, 0.0)
    expected = STEP * float(n.layer(layer).delta[0, unit])
    nudge = NUDGED.filled(
        j=counted(unit), l=layer, step=figure(STEP, 4), change=figure(change, 4),
        expected=figure(expected, 4),
    )  # fmt: skip
    return Section(ERROR_TERM, (*names_of_delta(), nudge))


def nudged_loss(n: Notation, layer: int, unit: int, step: float) -> float:
    """Return the loss of the first sample with z of one unit moved by a step."""
    z = n.layer(layer).z[:1].copy()
    z[0, unit] += step
    a = n.rule(layer).value(z)
    for above in range(layer + 1, n.depth + 1):
        z = a @ n.layer(above).W + n.layer(above).b
        a = n.rule(above).value(z)
    return float(sample_losses(n.trace.loss, n.rule(n.depth), z, a, n.trace.y[:1])[0])
