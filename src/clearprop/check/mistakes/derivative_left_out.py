"""The derivative of a hidden activation left out."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.error_carried_back import has_derivative
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class DerivativeLeftOut(Mistake):
    """δˡ = δˡ⁺¹ Wˡ⁺¹ᵀ, as if the layer had no activation function."""

    name = "derivative_left_out"
    rank = 10
    slip = "slope left out"
    title = Text("the derivative of the activation is left out", "漏乘了激活函数的导数")
    right = Formula("δˡ = (δˡ⁺¹ Wˡ⁺¹ᵀ) ⊙ f′(Zˡ)", "δˡ = (Wˡ⁺¹ᵀ δˡ⁺¹) ⊙ f′(Zˡ)")
    wrong = Formula("δˡ = δˡ⁺¹ Wˡ⁺¹ᵀ", "δˡ = Wˡ⁺¹ᵀ δˡ⁺¹")
    why = Text(
        "the chain from aˡ to zˡ has the local derivative f′(zˡ): multiply by it, entry by entry",
        "从 aˡ 到 zˡ 的链式法则还有一个局部导数 f′(zˡ)：逐元素乘上它",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ = 1 in hidden layers, with the output too; a ReLU's alone is a missing mask."""
        problem, output = case.problem, case.problem.depth
        curved = [layer for layer in problem.hidden if not problem.activation(layer).is_identity]
        hidden = [
            layers
            for layers in places(curved)
            if not all(problem.activation(layer).is_one_sided for layer in layers)
        ]
        everywhere = [(*curved, output)] if curved and has_derivative(case, output) else []
        for layers in (*hidden, *everywhere):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient of a network with f′ = 1 there",
                f"{where.zh}：等于该处 f′ = 1 时的梯度",
            )
            yield Suspicion(self, evidence, locally(unchanged, layers), layers)

    def of_error(self, error: FloatArray, right: FloatArray) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the error as it came, where f′ is no mask."""
        if not is_masked(error, right):
            yield error, AS_IT_CAME


AS_IT_CAME = Text("is the error as it came", "就是传入的误差本身")


def is_masked(error: FloatArray, right: FloatArray) -> bool:
    """Return whether f′ is 0 or 1 in every entry."""
    near = np.abs(right - error) <= 1e-6 * np.abs(error).max(initial=0)
    return bool(np.all(near | (np.abs(right) <= 1e-6 * np.abs(error).max(initial=0))))


def unchanged(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return the error as it came."""
    return error
