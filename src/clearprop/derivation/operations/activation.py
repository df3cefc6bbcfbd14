"""An activation function as an operation on matrices."""

from collections.abc import Sequence
from dataclasses import dataclass

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.derivation.operations.operation import Elementwise
from clearprop.derivation.rules import function_name


@dataclass(frozen=True)
class OfActivation(Elementwise):
    """f(u) of an elementwise activation function; it is made for a rule, and has no name itself."""

    rule: Activation

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
