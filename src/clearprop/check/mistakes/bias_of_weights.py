"""db made of dW, where it belongs to δ."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class BiasOfWeights(Mistake):
    """np.sum(dW, axis=0), np.mean(dW, axis=0), or the total of dW."""

    name = "bias_of_weights"
    rank = 16
    made_in = "gradient"
    title = Text("db is made of dW instead of δ", "db 由 dW 求得，而应由 δ 求得")
    right = Formula("db = np.sum(δ, axis=0)", "db = np.sum(δ, axis=1, keepdims=True)")
    wrong = Formula(
        "db = np.sum(dW, axis=0);   … np.mean(dW, axis=0)",
        "db = np.sum(dW, axis=1, keepdims=True);   … np.mean(dW, axis=1, keepdims=True)",
    )
    why = Text(
        "dW holds what enters the layer, which the bias is not multiplied by: sum δ over the"
        " samples, before it is multiplied by A",
        "dW 中含有进入该层的 A，而偏置并不乘 A：应在乘 A 之前，对样本求 δ 的和",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield sums and means of dW, in all layers and in single ones.

        Of one input, dW itself would be db: so are two gradients that were cut to one length.
        """
        sizes = case.problem.network.sizes
        several = tuple(layer for layer in case.problem.every_layer if sizes[layer - 1] > 1)
        for layers in places(several):
            where = layer_names(layers)
            for reduced, (en, zh) in WAYS.items():
                evidence = Text(f"{where.en}: db is {en}", f"{where.zh}：db 是{zh}")
                yield Suspicion(self, evidence, of_weights(reduced, layers), layers)


def of_weights(
    reduced: Callable[[FloatArray], FloatArray], layers: tuple[int, ...]
) -> Callable[[Steps], Steps]:
    """Return the change to what is left of dW in these layers."""

    def change(steps: Steps) -> Steps:
        def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
            dW = steps.weight_gradient(at, layer, at.a[layer - 1], delta)
            return np.broadcast_to(reduced(dW), delta.shape[1:])

        return replace(steps, bias_gradient=instead(wrong, steps.bias_gradient, layers))

    return change


def over_entering(dW: FloatArray) -> FloatArray:
    """Return the sum over what enters a unit, shape (n_l,)."""
    return dW.sum(axis=0)


def mean_over_entering(dW: FloatArray) -> FloatArray:
    """Return the mean over what enters a unit, shape (n_l,)."""
    return dW.mean(axis=0)


WAYS: dict[Callable[[FloatArray], FloatArray], Text] = {
    over_entering: Text("the sum of dW over what enters the unit", "dW 对该单元各输入求和"),
    mean_over_entering: Text("the mean of dW over what enters the unit", "dW 对该单元各输入取平均"),
    np.sum: Text("the sum of all entries of dW", "dW 所有元素之和"),
    np.mean: Text("the mean of all entries of dW", "dW 所有元素的平均"),
}
