"""The derivative of the binary cross-entropy with a wrong sign inside: a bracket is missing."""

from collections.abc import Iterator

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.check.backward import Pass, Step, Steps
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import Mistake, Suspicion, same
from clearprop.check.mistakes.output_derivative import at_the_output


class CrossEntropyBracket(Mistake):
    """−y/a − (1 − y)/(1 − a) where −y/a + (1 − y)/(1 − a) belongs."""

    name = "cross_entropy_bracket"
    rank = 14
    fits_no_loss = True
    title = Text(
        "a bracket is missing in the derivative of the cross-entropy", "交叉熵的导数少了括号"
    )
    right = same("∂ℓ/∂a = −(y / a − (1 − y) / (1 − a))")
    wrong = same("∂ℓ/∂a = −y / a − (1 − y) / (1 − a)")
    why = Text(
        "1 − a goes down as a goes up, so both terms have different signs, and the minus in front"
        " is that of the whole bracket",
        "a 增大时 1 − a 减小，所以两项符号相反，前面的负号属于整个括号",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the slip in the error term of a sigmoid, up to the sign of all of it."""
        problem = case.problem
        targets = problem.network.loss_rule.target_kind
        if not problem.is_canonical or targets != "yes_no":
            return
        said = Text("δᴸ is −y (1 − a) − (1 − y) a", "δᴸ 等于 −y (1 − a) − (1 − y) a")
        yield Suspicion(self, said, at_the_output(slipped), (problem.depth,))


def slipped(at: Pass, layer: int, local: Step) -> FloatArray:
    """Return (−y/a − (1 − y)/(1 − a)) a (1 − a), shape (m, K)."""
    a, y = at.f[layer], at.problem.Y
    return -y * (1 - a) - (1 - y) * a
