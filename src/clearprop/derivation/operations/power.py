"""u to the power v, which must not depend on anything."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.derivation.operations.mistake import OperationMistake, by_slopes
from clearprop.derivation.operations.operation import Elementwise


@dataclass(frozen=True)
class Power(Elementwise):
    """u to the power v, which must not depend on anything."""

    name = "power"
    sign = "^"
    written = "{u} ^ {v}"
    passed_back = (
        "{g} ⊙ {v} {u} ^ ({v} − 1)",
        "{g} ⊙ {w} ln {u}",
    )

    def value(self, *inputs: FloatArray, **settings: int) -> FloatArray:
        """Return w."""
        u, v = inputs
        return np.float_power(u, v)

    def slopes(self, inputs: Sequence[FloatArray], w: FloatArray) -> tuple[FloatArray, ...]:
        """Return the local derivatives."""
        u, v = inputs
        return v * np.float_power(u, v - 1), w * np.log(np.where(u > 0, u, 1.0))


Power.mistakes = (
    OperationMistake(
        "exponent_kept",
        Text("the exponent is not reduced by 1", "指数没有减 1"),
        "{g} ⊙ {v} {u} ^ {v}",
        Text("uᵛ has the derivative v uᵛ⁻¹", "uᵛ 的导数是 v uᵛ⁻¹"),
        by_slopes(lambda u, v, w: (v * w, 0.0)),
    ),
    OperationMistake(
        "factor_missing",
        Text("the exponent does not come down as a factor", "指数没有作为系数乘下来"),
        "{g} ⊙ {u} ^ ({v} − 1)",
        Text("uᵛ has the derivative v uᵛ⁻¹", "uᵛ 的导数是 v uᵛ⁻¹"),
        by_slopes(lambda u, v, w: (np.float_power(u, v - 1), 0.0)),
    ),
    OperationMistake(
        "factor_reduced",
        Text("the reduced exponent comes down as the factor", "乘下来的是减 1 之后的指数"),
        "{g} ⊙ ({v} − 1) {u} ^ ({v} − 1)",
        Text("uᵛ has the derivative v uᵛ⁻¹", "uᵛ 的导数是 v uᵛ⁻¹"),
        by_slopes(lambda u, v, w: ((v - 1) * np.float_power(u, v - 1), 0.0)),
    ),
    OperationMistake(
        "as_exponential",
        Text("a power is differentiated like an exponential function", "把幂函数当成指数函数求导"),
        "{g} ⊙ {w} ln {u}",
        Text("the base varies, not the exponent", "变化的是底数而不是指数"),
        by_slopes(lambda u, v, w: (w * np.log(u), 0.0)),
    ),
)
