"""The hidden error term propagated through weights that were already updated."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, gradient
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion
from clearprop.check.problem import Gradients

AS_LEFT = Text(
    "the output layer is right; the layers below equal those computed through the weights that"
    " the step left",
    "输出层正确；下面各层等于经这一步更新之后的权重反传的结果",
)


class UpdatedWeights(Mistake):
    """Wˡ⁺¹ is changed before δˡ is computed from it."""

    name = "updated_weights"
    rank = 10
    made_in = "carried"
    slip = "updated weights"
    depends_on_rate = True
    goes_beside = True
    title = Text(
        "the error was propagated through already updated weights",
        "误差是经由已经更新过的权重反传的",
    )
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = Formula(
        "δˡ = (δˡ⁺¹ (Wˡ⁺¹ − η dWˡ⁺¹)ᵀ) ⊙ f′(Zˡ)", "δˡ = ((Wˡ⁺¹ − η dWˡ⁺¹)ᵀ δˡ⁺¹) ⊙ f′(Zˡ)"
    )
    why = Text(
        "all gradients are taken at the same parameters: compute every dW and db first, update"
        " after that",
        "所有梯度都应在同一组参数处计算：先算完所有 dW、db，再统一更新",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the error term through W − η dW, with the known η and the one that fits best.

        Where it is known what a step took off, another is the error term through what is left.
        """
        if case.problem.depth == 1:
            return
        known = case.problem.learning_rate
        fitted = fitted_rate(case, steps)
        for rate in {rate for rate in (known, fitted) if rate is not None}:
            recovered = f"η = {rate:.6g}"
            evidence = Text(
                f"the output layer is right; the layers below equal those computed through"
                f" W − η dW, {recovered}",
                f"输出层正确；下面各层等于经 W − η dW 反传的结果，{recovered}",
            )
            layers = tuple(case.problem.hidden)
            settings = {"learning_rate": rate}
            change = through_updated(rate, case.problem.taken)
            yield Suspicion(self, evidence, change, layers, settings=settings)
        taken = case.problem.taken
        if taken is not None and any(f"W{layer + 1}" in taken for layer in case.problem.hidden):
            yield Suspicion(self, AS_LEFT, through_left(taken), tuple(case.problem.hidden))


def through_left(taken: Gradients) -> Callable[[Steps], Steps]:
    """Return the change that carries errors back through what a step left of the weights."""

    def change(steps: Steps) -> Steps:
        def carry(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
            left = at.problem.W(layer) - taken.get(f"W{layer}", 0)
            return steps.carry(with_weights(at, layer, left), layer, delta)

        return replace(steps, carry=carry)

    return change


def with_weights(at: Pass, layer: int, W: FloatArray) -> Pass:
    """Return a pass that has other weights in one layer."""
    params = at.problem.params.copy()
    params[f"W{layer}"] = W
    return replace(at, problem=replace(at.problem, params=params))


def through_updated(rate: float, taken: Gradients | None = None) -> Callable[[Steps], Steps]:
    """Return the change that carries errors back through W − η dW, whatever is carried.

    Where it is known what a step `taken` changed, weights that it leaves stay as they are.
    """

    def change(steps: Steps) -> Steps:
        def carry(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
            if taken is not None and f"W{layer}" not in taken:
                return steps.carry(at, layer, delta)
            after = at.problem.W(layer) - rate * at.gradients[f"W{layer}"]
            return steps.carry(with_weights(at, layer, after), layer, delta)

        return replace(steps, carry=carry)

    return change


def fitted_rate(case: Case, steps: Steps) -> float | None:
    """Return the η > 0 with which the layer below the output comes nearest to the given one.

    Its gradient is linear in η: G = R − η Q, so least squares give η at once.
    """
    name = f"W{case.problem.depth - 1}"
    if name not in case.given:
        return None
    try:
        with np.errstate(all="ignore"):
            without = gradient(case.problem, steps)[name]
            with_one = gradient(case.problem, through_updated(1.0, case.problem.taken)(steps))[name]
    except ValueError:
        return None
    direction, needed = np.ravel(with_one - without), np.ravel(case.given[name])
    if needed.shape != direction.shape or not direction.any():
        return None
    with np.errstate(all="ignore"):
        rate = float(direction @ (needed - np.ravel(without)) / (direction @ direction))
    return rate if 0 < rate < np.inf else None
