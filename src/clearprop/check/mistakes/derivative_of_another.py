"""The derivative of another activation function."""

from collections.abc import Iterator

from clearprop._registry import spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations import ACTIVATIONS, Activation
from clearprop.check.backward import Pass, Steps, locally
from clearprop.check.case import Case
from clearprop.check.mistakes.mistake import (
    Mistake,
    Suspicion,
    layer_names,
    places_of_derivatives,
    same,
)

SETTINGS = ("leaky_relu(0.1)", "leaky_relu(0.2)", "leaky_relu(0.3)")
"""Activations that people use with other settings than the default."""


class DerivativeOfAnother(Mistake):
    """tanh′ in a sigmoid layer, sigmoid′ in a tanh layer …."""

    name = "derivative_of_another"
    rank = 30
    slip = "slope of another"
    title = Text(
        "the derivative of another activation function is used", "用了另一个激活函数的导数"
    )
    right = same(
        Text(
            "δˡ = … ⊙ f′(Zˡ),  f the activation of layer l",
            "δˡ = … ⊙ f′(Zˡ)，f 为第 l 层的激活函数",
        )
    )
    wrong = same("δˡ = … ⊙ g′(Zˡ),  g ≠ f")
    why = Text(
        "every layer goes back through the derivative of the function that it went forward through",
        "前向用了哪个激活函数，反向就要用它自己的导数",
    )

    def suspicions(self, case: Case, steps: Steps) -> Iterator[Suspicion]:
        """Yield the derivative of every other activation, taken at z, or at a where it is in a."""
        elementwise = places_of_derivatives(case, lambda f: f.elementwise)
        for layers in elementwise:
            own = [case.problem.activation(layer) for layer in layers]
            for other in other_activations():
                if other in own:
                    continue
                where = layer_names(layers)
                named = spelled(other)
                evidence = Text(
                    f"{where.en}: equal to the gradient with the derivative of {named}",
                    f"{where.zh}：等于使用 {named} 的导数时的梯度",
                )
                yield Suspicion(self, evidence, locally(at_z(other), layers), layers)
                if other.derivative_in == "a":
                    yield Suspicion(self, evidence, locally(at_a(other), layers), layers)

    def of_slope(
        self, f: Activation, z: FloatArray, a: FloatArray
    ) -> Iterator[tuple[FloatArray, Text]]:
        """Yield the derivative of every other activation, at z and where it is written in a."""
        for other in other_activations():
            if other != f:
                named = spelled(other)
                said = Text(f"f′ is the derivative of {named}", f"f′ 是 {named} 的导数")
                yield other.derivative(z, other.value(z)), said
                if other.derivative_in == "a":
                    yield other.derivative(z, a), said


def other_activations() -> list[Activation]:
    """Return every elementwise activation but the identity: f′ = 1 is a mistake of its own."""
    rules = [ACTIVATIONS.make(name) for name in [*ACTIVATIONS, *SETTINGS]]
    return [rule for rule in rules if rule.elementwise and not rule.is_identity]


def at_z(other: Activation):
    """Return the step δ = error ⊙ g′(z)."""

    def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
        return error * other.derivative(at.z[layer], other.value(at.z[layer]))

    return wrong


def at_a(other: Activation):
    """Return the step δ = error ⊙ g′ with the formula in a, fed with the layer's own a."""

    def wrong(at: Pass, layer: int, error: FloatArray) -> FloatArray:
        return error * other.derivative(at.z[layer], at.f[layer])

    return wrong
