"""f′ fed with the activation a where it is written for the weighted sum z."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Mistake,
    Suspicion,
    layer_names,
    places_of_derivatives,
    same,
)


class DerivativeAtActivation(Mistake):
    """f′(a) instead of f′(z): for a sigmoid σ(a)(1 − σ(a))."""

    name = "derivative_at_activation"
    rank = 10
    slip = "slope at the activation"
    title = Text("f′ is evaluated at a instead of z", "f′ 代入了 a，应代入 z")
    right = same(
        Text(
            "δˡ = … ⊙ f′(Zˡ)        for a sigmoid: a (1 − a)",
            "δˡ = … ⊙ f′(Zˡ)        sigmoid：a (1 − a)",
        )
    )
    wrong = same(
        Text(
            "δˡ = … ⊙ f′(Aˡ)        for a sigmoid: σ(a) (1 − σ(a))",
            "δˡ = … ⊙ f′(Aˡ)        sigmoid：σ(a) (1 − σ(a))",
        )
    )
    why = Text(
        "a function that computes f(z) again inside f′ wants z; give it z, or use the form in a"
        " (a (1 − a) for a sigmoid, 1 − a² for tanh)",
        "如果求导函数内部会再算一次 f(z)，就要传 z；或者直接用以 a 表示的形式"
        "（sigmoid 用 a (1 − a)，tanh 用 1 − a²）",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′(a) in the layers that have an f′."""

        def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
            f = at.problem.activation(layer)
            return error * f.derivative(at.f[layer], f.value(at.f[layer]))

        for layers in places_of_derivatives(case, has_own_derivative):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with f′(a) in place of f′(z)",
                f"{where.zh}：等于把 f′(z) 换成 f′(a) 后的梯度",
            )
            yield Suspicion(self, evidence, locally(wrong, layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield f′(a)."""
        if has_own_derivative(f):
            yield f.derivative(a, f.value(a)), Text("f′ is taken at a", "f′ 代入的是 a")


def has_own_derivative(f: Activation) -> bool:
    """Return whether f′ can be evaluated at the wrong place at all: that of the identity is 1."""
    return f.elementwise and not f.is_identity
