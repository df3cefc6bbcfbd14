"""1 − a², a (1 − a) … with the wrong power, or only half of it."""

from collections.abc import Callable, Iterator

import numpy as np

from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import Activation
from clearprop.check.backward import Pass, Step, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Mistake,
    Suspicion,
    layer_names,
    places_of_derivatives,
    same,
)

Slope = Callable[[FloatArray], FloatArray]
SLIPS: dict[tuple[float, float], tuple[tuple[str, Slope], ...]] = {
    (-1.0, 1.0): (
        ("1 − a", lambda a: 1 - a),
        ("a²", lambda a: a**2),
        ("1 − a³", lambda a: 1 - a**3),
        ("1 + a²", lambda a: 1 + a**2),
        ("(1 − a)²", lambda a: (1 - a) ** 2),
        ("1 − tanh²(a)", lambda a: 1 - np.tanh(a) ** 2),
        ("√(1 − a²) = 1 / cosh z", lambda a: np.sqrt(1 - a**2)),
    ),
    (0.0, 1.0): (
        ("1 − a", lambda a: 1 - a),
        ("a", lambda a: a),
        ("a²", lambda a: a**2),
        ("(1 − a)²", lambda a: (1 - a) ** 2),
        ("a (1 + a)", lambda a: a * (1 + a)),
        ("a² (1 − a)", lambda a: a**2 * (1 - a)),
        ("a (1 − a)²", lambda a: a * (1 - a) ** 2),
        ("a − a³", lambda a: a - a**3),
        ("e⁻ᶻ / (1 + e⁻²ᶻ)", lambda a: a * (1 - a) / (a**2 + (1 - a) ** 2)),
    ),
}
"""Slips in f′ written in a, by the range of f: that of tanh, and that of the sigmoid."""


class PowerInDerivative(Mistake):
    """f′ is written in a, as it should be, and one symbol of it is wrong."""

    name = "power_in_derivative"
    rank = 13
    slip = "slope miswritten"
    title = Text(
        "the derivative of the activation has a slip in its formula", "激活函数的导数公式写错了"
    )
    right = same("sigmoid: a (1 − a);   tanh: 1 − a²")
    wrong = same("sigmoid: a, 1 − a, a (1 + a) …;   tanh: 1 − a, a², 1 − a³ …")
    why = Text(
        "σ′ = a (1 − a) and tanh′ = 1 − a²: compare power and sign",
        "σ′ = a (1 − a)，tanh′ = 1 − a²：检查幂次和符号",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield each slip in all layers of one activation, and in single ones."""
        for layers in places_of_derivatives(case, has_slips):
            activation = case.problem.activation(layers[0])
            if any(case.problem.activation(layer) != activation for layer in layers):
                continue
            for said, slope in SLIPS[activation.range]:
                where = layer_names(layers)
                evidence = Text(
                    f"{where.en}: equal to the gradient with f′ = {said}",
                    f"{where.zh}：等于 f′ = {said} 时的梯度",
                )
                yield Suspicion(self, evidence, locally(with_slope(slope), layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield each slip."""
        for said, slope in SLIPS[f.range] if has_slips(f) else ():
            yield slope(a), Text(f"f′ is {said}", f"f′ 写成了 {said}")


def has_slips(activation: Activation) -> bool:
    """Return whether people write f′ of this activation in a."""
    return activation.elementwise and activation.derivative_in == "a" and activation.range in SLIPS


def with_slope(slope: Slope) -> Step:
    """Return the step δ = error ⊙ slope(a)."""

    def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
        return error * slope(at.f[layer])

    return wrong
