"""Identity: f(z) = z."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class Identity(Activation):
    """f(z) = z, f′(z) = 1: the output layer of a regression."""

    name = "identity"
    also_called = ("purelin", "linear", "none")
    derivative_in = "z"
    is_identity = True
    range = (float("-inf"), float("inf"))
    latex = r"\mathrm{id}(z) = z"
    latex_derivative = r"\mathrm{id}'(z) = 1"
    short_derivative = "1"
    derivation = (
        Step(r"\mathrm{id}(z) = z", Text("definition", "定义")),
        Step(
            r"\mathrm{id}'(z) = \frac{d}{dz} z",
            Text("differentiate both sides", "两边对 z 求导"),
        ),
        Step(r"\mathrm{id}'(z) = 1", Text("the derivative of z is 1", "z 的导数为 1")),
    )
    pros = Text("any real output; the gradient passes unchanged", "输出可取任意实数；梯度原样通过")
    cons = Text(
        "no non-linearity: layers of it collapse into one linear layer",
        "没有非线性：多层会坍缩成单层线性模型",
    )

    def value(self, z: Array) -> Array:
        """Return a = z."""
        return z

    def derivative(self, z: Array, a: Array) -> Array:
        """Return f′ = 1."""
        return namespace(z).ones_like(z)

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return z

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0
