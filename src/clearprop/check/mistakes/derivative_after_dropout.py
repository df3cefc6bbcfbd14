"""f′ written in a is fed with the activation after dropout: masked and divided by keep."""

from collections.abc import Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class DerivativeAfterDropout(Mistake):
    """f′ of a dropped unit is taken at 0, and that of a kept one at a / keep."""

    name = "derivative_after_dropout"
    rank = 10
    goes_beside = True
    title = Text(
        "f′ is taken of the activation after dropout",
        "f′ 代入了 dropout 之后的激活值",
    )
    right = same(
        Text(
            "δˡ = … ⊙ Aˡ (1 − Aˡ), Aˡ = f(Zˡ)        for tanh: 1 − Aˡ²",
            "δˡ = … ⊙ Aˡ (1 − Aˡ), Aˡ = f(Zˡ)        tanh：1 − Aˡ²",
        )
    )
    wrong = same(
        Text(
            "δˡ = … ⊙ Ãˡ (1 − Ãˡ), Ãˡ = Aˡ ⊙ D / keep        for tanh: 1 − Ãˡ²",
            "δˡ = … ⊙ Ãˡ (1 − Ãˡ), Ãˡ = Aˡ ⊙ D / keep        tanh：1 − Ãˡ²",
        )
    )
    why = Text(
        "a (1 − a) and 1 − a² are f′ written in a = f(z): keep a as it was before the mask, and"
        " take f′ of that",
        "a (1 − a) 和 1 − a² 是用 a = f(z) 表示的 f′：要保留乘掩码之前的 a，用它求 f′",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ of the dropped activation in all layers with dropout, and in single ones."""
        dropout = case.problem.dropout
        if dropout is None:
            return

        def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
            f = at.problem.activation(layer)
            return error * f.derivative(at.z[layer], at.a[layer])

        written_in_a = [
            layer
            for layer in sorted(dropout.masks)
            if is_written_in_a(case.problem.activation(layer))
        ]
        for layers in places(written_in_a):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with f′ of a ⊙ mask / keep",
                f"{where.zh}：等于用 a ⊙ 掩码 / keep 求 f′ 所得的梯度",
            )
            yield Suspicion(self, evidence, locally(wrong, layers), layers)


def is_written_in_a(f: Activation) -> bool:
    """Return whether f′ is a formula in a: that of a sigmoid and of tanh is."""
    if not f.elementwise:
        return False
    z = np.array([-0.5, 0.25])
    a = f.value(z)
    return not np.array_equal(f.derivative(z, a), f.derivative(z, a / 2))
