"""Leaky rectified linear unit: z for z > 0, slope · z below."""

from dataclasses import dataclass

from clearprop._arrays import namespace
from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop.activations.activation import Activation, Array, Step


@dataclass(frozen=True)
class LeakyReLU(Activation):
    """z for z > 0, slope · z for z ≤ 0.

    Source: Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models",
    2013.
    """

    name = "leaky_relu"
    also_called = ("lrelu",)
    derivative_in = "z"
    range = (float("-inf"), float("inf"))
    kinks = (0.0,)
    latex = r"\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ s z & z \le 0 \end{cases}"
    latex_derivative = (
        r"\mathrm{LeakyReLU}'(z) = \begin{cases} 1 & z > 0 \\ s & z \le 0 \end{cases}"
    )
    derivation = (
        Step(
            r"\mathrm{LeakyReLU}(z) = \begin{cases} z & z > 0 \\ s z & z \le 0 \end{cases}",
            Text("definition, with the slope s", "定义，s 为负半轴斜率"),
        ),
        Step(
            r"\mathrm{LeakyReLU}'(z) = \begin{cases} 1 & z > 0 \\ s & z \le 0 \end{cases}",
            Text(
                "differentiate each line; at z = 0 the lower line is the convention",
                "逐段求导；z = 0 处按下一行约定",
            ),
        ),
    )
    pros = Text("as cheap as ReLU and no unit dies", "与 ReLU 一样快，且神经元不会死亡")
    cons = Text("one more setting: the slope", "多一个超参数：斜率")

    slope: float = 0.01

    def __post_init__(self) -> None:
        if not 0 <= self.slope < 1:
            raise invalid_argument("slope", self.slope, "it is not in [0, 1).", "0.01.")
        object.__setattr__(self, "slope", float(self.slope))

    def value(self, z: Array) -> Array:
        """Return z where z > 0, else slope · z."""
        return namespace(z).where(z > 0, z, self.slope * z)

    def derivative(self, z: Array, a: Array) -> Array:
        """Return 1 where z > 0, else the slope."""
        xp = namespace(z)
        return xp.where(z > 0, xp.ones_like(z), xp.full_like(z, self.slope))

    def kernel_setting(self, dtype: str) -> float:
        """Return the slope."""
        return self.slope

    @staticmethod
    def kernel(z: float, s: float) -> float:
        """Return f of one number."""
        return z if z > 0.0 else s * z

    @staticmethod
    def kernel_derivative(z: float, a: float, s: float) -> float:
        """Return f′ of one number."""
        return 1.0 if z > 0.0 else s
