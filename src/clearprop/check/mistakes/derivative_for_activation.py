"""f′ stands in dW where the activation belongs."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class DerivativeForActivation(Mistake):
    """dW is built from f′(Z): a function that computed f′ has written it over A."""

    name = "derivative_for_activation"
    rank = 13
    made_in = "gradient"
    title = Text("f′ is used where A belongs in dW", "dW 中应为 A 处用了 f′")
    right = Formula("dWˡ = Aˡ⁻¹ᵀ δˡ", "dWˡ = δˡ Aˡ⁻¹ᵀ")
    wrong = Formula("dWˡ = f′(Zˡ⁻¹)ᵀ δˡ", "dWˡ = δˡ f′(Zˡ⁻¹)ᵀ")
    why = Text(
        "the weight multiplies A, so A is its local derivative. A function that computes f′ by"
        " writing into the array that it is given (x[x > 0] = 1) destroys A: let it work on a copy",
        "权重乘的是 A，因此它的局部导数是 A。若求 f′ 的函数直接改写传入的数组（x[x > 0] = 1），"
        "A 就被破坏了：应在副本上计算",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ for A in all layers above the first, and in single ones."""
        problem = case.problem
        fed = [at for at in problem.every_layer[1:] if problem.activation(at - 1).elementwise]
        for layers in places(fed):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: db is right, dW equals f′(Z)ᵀ δ",
                f"{where.zh}：db 正确，而 dW 等于 f′(Z)ᵀ δ",
            )

            def change(steps: Steps, layers: tuple[int, ...] = layers) -> Steps:
                def wrong(at: Pass, layer: int, a: FloatArray, delta: FloatArray) -> FloatArray:
                    slope = at.problem.activation(layer - 1).derivative(
                        at.z[layer - 1], at.f[layer - 1]
                    )
                    return steps.weight_gradient(at, layer, slope, delta)

                weight_gradient = instead(wrong, steps.weight_gradient, layers)
                return replace(steps, weight_gradient=weight_gradient)

            yield Suspicion(self, evidence, change, layers)
