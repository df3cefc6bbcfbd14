"""f′ fed with the error that comes from above where it is written for the weighted sum z."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.derivative_at_activation import has_own_derivative
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class DerivativeAtError(Mistake):
    """f′(dA) instead of f′(z): ``backward(grad)`` takes the slope of what it is given."""

    name = "derivative_at_error"
    rank = 12
    title = Text(
        "f′ is evaluated at the error from above instead of z", "f′ 代入了上层传来的误差，应代入 z"
    )
    right = same("δˡ = dAˡ ⊙ f′(Zˡ)")
    wrong = same("δˡ = dAˡ ⊙ f′(dAˡ)")
    why = Text(
        "the slope is that of the forward pass, at the z that went in there: keep z or a in"
        " forward for the way back, which is given the error alone",
        "斜率是前向传播时在输入 z 处的斜率：反向时只得到误差，所以要在前向时保存 z 或 a",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ of the error, which holds the share of a sample, 1/m, or does not yet."""
        problem = case.problem
        for layers in places(at for at in problem.hidden if is_smooth(problem.activation(at))):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: equal to the gradient with f′(dA) in place of f′(z)",
                f"{where.zh}：等于把 f′(z) 换成 f′(dA) 后的梯度",
            )
            for share in dict.fromkeys((1.0, problem.share)):

                def wrong(
                    at: Pass, layer: int, error: FloatArray, share: float = share
                ) -> FloatArray:
                    f = at.problem.activation(layer)
                    return error * f.derivative(share * error, f.value(share * error))

                yield Suspicion(self, evidence, locally(wrong, layers), layers)


def is_smooth(f: Activation) -> bool:
    """Return whether f′ is more than a mask, of which another mistake tells."""
    return has_own_derivative(f) and not f.is_one_sided
