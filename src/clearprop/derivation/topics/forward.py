"""The forward pass, layer by layer."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.derivation.expression import Equation, Expression, Hadamard
from clearprop.derivation.notation import Notation
from clearprop.derivation.rewriting import at
from clearprop.derivation.rules import application, definition
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import shown_entries, sum_over

WEIGHTED_SUM = Text("Layer {l}: weighted sums", "第 {l} 层：线性加权和")
WEIGHTED_SUM_WHY = Text(
    "every unit adds up its inputs, each times its weight, and its bias",
    "每个神经元把输入乘以权重求和，再加偏置",
)
WEIGHTED_SUM_BATCH = Text(
    "every unit adds up its inputs, each times its weight, and its bias: so for every sample",
    "每个神经元把输入乘以权重求和，再加偏置；对每个样本都如此",
)
ACTIVATION = Text("Layer {l}: activations ({name})", "第 {l} 层：激活值（{name}）")
ACTIVATION_WHY = Text(
    "the activation function is applied to every weighted sum", "对每个加权和使用激活函数"
)
DROPOUT = Text("Layer {l}: dropout", "第 {l} 层：dropout")
DROPOUT_WHY = Text(
    "the mask r, drawn anew for every pass, is 0 for a unit that is dropped and 1/(1 − p) for one"
    " that is kept, so that the mean stays what it was",
    "掩码 r 每次重新抽取：被丢弃的神经元为 0，保留的为 1/(1 − p)，使均值不变",
)
SOFTMAX_WHY = Text(
    "softmax turns the weighted sums of a sample into numbers that add up to 1",
    "softmax 把一个样本的加权和变成总和为 1 的数",
)


def forward_steps(n: Notation) -> Iterator[Step]:
    """Yield z and a of every layer."""
    for layer in range(1, n.depth + 1):
        yield weighted_sum(n, layer)
        yield activation(n, layer)
        if n.mask(layer) is not None:
            yield dropped(n, layer)


def weighted_sum(n: Notation, layer: int) -> Step:
    """Return z = a W + b, and the sum that each entry is."""
    z, W, b, a = n.z(layer), n.W(layer), n.b(layer), n.a(layer - 1)
    return Step(
        WEIGHTED_SUM.filled(l=layer),
        WEIGHTED_SUM_BATCH if n.is_batch else WEIGHTED_SUM_WHY,
        Equation((z, a @ W + b)),
        n.bindings,
        tuple(
            Equation((n.unit(z, unit, sample), weighted_sum_entry(n, layer, unit, sample)))
            for sample, unit in shown_entries(n, layer)
        ),
        phase="forward",
        layer=layer,
    )


def weighted_sum_entry(n: Notation, layer: int, unit: int, sample: int) -> Expression:
    """Return Σᵢ aᵢ Wᵢⱼ + bⱼ, written out if it is short."""
    a, W = n.a(layer - 1), n.W(layer)
    products = sum_over("i", n.sizes[layer - 1], lambda i: n.unit(a, i, sample) * W[i, unit])
    return products + n.bias(layer, unit)


def activation(n: Notation, layer: int) -> Step:
    """Return a = f(z), and the definition of f at each entry."""
    rule, z, a = n.rule(layer), n.z(layer), n.f(layer)
    entries = tuple(
        Equation((n.unit(a, unit, sample), activation_entry(n, layer, unit, sample)))
        for sample, unit in shown_entries(n, layer)
    )
    return Step(
        ACTIVATION.filled(l=layer, name=rule.name),
        ACTIVATION_WHY if rule.elementwise else SOFTMAX_WHY,
        Equation((a, application(rule, z))),
        n.bindings,
        entries,
        phase="forward",
        layer=layer,
    )


def dropped(n: Notation, layer: int) -> Step:
    """Return a = r ⊙ h: the units that the mask leaves, divided by the share that is kept."""
    mask, h, a = n.mask(layer), n.f(layer), n.a(layer)
    assert mask is not None
    return Step(
        DROPOUT.filled(l=layer),
        DROPOUT_WHY,
        Equation((a, Hadamard((mask, h)))),
        n.bindings,
        tuple(
            Equation(
                (n.unit(a, unit, sample), n.unit(mask, unit, sample) * n.unit(h, unit, sample))
            )
            for sample, unit in shown_entries(n, layer)
        ),
        phase="forward",
        layer=layer,
    )


def activation_entry(n: Notation, layer: int, unit: int, sample: int) -> Expression:
    """Return the definition of the activation function with the weighted sum of one unit in it."""
    rule, z = n.rule(layer), n.z(layer)
    if rule.elementwise:
        return definition(rule, n.unit(z, unit, sample))
    units = n.sizes[layer]
    return at(definition(rule, z[sample] if n.is_batch else z, units), {"j": unit})
