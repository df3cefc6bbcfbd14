"""The output activation's derivative: kept on top of a − y, or dropped where it belongs."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps, loss_slope
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same


class OutputDerivative(Mistake):
    """(p − y) σ′ with a cross-entropy, or a − y alone with a squared error."""

    name = "output_derivative"
    rank = 12
    title = Text(
        "σ′ of the output layer is kept with a cross-entropy, or dropped without one",
        "输出层的 σ′：交叉熵时多乘了，或平方误差时漏乘了",
    )
    right = same(
        Text(
            "cross-entropy: δᴸ = p − y;        squared error: δᴸ = (a − y) ⊙ f′(Zᴸ)",
            "交叉熵：δᴸ = p − y；        平方误差：δᴸ = (a − y) ⊙ f′(Zᴸ)",
        )
    )
    wrong = same(
        Text(
            "cross-entropy: δᴸ = (p − y) ⊙ σ′;  squared error: δᴸ = a − y",
            "交叉熵：δᴸ = (p − y) ⊙ σ′；  平方误差：δᴸ = a − y",
        )
    )
    why = Text(
        "δᴸ = ∂ℓ/∂a ⊙ f′(zᴸ). With sigmoid or softmax and its own cross-entropy the two factors"
        " cancel to p − y; with any other loss f′ stays",
        "δᴸ = ∂ℓ/∂a ⊙ f′(zᴸ)。sigmoid/softmax 配自己的交叉熵时两项相消为 p − y；"
        "其他损失必须保留 f′",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the ways to treat f′ of the output wrongly with this loss."""
        problem = case.problem
        if problem.activation(problem.depth).is_identity:
            return  # f′ = 1: there is nothing to keep or to drop
        wrong_steps = KEPT if problem.is_canonical else DROPPED
        for wrong, evidence in wrong_steps:
            yield Suspicion(self, evidence, at_the_output(wrong), (problem.depth,))


def at_the_output(wrong: Step) -> Callable[[Steps], Steps]:
    """Return the change that computes δᴸ by `wrong`."""
    return lambda steps: replace(steps, output_error=wrong)


def kept(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return (a − y) ⊙ f′."""
    f = at.problem.activation(layer)
    difference = at.f[layer] - at.problem.Y
    return difference * f.derivative(at.z[layer], at.f[layer])


def kept_whole(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return a − y pulled back through the whole Jacobian of the output activation."""
    f = at.problem.activation(layer)
    return f.pull_back(at.f[layer] - at.problem.Y, at.z[layer], at.f[layer])


def slope_alone(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return ∂ℓ/∂a."""
    return loss_slope(at, layer)


def difference_alone(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return a − y."""
    return at.f[layer] - at.problem.Y


def twice(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return ∂ℓ/∂a ⊙ f′ ⊙ f′."""
    return local(at, layer, local(at, layer, loss_slope(at, layer)))


NO_DERIVATIVE = Text("δᴸ is ∂ℓ/∂a alone: f′(zᴸ) is missing", "δᴸ 只是 ∂ℓ/∂a：漏了 f′(zᴸ)")

KEPT = (
    (
        kept,
        Text("δᴸ is p − y times p (1 − p), entry by entry", "δᴸ 等于 p − y 再逐元素乘 p (1 − p)"),
    ),
    (
        kept_whole,
        Text("δᴸ is p − y times the softmax Jacobian", "δᴸ 等于 p − y 再乘 softmax 的雅可比矩阵"),
    ),
    (slope_alone, NO_DERIVATIVE),
)
DROPPED = (
    (slope_alone, NO_DERIVATIVE),
    (
        difference_alone,
        Text(
            "δᴸ is a − y, which holds for a cross-entropy with its own output only",
            "δᴸ 是 a − y，这只对配套的交叉熵成立",
        ),
    ),
    (twice, Text("δᴸ holds f′(zᴸ) twice", "δᴸ 乘了两次 f′(zᴸ)")),
)
