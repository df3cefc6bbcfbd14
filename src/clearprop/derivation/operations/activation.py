"""An activation function as an operation on matrices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.derivation.operations.mistake import OperationMistake, Passed, Place, by_slopes
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.rules import function_name


@dataclass(frozen=True)
class OfActivation(Elementwise):
    """f(u) of an elementwise activation function; it is made for a rule, and has no name itself."""

    rule: Activation

    @property
    def called(self) -> str:
        """The rule's name."""
        return self.rule.name

    @property
    def sign(self) -> str:  # type: ignore[override]
        """The function's own sign."""
        return {"sigma": "σ"}.get(function_name(self.rule), function_name(self.rule))

    @property
    def written(self) -> str:  # type: ignore[override]
        """The formula."""
        return self.sign + "({u})"

    @property
    def passed_back(self) -> tuple[str | Text, ...]:  # type: ignore[override]
        """What goes to the input: g ⊙ f′(u)."""
        slope = self.rule.short_derivative.replace("{a}", "{w}").replace("·", "⊙")
        return (f"{{g}} ⊙ {slope}" if slope else f"{{g}} ⊙ {self.sign}′({{u}})",)

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return f(u)."""
        return self.rule.value(inputs[0])

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return f′(u)."""
        return (self.rule.derivative(inputs[0], w),)


def by_slopes_beside(shift: float) -> Callable[[Place], Passed]:
    """Return the pull-back with the slope a little beside each kink."""

    def pull_back(place: Place) -> Passed:
        (u,), kinks = place.inputs, place.operation.rule.kinks
        at_kink = np.isin(u, [kinks]) if kinks else np.zeros(u.shape, bool)
        beside = u + shift * at_kink
        return (place.g * place.operation.slopes((beside,), place.operation.value(beside))[0],)

    return pull_back


OfActivation.mistakes = (
    OperationMistake(
        "left_out",
        Text("the derivative of the activation is left out", "漏掉了激活函数的导数"),
        "{g}",
        Text("the chain rule multiplies by f′(u)", "链式法则要乘以 f′(u)"),
        by_slopes(lambda u, w: (1.0,)),
    ),
    OperationMistake(
        "itself",
        Text("the activation itself in place of its derivative", "用激活函数自身代替导数"),
        "{g} ⊙ {w}",
        Text("the chain rule multiplies by f′(u)", "链式法则要乘以 f′(u)"),
        by_slopes(lambda u, w: (w,)),
    ),
    OperationMistake(
        "at_the_result",
        Text(
            "the derivative is taken at the result in place of the input",
            "在结果处而不是在输入处求导",
        ),
        Text("{g} ⊙ f′({w})", "{g} ⊙ f′({w})"),
        Text("f′ is taken where f was: at u", "f′ 应在 f 的输入 u 处取值"),
        lambda place: (
            place.g * place.operation.slopes((place.w,), place.operation.value(place.w))[0],
        ),
    ),
    OperationMistake(
        "input_for_result",
        Text(
            "the input stands where the result belongs in the derivative",
            "导数公式中本应是结果的地方用了输入",
        ),
        Text("{g} ⊙ f′ written with {u}", "用 {u} 写的 {g} ⊙ f′"),
        Text(
            "a derivative written in a = f(u), such as a (1 − a), needs a",
            "写成 a 的导数，例如 a (1 − a)，需要代入 a",
        ),
        lambda place: (place.g * place.operation.slopes(place.inputs, place.inputs[0])[0],),
    ),
    *(
        OperationMistake(
            f"kink_from_the_{side.en}",
            Text(f"the slope from the {side.en} at a kink", f"在折点处取{side.zh}导数"),
            "{g} ⊙ f′({u})",
            Text(
                "there is no derivative at a kink; either side will do",
                "折点处不可导，取哪一侧都可以",
            ),
            by_slopes_beside(shift),
            harmless=True,
        )
        for side, shift in ((Text("right", "右"), 1e-9), (Text("left", "左"), -1e-9))
    ),
)
