"""db summed from Z or A of the layer, where δ belongs."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Steps, instead
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Formula, Mistake, Suspicion, layer_names, places


class BiasOfOutputs(Mistake):
    """np.sum(Z, axis=0) or np.sum(A, axis=0): no error is in it."""

    name = "bias_of_outputs"
    rank = 18
    made_in = "gradient"
    title = Text("db is the sum of Z or A instead of δ", "db 是 Z 或 A 之和，而应是 δ 之和")
    right = Formula("db = np.sum(δ, axis=0)", "db = np.sum(δ, axis=1, keepdims=True)")
    wrong = Formula(
        "db = np.sum(Z, axis=0);   … np.sum(A, axis=0)",
        "db = np.sum(Z, axis=1, keepdims=True);   … np.sum(A, axis=1, keepdims=True)",
    )
    why = Text(
        "∂ℓ/∂b is the error term of the layer: what the layer gives says nothing of the target",
        "∂ℓ/∂b 就是该层的误差项；该层的输出本身不含目标的信息",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield sums of Z and of A, in all layers and in single ones, divided by m or not."""
        m, averages = case.problem.m, case.problem.network.reduction == "mean"
        for layers in places(case.problem.every_layer):
            where = layer_names(layers)
            for given, letter in ((weighted_sums, "Z"), (activations, "A")):
                evidence = Text(
                    f"{where.en}: db is the sum of {letter}", f"{where.zh}：db 是 {letter} 之和"
                )
                for share in (1.0, m) if averages and m > 1 else (1.0,):
                    yield Suspicion(self, evidence, summed(given, share, layers), layers)


def weighted_sums(at: Pass, layer: int) -> FloatArray:
    """Return Z, shape (m, n_l)."""
    return at.z[layer]


def activations(at: Pass, layer: int) -> FloatArray:
    """Return A, shape (m, n_l)."""
    return at.a[layer]


def summed(
    given: Callable[[Pass, int], FloatArray], share: float, layers: tuple[int, ...]
) -> Callable[[Steps], Steps]:
    """Return the change to `share` times the sums of these arrays, averaged as δ is."""

    def wrong(at: Pass, layer: int, delta: FloatArray) -> FloatArray:
        return share * (at.problem.share * given(at, layer)).sum(axis=0)

    return lambda steps: replace(steps, bias_gradient=instead(wrong, steps.bias_gradient, layers))
