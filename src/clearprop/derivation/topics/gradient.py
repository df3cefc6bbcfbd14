"""Gradients from error terms: of a layer's weights and biases, of one of them, of the inputs."""

from itertools import product

from clearprop._text import Text
from clearprop.derivation.expression import Derivative, Equation, Expression, Hadamard, Sigma
from clearprop.derivation.notation import Notation
from clearprop.derivation.numbering import counted
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import first_of, sum_over

WEIGHT_GRADIENT = Text("Gradient of the weights of layer {l}", "第 {l} 层权重的梯度")
WEIGHT_GRADIENT_WHY = Text(
    "a weight multiplies its input, so its gradient is input times error term",
    "权重乘的是输入，所以梯度等于输入乘误差项",
)
BIAS_GRADIENT = Text("Gradient of the biases of layer {l}", "第 {l} 层偏置的梯度")
BIAS_GRADIENT_WHY = Text(
    "a bias is added as it is, so its gradient is the error term",
    "偏置直接相加，所以梯度就是误差项",
)
OVER_SAMPLES_SUM = Text("; the samples add up", "；各样本相加")
OVER_SAMPLES_MEAN = Text("; the samples are averaged", "；对各样本取平均")
OVER_SAMPLES_WEIGHTED = Text("; every sample by its share c", "；各样本按其份额 c 相加")
ONE_WEIGHT = Text(
    "Gradient of the weight {name}: from unit {i} of layer {below} to unit {j} of layer {l}",
    "权重 {name} 的梯度：从第 {below} 层神经元 {i} 到第 {l} 层神经元 {j}",
)
ONE_WEIGHT_INPUT = Text(
    "Gradient of the weight {name}: from input {i} to unit {j} of layer {l}",
    "权重 {name} 的梯度：从输入 {i} 到第 {l} 层神经元 {j}",
)
ONE_BIAS = Text(
    "Gradient of the bias {name}: unit {j} of layer {l}", "偏置 {name} 的梯度：第 {l} 层神经元 {j}"
)
INPUT_GRADIENT = Text("Gradient of the inputs", "对输入的梯度")
INPUT_GRADIENT_WHY = Text(
    "an input is taken by every unit of layer 1 with its weight; the ways add up",
    "每个输入经第 1 层所有神经元的权重影响损失；各路相加",
)


def weight_gradient(n: Notation, layer: int) -> Step:
    """Return ∂L/∂W = aᵀ δ of the layer below and this one."""
    W, a, delta = n.W(layer), n.a(layer - 1), n.delta(layer)
    weighted = Hadamard((n.c, delta)) if n.is_weighted else delta
    return Step(
        WEIGHT_GRADIENT.filled(l=layer),
        _over_samples(n, WEIGHT_GRADIENT_WHY),
        Equation((n.gradient(W), averaged(n, a.T @ weighted))),
        n.bindings,
        tuple(
            Equation((n.gradient(W[i, j]), weight_entry(n, layer, i, j)))
            for i, j in _first_entries(n, layer)
        ),
        phase="backward",
        layer=layer,
    )


def _first_entries(n: Notation, layer: int) -> list[tuple[int, int]]:
    every = product(range(n.sizes[layer - 1]), range(n.sizes[layer]))
    return first_of(n, every)


def weight_entry(n: Notation, layer: int, i: int, j: int) -> Expression:
    """Return aᵢ δⱼ, summed or averaged over the samples."""
    a, delta = n.a(layer - 1), n.delta(layer)

    def of_sample(s: int | str) -> Expression:
        product = n.unit(a, i, s) * n.unit(delta, j, s)
        return n.c[s] * product if n.is_weighted else product

    return averaged(n, sum_over("n", n.samples, of_sample))


def bias_gradient(n: Notation, layer: int) -> Step:
    """Return ∂L/∂b = δ, summed or averaged over the samples."""
    delta = n.delta(layer)
    row: Expression = delta["n", None]
    if n.is_weighted:
        row = n.c["n"] * row
    total = Sigma("n", row, n.samples) if n.is_batch else delta
    return Step(
        BIAS_GRADIENT.filled(l=layer),
        _over_samples(n, BIAS_GRADIENT_WHY),
        Equation((n.gradient(n.b(layer)), averaged(n, total))),
        n.bindings,
        tuple(
            Equation((n.gradient(n.bias(layer, j)), bias_entry(n, layer, j)))
            for j in first_of(n, range(n.sizes[layer]))
        ),
        phase="backward",
        layer=layer,
    )


def bias_entry(n: Notation, layer: int, j: int) -> Expression:
    """Return δⱼ, summed or averaged over the samples."""

    def of_sample(s: int | str) -> Expression:
        delta = n.unit(n.delta(layer), j, s)
        return n.c[s] * delta if n.is_weighted else delta

    return averaged(n, sum_over("n", n.samples, of_sample))


def one_weight(n: Notation, layer: int, i: int, j: int) -> Step:
    """Return the gradient of one weight, from its input and its unit's error term."""
    title = ONE_WEIGHT if layer > 1 else ONE_WEIGHT_INPUT
    name = n.W(layer)[i, j].name
    return Step(
        title.filled(name=name, i=counted(i), j=counted(j), l=layer, below=layer - 1),
        _over_samples(n, WEIGHT_GRADIENT_WHY),
        Equation((n.gradient(n.W(layer)[i, j]), weight_entry(n, layer, i, j))),
        n.bindings,
        phase="backward",
        layer=layer,
    )


def one_bias(n: Notation, layer: int, j: int) -> Step:
    """Return the gradient of one bias."""
    return Step(
        ONE_BIAS.filled(name=n.b(layer)[j].name, j=counted(j), l=layer),
        _over_samples(n, BIAS_GRADIENT_WHY),
        Equation((n.gradient(n.bias(layer, j)), bias_entry(n, layer, j))),
        n.bindings,
        phase="backward",
        layer=layer,
    )


def input_gradient(n: Notation, unit: int | None = None) -> Step:
    """Return ∂ℓ/∂x = δ¹ W¹ᵀ, of all inputs or of one."""
    inputs = range(n.sizes[0]) if unit is None else (unit,)
    lines = tuple(_input_entry(n, i, s) for s in first_of(n, range(n.samples)) for i in inputs)
    whole = Equation((Derivative(n.loss, n.x), n.delta(1) @ n.W(1).T))
    single = unit is not None and not n.is_batch
    return Step(
        INPUT_GRADIENT,
        INPUT_GRADIENT_WHY,
        lines[0] if single else whole,
        n.bindings,
        () if single else lines,
        phase="backward",
    )


def _input_entry(n: Notation, i: int, sample: int) -> Equation:
    loss = n.loss[sample] if n.is_batch else n.loss
    return Equation((
        Derivative(loss, n.unit(n.x, i, sample)),
        sum_over(
            "j",
            n.sizes[1],
            lambda j: n.unit(n.delta(1), j, sample) * n.W(1)[i, j],
        ),
    ))  # fmt: skip


def averaged(n: Notation, total: Expression) -> Expression:
    """Return 1/m of a sum over the samples where the loss is their mean, else the sum itself."""
    share = n.share()
    return total if share is None else share * total


def _over_samples(n: Notation, why: Text) -> Text:
    if not n.is_batch:
        return why
    more = OVER_SAMPLES_SUM if n.share() is None else OVER_SAMPLES_MEAN
    if n.is_weighted:
        more = OVER_SAMPLES_WEIGHTED
    return Text(why.en + more.en, why.zh + more.zh)
