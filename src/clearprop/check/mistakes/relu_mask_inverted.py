"""The ReLU mask the wrong way round: the units that were off pass the error."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.derivative_left_out import is_masked
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class ReluMaskInverted(Mistake):
    """δ passes a ReLU where z ≤ 0, and is 0 where z > 0."""

    name = "relu_mask_inverted"
    rank = 11
    title = Text("the ReLU mask is the wrong way round", "ReLU 掩码写反了")
    right = same("δˡ = … ⊙ (Zˡ > 0);   dZ[Z <= 0] = 0")
    wrong = same("δˡ = … ⊙ (Zˡ ≤ 0);   dZ[Z > 0] = 0")
    why = Text(
        "the units with z > 0 let their input through, and pass the error back; of the others, set"
        " it to 0",
        "z > 0 的单元让输入通过，误差也从它们传回；其余单元处应置 0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the mask of the units that are off, in the hidden ReLU layers."""
        problem = case.problem
        for layers in places(at for at in problem.hidden if problem.activation(at).is_one_sided):
            where = layer_names(layers)
            evidence = Text(
                f"{where.en}: δ is 0 where z > 0, and comes through where z ≤ 0",
                f"{where.zh}：δ 在 z > 0 处为 0，在 z ≤ 0 处通过",
            )
            yield Suspicion(self, evidence, locally(of_units_off, layers), layers)

    def of_error(self, error: FloatArray, right: FloatArray) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the error where f′ is 0, where that is a mask."""
        if is_masked(error, right):
            yield (
                error * (right == 0),
                Text(
                    "is 0 where f′ is 1, and the error where f′ is 0",
                    "在 f′ = 1 处为 0，在 f′ = 0 处是误差",
                ),
            )


def of_units_off(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error ⊙ (z ≤ 0)."""
    return error * (at.z[layer] <= 0)
