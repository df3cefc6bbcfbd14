"""Gradients from error terms: of a layer's weights and biases, of one of them, of the inputs."""

from itertools import islice, product

from clearprop._text import Text
from clearprop.derivation.expression import Derivative, Equation, Expression, Sigma
from clearprop.derivation.notation import Notation
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import SHOWN_ENTRIES, sum_over

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
    W, a = n.W(layer), n.a(layer - 1)
    return Step(
        WEIGHT_GRADIENT.filled(l=layer),
        _over_samples(n, WEIGHT_GRADIENT_WHY),
        Equation((n.gradient(W), _averaged(n, a.T @ n.delta(layer)))),
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
    return list(islice(every, SHOWN_ENTRIES))


def weight_entry(n: Notation, layer: int, i: int, j: int) -> Expression:
    """Return aᵢ δⱼ, summed or averaged over the samples."""
    a, delta = n.a(layer - 1), n.delta(layer)
    return _averaged(n, sum_over("n", n.samples, lambda s: n.unit(a, i, s) * n.unit(delta, j, s)))


def bias_gradient(n: Notation, layer: int) -> Step:
    """Return ∂L/∂b = δ, summed or averaged over the samples."""
    delta = n.delta(layer)
    total = Sigma("n", delta["n", None], n.samples) if n.is_batch else delta
    return Step(
        BIAS_GRADIENT.filled(l=layer),
        _over_samples(n, BIAS_GRADIENT_WHY),
        Equation((n.gradient(n.b(layer)), _averaged(n, total))),
        n.bindings,
        tuple(
            Equation((n.gradient(n.bias(layer, j)), bias_entry(n, layer, j)))
            for j in range(min(n.sizes[layer], SHOWN_ENTRIES))
        ),
        phase="backward",
        layer=layer,
    )


def bias_entry(n: Notation, layer: int, j: int) -> Expression:
    """Return δⱼ, summed or averaged over the samples."""
    return _averaged(n, sum_over("n", n.samples, lambda s: n.unit(n.delta(layer), j, s)))


def one_weight(n: Notation, layer: int, i: int, j: int) -> Step:
    """Return the gradient of one weight, from its input and its unit's error term."""
    title = ONE_WEIGHT if layer > 1 else ONE_WEIGHT_INPUT
    name = n.W(layer)[i, j].name
    return Step(
        title.filled(name=name, i=i, j=j, l=layer, below=layer - 1),
        _over_samples(n, WEIGHT_GRADIENT_WHY),
        Equation((n.gradient(n.W(layer)[i, j]), weight_entry(n, layer, i, j))),
        n.bindings,
        phase="backward",
        layer=layer,
    )


def one_bias(n: Notation, layer: int, j: int) -> Step:
    """Return the gradient of one bias."""
    return Step(
        ONE_BIAS.filled(name=n.b(layer)[j].name, j=j, l=layer),
        _over_samples(n, BIAS_GRADIENT_WHY),
        Equation((n.gradient(n.bias(layer, j)), bias_entry(n, layer, j))),
        n.bindings,
        phase="backward",
        layer=layer,
    )


def input_gradient(n: Notation, unit: int | None = None) -> Step:
    """Return ∂ℓ/∂x = δ¹ W¹ᵀ, of all inputs or of one."""
    inputs = range(n.sizes[0]) if unit is None else (unit,)
    lines = tuple(
        _input_entry(n, i, s) for s in range(min(n.samples, SHOWN_ENTRIES)) for i in inputs
    )
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


def _averaged(n: Notation, total: Expression) -> Expression:
    share = n.share()
    return total if share is None else share * total


def _over_samples(n: Notation, why: Text) -> Text:
    if not n.is_batch:
        return why
    more = OVER_SAMPLES_SUM if n.share() is None else OVER_SAMPLES_MEAN
    return Text(why.en + more.en, why.zh + more.zh)
