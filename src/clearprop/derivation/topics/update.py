"""One step of gradient descent, and the loss after it."""

import numpy as np

from clearprop._text import Text
from clearprop.backprop.structure import Parameters
from clearprop.derivation.derivation import Section
from clearprop.derivation.expression import Equation, Symbol
from clearprop.derivation.figures import figure
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step

UPDATE = Text("Update with learning rate {eta}", "参数更新，学习率 {eta}")
UPDATE_STEP = Text("New {name}", "新的 {name}")
UPDATE_WHY = Text(
    "gradient descent goes against the gradient, by the learning rate η times it",
    "梯度下降沿负梯度方向移动，步长为学习率 η 乘梯度",
)
LOSS_AFTER = Text("Loss after the update", "更新后的损失")
LOSS_FELL = Text(
    "the forward pass with the new parameters: the loss fell",
    "用新参数再做一次前向传播：损失下降了",
)
LOSS_ROSE = Text(
    "the forward pass with the new parameters: the loss did not fall, so the learning rate is too"
    " large for this step",
    "用新参数再做一次前向传播：损失没有下降，说明学习率对这一步过大",
)


def updated(params: Parameters, gradient: Parameters, learning_rate: float) -> Parameters:
    """Return θ − η ∂L/∂θ."""
    return Parameters(params.sizes, params.vector - learning_rate * gradient.vector)


def update_section(
    n: Notation, after: Parameters, loss_after: float, learning_rate: float
) -> Section:
    """Return the update of every weight and bias, last layer first, and the loss after it."""
    n.bindings["eta"] = learning_rate
    n.bindings["L_new"] = loss_after
    steps = []
    for layer in range(n.depth, 0, -1):
        for old in (n.W(layer), n.b(layer)):
            new = Symbol(old.letter + "_new", layer)
            n.bindings[new.whole] = np.atleast_2d(after[old.whole])
            formula = Equation((new, old - n.eta * n.gradient(old)))
            title = UPDATE_STEP.filled(name=old.whole)
            steps.append(Step(title, UPDATE_WHY, formula, n.bindings, phase="update", layer=layer))
    new_loss = Symbol("L_new")
    why = LOSS_FELL if loss_after < n.trace.total_loss else LOSS_ROSE
    steps.append(Step(LOSS_AFTER, why, Equation((new_loss,)), n.bindings, phase="update"))
    title = UPDATE.filled(eta=figure(learning_rate, 6))
    return Section(title, tuple(steps))
