"""The sign of the gradient."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Mistake,
    Suspicion,
    in_one_array,
    layer_names,
    places,
    same,
)

ALONE = Text("−1 times the right one", "是正确值的 −1 倍")


class Sign(Mistake):
    """y − a where a − y belongs: the gradient points downhill."""

    name = "sign"
    rank = 5
    leaves = "opposite"
    title = Text("the sign is wrong", "符号错了")
    right = same("∂ℓ/∂a = a − y")
    wrong = same("∂ℓ/∂a = y − a")
    why = Text(
        "(y − a)² has the derivative −2 (y − a), with the inner −1 of the chain rule; a gradient"
        " points uphill, and the update subtracts it",
        "(y − a)² 的导数是 −2 (y − a)，别漏链式法则里的 −1；梯度指向上升方向，更新时减去它",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield −1 × everything, and × one layer."""
        every = tuple(case.problem.every_layer)
        whole = Text("every gradient is −1 times the right one", "所有梯度都是正确值的 −1 倍")
        yield Suspicion(self, whole, times(-1, every, penalty=True), factor=-1)
        for layers in places(every)[1:]:
            where = layer_names(layers)
            part = Text(
                f"the gradients of {where.en} are −1 times the right ones",
                f"{where.zh}的梯度是正确值的 −1 倍",
            )
            yield Suspicion(self, part, times(-1, layers, penalty=True), layers)
        yield from in_one_array(self, case, -1.0, ALONE)

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield −1."""
        yield -1, "−1"

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield −1 times the right one."""
        yield -right, ALONE
