"""Learning in four steps: guess, measure the error, find who is to blame, correct; on one pass."""

import numpy as np

from clearprop._text import Text
from clearprop.backprop.propagate import forward, sample_losses
from clearprop.backprop.structure import Layer
from clearprop.derivation.derivation import Cell, Section, Table
from clearprop.derivation.figures import figure
from clearprop.derivation.notation import Notation

STORY = Text(
    "What a network does: guess, measure, blame, correct",
    "神经网络在做什么：猜答案 → 算误差 → 找原因 → 改参数",
)
WHY = Text(
    "Learning is these four steps, again and again. It is like learning to throw a ball into a"
    " basket.",
    "学习就是反复做这四步，好比练习投篮。",
)
STEP, DOES, THROW, HERE = (
    Text("step", "步骤"),
    Text("what is done", "做什么"),
    Text("a throw at a basket", "投篮"),
    Text("here", "本例"),
)
FORWARD = (
    Text("1 forward pass", "1 前向传播"),
    Text("inputs go through the layers and become a prediction", "输入逐层计算，得到预测结果"),
    Text("the ball is thrown; it goes in or not", "扔出篮球，球进或没进"),
)
LOSS = (
    Text("2 loss", "2 损失计算"),
    Text("how far the prediction is from the target", "计算预测与目标的误差"),
    Text("how far from the basket did it land", "看球偏离篮筐多远"),
)
BACKWARD = (
    Text("3 backward pass", "3 反向传播"),
    Text(
        "how much each weight has to do with it: the gradient", "计算梯度：每个权重对误差有多大影响"
    ),
    Text("which part of the movement was to blame", "反思是哪个动作导致没进"),
)
UPDATE = (
    Text("4 update", "4 参数更新"),
    Text("each weight goes a little against its gradient", "每个权重沿负梯度方向走一小步"),
    Text("the movement is changed", "调整投篮姿势"),
)
PREDICTED = Text("prediction {a}, target {y}", "预测 {a}，目标 {y}")
LOST = Text("L = {loss}", "L = {loss}")
BLAMED = Text("steepest: ∂L/∂{name} = {slope}", "最陡：∂L/∂{name} = {slope}")
CORRECTED = Text("with η = {eta} the loss becomes {loss}", "取 η = {eta}，损失变为 {loss}")

QUESTIONS = Text("Four questions, and where they are answered", "四个问题与答案所在")
QUESTION, ANSWER = Text("question", "问题"), Text("topic", "主题")
ASKED = (
    (
        Text("What does a network do?", "神经网络到底在干啥？"),
        Text("story, forward, loss", "story、forward、loss"),
    ),
    (
        Text("What is the chain rule, and how does it carry backpropagation?",
             "什么是链式法则？它如何支撑整个反向传播？"),
        Text("chain_rule, backward, transpose", "chain_rule、backward、transpose"),
    ),
    (
        Text("Why must activation functions be non-linear?", "激活函数为什么必须是非线性的？"),
        Text("collapse, rules", "collapse、rules"),
    ),
    (
        Text("How is a network built and trained with NumPy alone?",
             "如何仅用 NumPy 搭建一个网络并训练它？"),
        Text("code, or --format numpy", "code，或 --format numpy"),
    ),
)  # fmt: skip

RATE = 0.1
"""η of the update that is tried."""


def story_section(n: Notation) -> Section:
    """Return the four steps with this network's numbers, and the four questions of a beginner."""
    trace = n.trace
    name, slope = steepest(n)
    here = (
        PREDICTED.filled(a=_row(trace.layers[-1].a[0]), y=_row(trace.y[0])),
        LOST.filled(loss=figure(trace.total_loss, 4)),
        BLAMED.filled(name=name, slope=figure(slope, 4)),
        CORRECTED.filled(eta=RATE, loss=figure(loss_after(n, RATE), 4)),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (*texts, found)
        for texts, found in zip((FORWARD, LOSS, BACKWARD, UPDATE), here, strict=True)
    )
    table = Table(STORY, (STEP, DOES, THROW, HERE), rows)
    asked = Table(QUESTIONS, (QUESTION, ANSWER), ASKED)
    return Section(STORY, (WHY, table, asked))


def steepest(n: Notation) -> tuple[str, float]:
    """Return the weight with the largest gradient, by its name in `params`."""
    slopes = {
        f"W{layer.number}[{i},{j}]": float(layer.dW[i, j])
        for layer in n.trace.layers
        for i, j in [np.unravel_index(np.argmax(abs(layer.dW)), layer.dW.shape)]
    }
    return max(slopes.items(), key=lambda one: abs(one[1]))


def loss_after(n: Notation, rate: float) -> float:
    """Return the total loss after one step of gradient descent from this pass."""
    layers = [Layer(one.z.shape[1], one.activation) for one in n.trace.layers]
    weights = [(one.W - rate * one.dW, one.b - rate * one.db) for one in n.trace.layers]
    passed = forward(layers, weights, n.trace.x)
    losses = sample_losses(
        n.trace.loss, layers[-1].activation, passed.weighted_sums[-1], passed.output, n.trace.y
    )
    return float((n.trace.share[:, 0] * losses).sum())


def _row(values: np.ndarray) -> str:
    shown = ", ".join(figure(one, 4) for one in values[:4])
    return shown + ", …" * (len(values) > 4)
