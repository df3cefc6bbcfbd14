"""The 2 of the square, or the ½ in front of it, forgotten."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, in_one_array, layer_names, same

LARGE = Text("2 times too large", "大了 2 倍")
SMALL = Text("2 times too small", "小了 2 倍")


class FactorTwo(Mistake):
    """The gradient is that of (a − y)² where the loss is ½ (a − y)², or the reverse."""

    name = "factor_two"
    rank = 30
    leaves = "multiple"
    title = Text(
        "a factor of 2: the 2 of the square, or the ½, is forgotten",
        "差 2 倍：漏了平方求导的 2，或漏了 ½",
    )
    right = same("ℓ = ½ (a − y)² → ∂ℓ/∂a = a − y;   ℓ = (a − y)² → ∂ℓ/∂a = 2 (a − y)")
    wrong = same("ℓ = ½ (a − y)² → ∂ℓ/∂a = 2 (a − y);   ℓ = (a − y)² → ∂ℓ/∂a = a − y")
    why = Text(
        "the derivative of a square brings down a 2, which a ½ in the loss cancels: write both or"
        " neither",
        "平方求导会出现 2，损失里的 ½ 正好与它相消：二者要么都写，要么都不写",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 2 and ½ × everything, all below a layer, and each single array."""
        every = case.problem.every_layer
        large = Text("every gradient is 2 times too large", "所有梯度都大了 2 倍")
        small = Text("every gradient is 2 times too small", "所有梯度都小了 2 倍")
        yield Suspicion(self, large, times(2, every), factor=2)
        yield Suspicion(self, small, times(0.5, every), factor=0.5)
        for top in case.problem.hidden:
            below = tuple(range(1, top + 1))
            where = layer_names(below)
            for factor, said in ((2.0, LARGE), (0.5, SMALL)):
                evidence = Text(f"{where.en}: {said.en}", f"{where.zh}：{said.zh}")
                yield Suspicion(self, evidence, times(factor, below), below)
        yield from in_one_array(self, case, 2.0, LARGE)
        yield from in_one_array(self, case, 0.5, SMALL)

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield 2 and ½."""
        yield 2, "2"
        yield 0.5, "½"

    def alone(self, right: FloatArray, m: int) -> Iterator[tuple[FloatArray, Text]]:
        """Yield 2 and ½ times the right one."""
        yield 2 * right, LARGE
        yield right / 2, SMALL
