"""A layer hands f′ back alone: the error that comes from above is left out."""

from collections.abc import Callable, Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class ErrorLeftOut(Mistake):
    """δˡ = f′(Zˡ), or f′ of the error itself, as where ``backward`` returns a slope."""

    name = "error_left_out"
    rank = 13
    title = Text(
        "the error from above is left out of δ: it is f′ alone", "δ 中漏乘了上层传来的误差，只剩 f′"
    )
    right = same("δˡ = dAˡ ⊙ f′(Zˡ)")
    wrong = same("δˡ = f′(Zˡ);   δˡ = f′(dAˡ)")
    why = Text(
        "a layer's way back is the chain rule, not f′ alone: multiply what comes from above by"
        " f′(z), entry by entry",
        "一层的反向传播是链式法则，不只是 f′：要把上层传来的误差与 f′(z) 逐元素相乘",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield f′ alone; the share of a sample, 1/m, stands in dW or went with the error."""
        problem, c = case.problem, case.problem.share
        for layers in places(at for at in problem.hidden if is_curved(problem.activation(at))):
            where = layer_names(layers)
            for share in dict.fromkeys((1.0, c)):
                for slope, (en, zh) in SLOPES.items():
                    evidence = Text(
                        f"{where.en}: δ is f′ of {en} alone", f"{where.zh}：δ 只是 {zh} 处的 f′"
                    )

                    def wrong(
                        at: Pass,
                        layer: int,
                        error: FloatArray,
                        slope: Callable[[Pass, int, FloatArray], FloatArray] = slope,
                        share: float = share,
                    ) -> FloatArray:
                        return slope(at, layer, share * error) / share

                    yield Suspicion(self, evidence, locally(wrong, layers), layers)


def is_curved(f: Activation) -> bool:
    """Return whether f′ is computed entry by entry, and is not 1 throughout."""
    return f.elementwise and not f.is_identity


def at_sum(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return f′(z)."""
    return at.problem.activation(layer).derivative(at.z[layer], at.f[layer])


def at_error(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return f′ of the error, in the place of z."""
    f = at.problem.activation(layer)
    return np.asarray(f.derivative(error, f.value(error)))


SLOPES: dict[Callable[[Pass, int, FloatArray], FloatArray], Text] = {
    at_sum: Text("the weighted sum", "加权和"),
    at_error: Text("the error itself", "误差本身"),
}
"""What f′ is taken of."""
