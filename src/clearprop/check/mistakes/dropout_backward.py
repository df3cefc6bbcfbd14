"""The dropout mask, or its 1/keep, forgotten on the way back."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same
from clearprop.check.problem import Dropout


class DropoutBackward(Mistake):
    """Forward a ⊙ mask / keep, backward without the mask, without 1/keep, or without both."""

    name = "dropout_backward"
    rank = 10
    title = Text(
        "the dropout mask or its 1/keep is forgotten in the backward pass",
        "反向传播漏了 dropout 的掩码或 1/keep",
    )
    right = same("Aˡ ← Aˡ ⊙ D / keep   →   dAˡ ← dAˡ ⊙ D / keep")
    wrong = same("Aˡ ← Aˡ ⊙ D / keep   →   dAˡ ← dAˡ;   … dAˡ ⊙ D;   … dAˡ / keep")
    why = Text(
        "dropout multiplies the activation by D / keep, so the error is multiplied by the same D /"
        " keep on its way back",
        "前向时激活值乘了 D / keep，反向时误差也要乘同一个 D / keep",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield what can be forgotten, in all layers with dropout and in single ones."""
        dropout = case.problem.dropout
        if dropout is None:
            return
        for layers in places(sorted(dropout.masks)):
            where = layer_names(layers)
            for way_back, (en, zh) in WAYS_BACK.items():
                evidence = Text(f"{where.en}: {en}", f"{where.zh}：{zh}")

                def change(
                    steps: Steps,
                    layers: tuple[int, ...] = layers,
                    way_back: Callable[[Dropout, int], FloatArray | float] = way_back,
                ) -> Steps:
                    def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
                        return error * way_back(dropout, layer)

                    return replace(steps, drop=instead(wrong, steps.drop, layers))

                yield Suspicion(self, evidence, change, layers)


WAYS_BACK: dict[Callable[[Dropout, int], FloatArray | float], Text] = {
    lambda dropout, layer: dropout.masks[layer]: Text(
        "the mask is there, 1/keep is missing", "有掩码，缺 1/keep"
    ),
    lambda dropout, layer: 1 / dropout.keep: Text(
        "1/keep is there, the mask is missing", "有 1/keep，缺掩码"
    ),
    lambda dropout, layer: 1.0: Text("mask and 1/keep are both missing", "掩码与 1/keep 都缺"),
    lambda dropout, layer: dropout.masks[layer] * dropout.keep: Text(
        "multiplied by keep instead of divided", "乘了 keep，本应除以 keep"
    ),
}
