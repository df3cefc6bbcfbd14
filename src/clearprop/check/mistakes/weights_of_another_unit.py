"""The error goes back to a unit through the weights of another one: an index is wrong."""

from collections.abc import Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion

FEW = 6
"""Units of a layer that people write down one by one."""


class WeightsOfAnotherUnit(Mistake):
    """δ of unit j is made with the weights that lead from unit i to the layer above."""

    name = "weights_of_another_unit"
    rank = 17
    made_in = "carried"
    title = Text(
        "the error of a unit comes back through the weights of another unit",
        "某单元的误差是经由另一个单元的权重传回来的",
    )
    right = Formula("δⱼ = Σₖ δₖ Wⱼₖ · f′(zⱼ)", "δⱼ = Σₖ Wₖⱼ δₖ · f′(zⱼ)")
    wrong = Formula("δⱼ = Σₖ δₖ Wᵢₖ · f′(zⱼ)", "δⱼ = Σₖ Wₖᵢ δₖ · f′(zⱼ)")
    why = Text(
        "a unit's share of the error is measured by the weights that lead from that unit: check the"
        " indices where each unit has a line of its own",
        "一个单元对误差的贡献由从它自己出发的权重决定：每个单元各写一行时，请检查下标",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield each other unit of a small hidden layer in the place of each unit."""
        for layer in case.problem.hidden:
            size = case.problem.network.sizes[layer]
            for unit in range(size if size <= FEW else 0):
                for other in set(range(size)) - {unit}:
                    yield self.suspicion(layer, unit, other)

    def suspicion(self, layer: int, unit: int, other: int) -> Suspicion:
        """Return the suspicion that a unit of a layer has the weights of another one."""
        evidence = Text(
            f"layer {layer}: equal to the gradient in which the error of unit {unit + 1} comes back"
            f" through the weights of unit {other + 1}",
            f"第 {layer} 层：等于单元 {unit + 1} 的误差经由单元 {other + 1} 的权重传回时的梯度",
        )

        def change(steps: Steps) -> Steps:
            def wrong(at: Pass, above: int, delta: FloatArray) -> FloatArray:
                error = steps.carry(at, above, delta).copy()
                error[:, unit] = error[:, other]
                return error

            return replace(steps, carry=instead(wrong, steps.carry, (layer + 1,)))

        return Suspicion(self, evidence, change, (layer,))
