"""An elementwise product where a matrix product belongs."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class ElementwiseProduct(Mistake):
    """`*` for `@`: it runs only where the shapes happen to broadcast."""

    name = "elementwise_product"
    rank = 11
    title = Text("* is used where @ (a matrix product) belongs", "应为矩阵乘法 @ 处用了逐元素乘 *")
    right = Formula("δˡ⁺¹ @ Wˡ⁺¹ᵀ,   Aᵀ @ δ", "Wˡ⁺¹ᵀ @ δˡ⁺¹,   δ @ Aᵀ")
    wrong = Formula("δˡ⁺¹ * Wˡ⁺¹ᵀ,   Aᵀ * δ", "Wˡ⁺¹ᵀ * δˡ⁺¹,   δ * Aᵀ")
    why = Text(
        "the sum over the units of the next layer, or over the samples, is what @ does and * does"
        " not; only ⊙ f′(Z) is elementwise",
        "对下一层单元（或对样本）的求和由 @ 完成，* 不会求和；只有 ⊙ f′(Z) 才是逐元素乘",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the two products of the backward pass, taken entry by entry."""
        upper = case.problem.every_layer[1:]
        for product in ("δ Wᵀ", "δ W"):
            wrong = carried_by_w_transposed if product == "δ Wᵀ" else carried_by_w
            for layers in places(upper):
                below = layer_names(tuple(layer - 1 for layer in layers))
                evidence = Text(
                    f"{below.en}: equal to the gradient with {product} taken entry by entry",
                    f"{below.zh}：等于 {product} 按元素相乘时的梯度",
                )
                yield Suspicion(self, evidence, exchanged("carry", wrong, layers), layers)
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: dW equals Aᵀ ⊙ δ, taken entry by entry",
                f"{where.zh}：dW 等于 Aᵀ 与 δ 按元素相乘",
            )
            for product in (entrywise_gradient, *(FLAT if case.problem.m == 1 else ())):
                change = exchanged("weight_gradient", product, layers)
                yield Suspicion(self, evidence, change, layers)


def exchanged(step: str, wrong: Step, layers: tuple[int, ...]):
    """Return the change that puts `wrong` for a step in these layers."""
    return lambda steps: replace(steps, **{step: instead(wrong, getattr(steps, step), layers)})


def carried_by_w_transposed(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return δ ⊙ Wᵀ."""
    return delta * at.problem.W(layer).T


def carried_by_w(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
    """Return δ ⊙ W."""
    return delta * at.problem.W(layer)


def entrywise_gradient(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
    """Return Aᵀ ⊙ δ."""
    return a.T * delta


def flat_in_rows(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
    """Return a ⊙ δ of one flat sample, for each unit of the layer."""
    return (a * delta).T * np.ones_like(at.problem.W(layer))


def flat_in_columns(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
    """Return a ⊙ δ of one flat sample, for each unit of the layer below."""
    return (a * delta) * np.ones_like(at.problem.W(layer))


FLAT = (flat_in_rows, flat_in_columns)
"""Products of vectors, which run where both have as many entries, or one has a single one."""
