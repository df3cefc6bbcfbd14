"""The L2 penalty: in the loss, in the gradient of every weight, and in the update."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.derivation.derivation import Item, Section
from clearprop.derivation.expression import (
    Apply,
    Derivative,
    Equation,
    Expression,
    Fraction,
    Number,
    Sum,
    Symbol,
)
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

PENALTY = Text("L2 penalty (weight decay)", "L2 正则化（权重衰减）")
WHY = Text(
    "Large weights are made expensive: half of λ times the sum of their squares is added to the"
    " loss. Biases are not penalised. Courses that write λ/(2m) mean the same with λ/m here.",
    "让大的权重付出代价：损失加上 λ 的一半乘权重平方和；偏置不受惩罚。"
    "写成 λ/(2m) 的课程，其 λ/m 就是这里的 λ。",
)
TOTAL = Text("Loss with the penalty", "加正则项的损失")
TOTAL_WHY = Text("‖W‖² is the sum of the squares of all entries", "‖W‖² 为所有元素的平方和")
GRADIENT = Text(
    "Gradient of the weights of layer {l}, with the penalty", "第 {l} 层权重的梯度，加正则项"
)
GRADIENT_WHY = Text(
    "½ λ w² has the derivative λ w: each weight adds λ times itself",
    "½ λ w² 的导数为 λ w：每个权重加上 λ 倍的自己",
)
BIASES = Text("The gradients of the biases stay as they are.", "偏置的梯度不变。")
NEW = Text("New W{l}", "新的 W{l}")
NEW_WHY = Text(
    "the step first shrinks the weights by the factor 1 − ηλ: that is why it is called decay",
    "更新时权重先乘以 1 − ηλ 缩小：故称权重衰减",
)


def weight_decay_section(n: Notation, decay: float, learning_rate: float | None) -> Section:
    """Return loss and gradients with ½ λ Σ W² added, and the update if a rate is given."""
    return Section(PENALTY, tuple(_items(n, decay, learning_rate)))


def _items(n: Notation, decay: float, learning_rate: float | None) -> Iterator[Item]:
    lambda_, J = Symbol("lambda"), Symbol("J")
    layers = range(1, n.depth + 1)
    squares = {layer: float((n.layer(layer).W ** 2).sum()) for layer in layers}
    n.bindings["lambda"] = decay
    n.bindings["J"] = n.trace.total_loss + 0.5 * decay * sum(squares.values())
    norms: tuple[Expression, ...] = tuple(Apply("norm2", (n.W(layer),)) for layer in layers)
    together = norms[0] if len(norms) == 1 else Sum(norms)
    half = Fraction(Number(1), Number(2))
    yield WHY
    formula = Equation((J, n.L + half * lambda_ * together))
    yield Step(TOTAL, TOTAL_WHY, formula, n.bindings, phase="update")
    for layer in reversed(layers):
        W, by_W = n.W(layer), Derivative(J, n.W(layer))
        n.bindings[by_W.whole] = n.layer(layer).dW + decay * n.layer(layer).W
        formula = Equation((by_W, n.gradient(W) + lambda_ * W))
        yield Step(
            GRADIENT.filled(l=layer), GRADIENT_WHY, formula, n.bindings, phase="update",
            layer=layer,
        )  # fmt: skip
    yield BIASES
    if learning_rate is None:
        return
    n.bindings["eta"] = learning_rate
    for layer in reversed(layers):
        W, new = n.W(layer), Symbol("W_new", layer)
        by_W = n.bindings[Derivative(J, W).whole]
        n.bindings[new.whole] = n.layer(layer).W - learning_rate * by_W
        shrunk = (1 - n.eta * lambda_) * W - n.eta * n.gradient(W)
        formula = Equation((new, W - n.eta * Derivative(J, W), shrunk))
        yield Step(NEW.filled(l=layer), NEW_WHY, formula, n.bindings, phase="update", layer=layer)
