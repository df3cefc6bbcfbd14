"""The backward pass: from the loss to the error terms, from the output layer down."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop.derivation.expression import (
    Apply,
    Cases,
    Derivative,
    Entries,
    Equation,
    Expression,
    Fraction,
    Hadamard,
    MatrixProduct,
    Number,
    Product,
    Sigma,
    Symbol,
)
from clearprop.derivation.notation import Notation
from clearprop.derivation.numbering import counted
from clearprop.derivation.rewriting import at, contains, elementwise
from clearprop.derivation.rules import application, derivative_formula, loss_derivative_formula
from clearprop.derivation.steps import Step
from clearprop.derivation.topics.entries import (
    SHOWN_ENTRIES,
    first_of,
    shown_entries,
    sum_over,
    watched,
)

LOSS_DERIVATIVE = Text("Derivative of the loss by the outputs", "损失对输出的导数")
LOSS_DERIVATIVE_WHY = Text(
    "only the k-th term of the loss depends on the k-th output",
    "损失中只有第 k 项含第 k 个输出",
)
LOCAL_DERIVATIVE = Text("Layer {l}: local derivative of {name}", "第 {l} 层：{name} 的局部导数")
LOCAL_DERIVATIVE_WHY = Text(
    "how much each activation changes with its own weighted sum",
    "每个激活值随自己的加权和变化多少",
)
OUTPUT_ERROR = Text("Error term δ of the output layer {l}", "输出层（第 {l} 层）的误差项 δ")
OUTPUT_ERROR_WHY = Text(
    "chain rule: z reaches the loss only through its own activation",
    "链式法则：z 只通过自己的激活值影响损失",
)
CANONICAL_WHY = Text(
    "{loss} with {activation}: the derivative of the activation cancels, and output minus target"
    " is left",
    "{loss} 配 {activation}：激活函数的导数被约去，只剩输出减目标",
)
CANONICAL_ANY_WHY = Text(
    "categorical_cross_entropy with softmax: the derivative of the activation cancels; the targets"
    " of a sample do not add up to 1 here, so their sum stays",
    "categorical_cross_entropy 配 softmax：激活函数的导数被约去；这里目标之和不为 1，故其和保留",
)
SOFTMAX_ERROR_WHY = Text(
    "chain rule: every z reaches the loss through all activations of its softmax layer",
    "链式法则：每个 z 通过 softmax 层的所有激活值影响损失",
)
HIDDEN_ERROR = Text("Error term δ of layer {l}", "第 {l} 层的误差项 δ")
HIDDEN_ERROR_WHY = Text(
    "chain rule: z of layer {l} reaches the loss through its activation, which every unit of layer"
    " {above} takes with its weight; the ways add up",
    "链式法则：第 {l} 层的 z 通过自己的激活值、再经第 {above} 层每个神经元的权重影响损失；各路相加",
)
SOFTMAX_HIDDEN_WHY = Text(
    "chain rule: back through the weights of layer {above}, then through the whole Jacobian of the"
    " softmax",
    "链式法则：先经第 {above} 层的权重，再经完整的 softmax 雅可比矩阵",
)
JACOBIAN = Text("Layer {l}: the Jacobian of softmax", "第 {l} 层：softmax 的雅可比矩阵")
JACOBIAN_WHY = Text(
    "row i, column j: how output j changes with zᵢ; aⱼ(1 − aⱼ) on the diagonal, −aᵢaⱼ beside it,"
    " since the outputs share a sum of 1",
    "第 i 行第 j 列：输出 j 随 zᵢ 的变化；对角线上为"
    " aⱼ(1 − aⱼ)，其余为 −aᵢaⱼ，因为各输出之和恒为 1",
)
LONG = (Cases, Fraction, Apply)
"""Parts of a formula in which it is not clearer to write δ out."""
ONE_UNIT_ERROR = Text("Error term of unit {j} of layer {l}", "第 {l} 层神经元 {j} 的误差项")
ACTIVATION_ERROR = Text("Gradient of the activations of layer {l}", "对第 {l} 层激活值的梯度")
ACTIVATION_ERROR_WHY = Text(
    "every unit of layer {above} takes the activation with its weight; the ways add up",
    "第 {above} 层每个神经元都按权重使用该激活值；各路相加",
)


def backward_steps(n: Notation, down_to: int = 1) -> Iterator[Step]:
    """Yield the error terms from the output layer down to a layer, and what they are made of."""
    for layer in range(n.depth, down_to - 1, -1):
        yield from error_steps(n, layer)


def error_steps(n: Notation, layer: int) -> Iterator[Step]:
    """Yield the steps that lead to δ of one layer."""
    if layer == n.depth:
        yield from output_error_steps(n)
        return
    yield activation_error(n, layer)
    if n.rule(layer).elementwise:
        yield local_derivative(n, layer)
    yield hidden_error(n, layer)


def output_error_steps(n: Notation) -> Iterator[Step]:
    """Yield δ of the output layer: by the shortcut of a canonical pair, else by the chain rule."""
    canonical = n.trace.loss.is_canonical_with(n.rule(n.depth))
    if canonical and n.shortcut:
        yield watched(canonical_error(n))
        return
    yield watched(loss_derivative(n))
    if n.rule(n.depth).elementwise:
        yield local_derivative(n, n.depth)
    elif not n.is_batch:
        yield jacobian(n)
    yield watched(output_error(n))
    if canonical:
        yield watched(canonical_error(n))


def loss_derivative(n: Notation) -> Step:
    """Return ∂ℓ/∂a of the output layer."""
    a, outputs = n.a(n.depth), n.sizes[-1]
    sample = "n" if n.is_batch else None
    formula = loss_derivative_formula(n.trace.loss, a, n.y, outputs, sample)
    return Step(
        LOSS_DERIVATIVE,
        LOSS_DERIVATIVE_WHY,
        Equation((Derivative(n.loss, a), _whole(n, formula))),
        n.bindings,
        tuple(
            Equation((_entry_derivative(n, k, sample), at(formula, {"n": sample, "k": k})))
            for sample, k in shown_entries(n, n.depth)
        ),
        phase="backward",
        layer=n.depth,
    )


def _whole(n: Notation, formula: Expression) -> Expression:
    """Return the formula of one output as one for all; quotients are written entry by entry."""
    outputs = n.sizes[-1]
    many = n.samples * outputs
    if not contains(formula, Fraction) or many == 1 or many > SHOWN_ENTRIES:
        return elementwise(formula)
    return Entries(
        tuple(
            tuple(at(formula, {"n": sample, "k": k}) for k in range(outputs))
            for sample in range(n.samples)
        )
    )


def _entry_derivative(n: Notation, unit: int, sample: int) -> Derivative:
    loss = n.loss[sample] if n.is_batch else n.loss
    return Derivative(loss, n.unit(n.a(n.depth), unit, sample))


def local_derivative(n: Notation, layer: int) -> Step:
    """Return f′(z) of a layer, from the rule's own formula."""
    rule, z, a = n.rule(layer), n.z(layer), n.f(layer)
    formula = elementwise(derivative_formula(rule, z, a))
    return Step(
        LOCAL_DERIVATIVE.filled(l=layer, name=rule.name),
        LOCAL_DERIVATIVE_WHY,
        Equation((n.slope(layer), formula)),
        n.bindings,
        tuple(
            Equation((
                application(rule, n.unit(z, unit, sample), primes=1),
                derivative_formula(rule, n.unit(z, unit, sample), n.unit(a, unit, sample)),
            ))
            for sample, unit in shown_entries(n, layer)
        ),
        phase="backward",
        layer=layer,
    )  # fmt: skip


def canonical_error(n: Notation) -> Step:
    """Return δ = a − y, what is left of the chain rule for a canonical pair."""
    layer, loss = n.depth, n.trace.loss
    a, delta = n.a(layer), n.delta(layer)
    if not n.rule(layer).elementwise and not np.allclose(n.trace.y.sum(axis=1), 1):
        return _canonical_error_of_any_targets(n)
    return Step(
        OUTPUT_ERROR.filled(l=layer),
        CANONICAL_WHY.filled(loss=spelled(loss), activation=spelled(n.rule(layer))),
        Equation((delta, Derivative(n.loss, n.z(layer)), a - n.y)),
        n.bindings,
        tuple(
            Equation((
                n.unit(delta, k, sample),
                n.unit(a, k, sample) - n.unit(n.y, k, sample),
            ))
            for sample, k in shown_entries(n, layer)
        ),
        phase="backward",
        layer=layer,
    )  # fmt: skip


def _canonical_error_of_any_targets(n: Notation) -> Step:
    """Return δ = a Σₖ yₖ − y, for softmax with targets that do not add up to 1."""
    layer = n.depth
    total = Sigma("k", n.unit(n.y, "k", None), n.sizes[-1])
    formula = Product((n.a(layer), total)) - n.y
    return Step(
        OUTPUT_ERROR.filled(l=layer),
        CANONICAL_ANY_WHY,
        Equation((n.delta(layer), Derivative(n.loss, n.z(layer)), formula)),
        n.bindings,
        phase="backward",
        layer=layer,
    )


def jacobian(n: Notation) -> Step:
    """Return ∂a/∂z of a softmax layer, of one sample: diag(a) − aᵀ a, every output by every z."""
    layer, a = n.depth, n.a(n.depth)
    J = Symbol("J", layer)
    record = n.layer(layer)
    n.bindings[J.whole] = record.activation.pull_back(np.eye(record.z.shape[1]), record.z, record.a)
    formula = Equation(
        (J, Derivative(a, n.z(layer)), Apply("diag", (a,)) - MatrixProduct((a.T, a)))
    )
    n.bindings[f"d{a.whole}/d{n.z(layer).whole}"] = n.bindings[J.whole]
    title = JACOBIAN.filled(l=layer)
    return Step(title, JACOBIAN_WHY, formula, n.bindings, phase="backward", layer=layer)


def output_error(n: Notation) -> Step:
    """Return δ = ∂ℓ/∂a ⊙ f′(z), or through the softmax Jacobian."""
    layer = n.depth
    rule, slope = n.rule(layer), Derivative(n.loss, n.a(layer))
    if not rule.elementwise and not n.is_batch:
        J = Symbol("J", layer)
        formula = Equation((n.delta(layer), Derivative(n.loss, n.z(layer)), slope @ J))
        title = OUTPUT_ERROR.filled(l=layer)
        return Step(title, SOFTMAX_ERROR_WHY, formula, n.bindings, phase="backward", layer=layer)
    why = OUTPUT_ERROR_WHY if rule.elementwise else SOFTMAX_ERROR_WHY
    step = _error(n, layer, OUTPUT_ERROR.filled(l=layer), why, slope)
    written = written_out(n)
    if written is None:
        return step
    return replace(step, formula=Equation((*step.formula.parts, written)))


def written_out(n: Notation) -> Expression | None:
    """Return δ of the output layer in a and y alone, (a − y) ⊙ a ⊙ (1 − a); None if long."""
    layer = n.depth
    if not n.rule(layer).elementwise:
        return None
    a, sample = n.a(layer), "n" if n.is_batch else None
    by_a = elementwise(loss_derivative_formula(n.trace.loss, a, n.y, n.sizes[-1], sample))
    slope = elementwise(derivative_formula(n.rule(layer), n.z(layer), a))
    if contains(by_a, *LONG) or contains(slope, *LONG):
        return None
    if isinstance(slope, Number):
        return by_a if slope.value == 1 else None
    factors = slope.factors if isinstance(slope, Hadamard) else (slope,)
    return Hadamard((by_a, *factors))


def hidden_error(n: Notation, layer: int) -> Step:
    """Return δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(zˡ)."""
    rule, above = n.rule(layer), layer + 1
    why = HIDDEN_ERROR_WHY if rule.elementwise else SOFTMAX_HIDDEN_WHY
    title = HIDDEN_ERROR.filled(l=layer)
    back = n.delta(above) @ n.W(above).T
    step = _error(n, layer, title, why.filled(l=layer, above=above), back)
    if not rule.elementwise:
        return step
    delta, by_z, whole = step.formula.parts
    split = _through(n, layer, Derivative(n.loss, n.a(layer)))
    return replace(step, formula=Equation((delta, by_z, split, whole)))


def _error(n: Notation, layer: int, title: Text, why: Text, back: Expression) -> Step:
    """Return the step from ∂ℓ/∂a, given by the formula `back`, to δ of a layer."""
    pairs = shown_entries(n, layer)
    return Step(
        title,
        why,
        Equation((n.delta(layer), Derivative(n.loss, n.z(layer)), _through(n, layer, back))),
        n.bindings,
        tuple(
            Equation((n.unit(n.delta(layer), unit, sample), error_entry(n, layer, unit, sample)))
            for sample, unit in pairs
        ),
        phase="backward",
        layer=layer,
    )


def _through(n: Notation, layer: int, back: Expression) -> Expression:
    """Return δ from ∂ℓ/∂a: times f′(z), or for softmax a ⊙ (e − Σⱼ eⱼ aⱼ) with e = ∂ℓ/∂a."""
    mask = n.mask(layer)
    if n.rule(layer).elementwise:
        factors = (back, n.slope(layer)) if mask is None else (back, mask, n.slope(layer))
        return Hadamard(factors)
    a, error = n.a(layer), Derivative(n.loss, n.a(layer))
    every = n.unit(a, "j", None)
    total = Sigma("j", Derivative(n.loss, every) * every, n.sizes[layer])
    return Hadamard((a, error - total))


def error_entry(n: Notation, layer: int, unit: int, sample: int) -> Expression:
    """Return δ of one unit, written with the error terms of the layer above."""
    back = back_entry(n, layer, unit, sample)
    mask = n.mask(layer)
    if mask is not None:
        back = back * n.unit(mask, unit, sample)
    if n.rule(layer).elementwise:
        return back * application(n.rule(layer), n.unit(n.z(layer), unit, sample), primes=1)
    a = n.a(layer)
    total = sum_over(
        "j",
        n.sizes[layer],
        lambda j: _loss_by(n, layer, j, sample) * n.unit(a, j, sample),
    )
    return n.unit(a, unit, sample) * (_loss_by(n, layer, unit, sample) - total)


def back_entry(n: Notation, layer: int, unit: int | str, sample: int) -> Expression:
    """Return ∂ℓ/∂aⱼ: at the output a derivative of the loss, below Σₖ δₖ Wⱼₖ."""
    if layer == n.depth:
        return _loss_by(n, layer, unit, sample)
    above = layer + 1
    return sum_over(
        "k",
        n.sizes[above],
        lambda k: n.unit(n.delta(above), k, sample) * n.W(above)[unit, k],
    )


def _loss_by(n: Notation, layer: int, unit: int | str, sample: int) -> Derivative:
    loss = n.loss[sample] if n.is_batch else n.loss
    return Derivative(loss, n.unit(n.a(layer), unit, sample))


def one_error(n: Notation, layer: int, unit: int) -> Step:
    """Return δ of one unit; for several samples as a column, then sample by sample."""
    delta, z = n.delta(layer), n.z(layer)
    lines = tuple(
        Equation((n.unit(delta, unit, sample), error_entry(n, layer, unit, sample)))
        for sample in first_of(n, range(n.samples))
    )
    formula = lines[0]
    if n.is_batch and n.rule(layer).elementwise:
        back: Expression = Derivative(n.loss, n.a(layer)[None, unit])
        if layer < n.depth:
            back = n.delta(layer + 1) @ n.W(layer + 1)[unit, None].T
        slope = application(n.rule(layer), z[None, unit], primes=1)
        mask = n.mask(layer)
        factors = (back, slope) if mask is None else (back, mask[None, unit], slope)
        formula = Equation((delta[None, unit], Hadamard(factors)))
    return Step(
        ONE_UNIT_ERROR.filled(j=counted(unit), l=layer),
        HIDDEN_ERROR_WHY.filled(l=layer, above=layer + 1) if layer < n.depth else OUTPUT_ERROR_WHY,
        formula,
        n.bindings,
        lines if n.is_batch else (),
        phase="backward",
        layer=layer,
    )


def activation_error(n: Notation, layer: int, unit: int | None = None) -> Step:
    """Return ∂ℓ/∂a of a hidden layer, or of one unit of it."""
    if unit is not None and not n.is_batch:
        formula = Equation((_loss_by(n, layer, unit, 0), back_entry(n, layer, unit, 0)))
        why = ACTIVATION_ERROR_WHY.filled(l=layer, above=layer + 1)
        title = ACTIVATION_ERROR.filled(l=layer)
        return Step(title, why, formula, n.bindings, phase="backward", layer=layer)
    return Step(
        ACTIVATION_ERROR.filled(l=layer),
        ACTIVATION_ERROR_WHY.filled(l=layer, above=layer + 1),
        Equation((Derivative(n.loss, n.a(layer)), n.delta(layer + 1) @ n.W(layer + 1).T)),
        n.bindings,
        tuple(
            Equation((_loss_by(n, layer, unit, sample), back_entry(n, layer, unit, sample)))
            for sample, unit in shown_entries(n, layer)
        ),
        phase="backward",
        layer=layer,
    )
