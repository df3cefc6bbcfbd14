"""The ReLU mask is always true, or 1 where z is exactly 0."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.derivative_left_out import AS_IT_CAME, is_masked
from clearprop.check.mistakes.mistake import Mistake, Suspicion, layer_names, places, same


class ReluMask(Mistake):
    """δ passes a ReLU unhindered, or passes it where z = 0."""

    name = "relu_mask"
    rank = 8
    slip = "mask left out"
    title = Text(
        "the ReLU mask is missing, or z ≥ 0 stands for z > 0",
        "漏了 ReLU 掩码，或把 z > 0 写成 z ≥ 0",
    )
    right = same("δˡ = … ⊙ (Zˡ > 0)")
    wrong = same("δˡ = …;   δˡ = … ⊙ (Zˡ ≥ 0)")
    why = Text(
        "a unit with z ≤ 0 gave 0 and passes nothing back; at z = 0 ReLU has no derivative, and 0"
        " is the convention",
        "z ≤ 0 的单元输出为 0，反向也不传梯度；z = 0 处不可导，约定取 0",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield no mask, and z ≥ 0, in the hidden ReLU layers."""
        problem = case.problem
        for layers in places(at for at in problem.hidden if problem.activation(at).is_one_sided):
            where = layer_names(layers)
            missing = Text(
                f"{where.en}: equal to the gradient without a mask, as of an identity activation",
                f"{where.zh}：等于没有掩码（恒等激活）时的梯度",
            )
            yield Suspicion(self, missing, locally(no_mask, layers), layers)
            at_zero = Text(
                f"{where.en}: differs only where z is exactly 0; the convention there is 0",
                f"{where.zh}：只在 z 恰好为 0 处不同；该处约定取 0",
            )
            change = locally(mask_with_zero, layers)
            yield Suspicion(self, at_zero, change, layers, harmless=True)

    def of_error(self, error: FloatArray, right: FloatArray) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the error as it came, where f′ is a mask."""
        if is_masked(error, right):
            yield error, AS_IT_CAME


def no_mask(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return the error as it came."""
    return error


def mask_with_zero(at: Pass, layer: int, error: FloatArray) -> FloatArray:
    """Return error ⊙ (z ≥ 0)."""
    return error * (at.z[layer] >= 0)
