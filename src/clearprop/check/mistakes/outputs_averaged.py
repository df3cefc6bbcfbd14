"""The average over outputs: taken in the loss and not in the gradient, or the reverse."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop.check.backward import Steps, times
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class OutputsAveraged(Mistake):
    """Loss and gradient treat the K outputs differently: one averages over them, one adds."""

    name = "outputs_averaged"
    rank = 40
    leaves = "multiple"
    title = Text(
        "the average over the K outputs is in the loss or in the gradient, but not in both",
        "损失与梯度对 K 个输出的处理不一致：一个取平均，一个求和",
    )
    right = same("L = 1/m Σₙ Σₖ ℓₙₖ   →   δ = ∂ℓ/∂Z")
    wrong = same("L = 1/m Σₙ Σₖ ℓₙₖ   →   δ = ∂ℓ/∂Z / K;   L = 1/(m K) Σ …   →   δ = ∂ℓ/∂Z")
    why = Text(
        "np.mean over a matrix divides by m K, np.sum(…)/m only by m: use the same in the loss and"
        " in the gradient",
        "对矩阵用 np.mean 会除以 m K，np.sum(…)/m 只除以 m：损失与梯度要用同一种",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield 1/K and K × everything."""
        K, every = case.problem.outputs, case.problem.every_layer
        if K == 1:
            return
        small = Text(
            f"every gradient is {K} times too small; K = {K} outputs",
            f"所有梯度都小了 {K} 倍；输出数 K = {K}",
        )
        large = Text(
            f"every gradient is {K} times too large; K = {K} outputs",
            f"所有梯度都大了 {K} 倍；输出数 K = {K}",
        )
        yield Suspicion(self, small, times(1 / K, every), factor=1 / K)
        yield Suspicion(self, large, times(K, every), factor=K)

    def of_whole(self, m: float, K: float, rate: float) -> Iterator[tuple[float, str]]:
        """Yield K and 1/K."""
        yield K, f"K = {K:g}"
        yield 1 / K, "1/K"
