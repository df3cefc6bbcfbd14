"""The L2 penalty: forgotten, on the biases, or with the wrong coefficient."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, same
from clearprop.check.problem import Gradients


class Regularizer(Mistake):
    """G − R = c W with another c than λ, or c b as well."""

    name = "regularizer"
    rank = 10
    leaves = "penalty"
    made_in = "gradient"
    title = Text("the L2 penalty is differentiated wrongly", "L2 正则项求导有误")
    right = same(
        Text("L + ½ λ Σ W²   →   dW + λ W,   db unchanged", "L + ½ λ Σ W²   →   dW + λ W，db 不变")
    )
    wrong = same(Text("dW + c W with c ≠ λ, or db + c b", "dW + c W（c ≠ λ），或 db + c b"))
    why = Text(
        "the gradient of ½ λ Σ W² is λ W: nothing on the biases, and the same λ and the same 1/m"
        " as in the loss",
        "½ λ Σ W² 的梯度是 λ W：偏置不加，且 λ 与 1/m 要和损失里一致",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the coefficient c that fits best, on the weights, the biases and both."""
        penalty = case.problem.penalty
        bare = case.predicted(replace(steps, penalize=penalized(0.0, 0.0)))
        if bare is None:
            return
        on_weights = fitted_coefficient(case, bare, "W")
        on_biases = fitted_coefficient(case, bare, "b")
        if on_weights is None:
            return
        evidence = coefficient_evidence(on_weights, penalty, case.problem.m)
        settings = {"coefficient": on_weights}
        change = with_penalty(on_weights, 0.0)
        yield Suspicion(self, evidence, change, settings=settings)
        if on_biases is not None:
            both = Text(
                f"db holds c b with c = {on_biases:.6g}; dW holds c W with c = {on_weights:.6g}",
                f"db 中含 c b，c = {on_biases:.6g}；dW 中含 c W，c = {on_weights:.6g}",
            )
            change = with_penalty(on_weights, on_biases)
            settings = {"coefficient": on_weights, "coefficient of biases": on_biases}
            yield Suspicion(self, both, change, settings=settings)
        yield from self.in_single_layers(case, bare)

    def in_single_layers(self, case: Case, bare: Gradients) -> Iterator[Suspicion]:
        """Yield the coefficient that fits best in one layer, where the others have λ.

        Of a loss without a penalty, only W itself, as it is left where λ is forgotten, or 2 W.
        """
        m, has_penalty = case.problem.m, case.problem.penalty != 0
        usual = np.array([1, 2, 1 / m, 2 / m])
        for layer in case.problem.every_layer if case.problem.depth > 1 else ():
            c = fitted_coefficient(case, {f"W{layer}": bare[f"W{layer}"]}, "W")
            if c is None or not (has_penalty or np.isclose(abs(c), usual, rtol=1e-6).any()):
                continue
            said = coefficient_evidence(c, case.problem.penalty, case.problem.m)
            where = layer_names((layer,))
            evidence = Text(f"{where.en}: {said.en}", f"{where.zh}：{said.zh}")

            def change(steps: Steps, layer: int = layer, c: float = c) -> Steps:
                penalize = instead(penalized(c, 0.0), steps.penalize, (layer,))
                return replace(steps, penalize=penalize)

            yield Suspicion(self, evidence, change, (layer,), settings={"coefficient": c})


def penalized(on_weights: float, on_biases: float):
    """Return the step that adds c W to dW and c b to db."""

    def penalize(at: Pass, layer: int, kind: str, gradient: FloatArray) -> FloatArray:
        if kind == "b":
            return gradient + on_biases * at.problem.b(layer)
        return gradient + on_weights * at.problem.W(layer)

    return penalize


def with_penalty(on_weights: float, on_biases: float):
    """Return the change to a penalty with these coefficients."""
    return lambda steps: replace(steps, penalize=penalized(on_weights, on_biases))


def fitted_coefficient(case: Case, bare: Gradients, kind: str) -> float | None:
    """Return c of G − R = c W (or c b) by least squares over the layers in `bare`."""
    names = [name for name in case.names if name.startswith(kind) and name in bare]
    theta = [np.ravel(case.problem.params[name]) for name in names]
    fits = all(
        case.given[name].shape == bare[name].shape == case.problem.params[name].shape
        for name in names
    )
    if not names or not fits:
        return None
    rest = [np.ravel(case.given[name]) - np.ravel(bare[name]) for name in names]
    values, needed = np.concatenate(theta), np.concatenate(rest)
    return float(values @ needed / (values @ values)) if values.any() else None


def coefficient_evidence(c: float, penalty: float, m: int) -> Text:
    """Say what the coefficient c is beside λ."""
    if penalty == 0:
        return Text(
            f"dW holds c W with c = {c:.6g}, but the loss has no L2 penalty",
            f"dW 中含 c W，c = {c:.6g}，但损失里没有 L2 正则项",
        )
    c = 0.0 if abs(c) <= 1e-6 * abs(penalty) else c
    known = {
        0.0: Text("the penalty is forgotten", "漏了正则项"),
        2.0: Text("2 λ: the ½ of ½ λ Σ W² is forgotten", "2 λ：漏了 ½ λ Σ W² 里的 ½"),
        0.5: Text("λ / 2: the 2 of the square is forgotten", "λ / 2：漏了平方求导的 2"),
        float(m): Text("m λ: the 1/m is missing", "m λ：漏了 1/m"),
        1 / m: Text("λ / m: one 1/m too many", "λ / m：多除了一次 m"),
        -1.0: Text("−λ: the sign is wrong", "−λ：符号错了"),
    }
    said = f"dW holds c W with c = {c:.6g}, the loss has λ = {penalty:.6g}"
    in_chinese = f"dW 中含 c W，c = {c:.6g}，而损失里 λ = {penalty:.6g}"
    for multiple, reason in known.items():
        if abs(c - multiple * penalty) <= 1e-6 * abs(penalty):
            return Text(f"{said}; {reason.en}", f"{in_chinese}；{reason.zh}")
    return Text(said, in_chinese)
