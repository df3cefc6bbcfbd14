"""The base class of activation functions: value, derivative, and every fact about the rule.

Index letters: n sample, j unit of the layer. Arrays may carry more axes in front;
the units are always the last one.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple

from clearprop._text import Text

Array = Any  # any array that follows the array API: NumPy's, array-api-strict's, a GPU library's


class Step(NamedTuple):
    """One line of a derivation: a formula, and why it follows from the line before."""

    latex: str
    why: Text


@dataclass(frozen=True)
class Activation(ABC):
    """A function f that turns the weighted sum z of a unit into its activation a = f(z).

    A rule states `value` and `derivative`; the rest of the class follows from them. A rule whose
    units depend on each other (softmax) sets ``elementwise = False`` and states `pull_back` itself.

    For the compiled engine a rule also states, as static methods on `math` functions of single
    numbers, ``kernel(z, s) -> a`` and ``kernel_derivative(z, a, s) -> f′``, s being its one
    setting. One that is not elementwise states ``block_kernel`` and ``block_kernel_pull_back``
    instead, which fill a whole block. A rule without them runs on the reference engine.

    Attributes
    ----------
    name : str
        The name by which people ask for it.
    also_called : tuple of str
        Names that it has elsewhere.
    instead_of : mapping of str to str
        What to try for the name, elsewhere, of something near it.
    derivative_in : {"z", "a"}
        The variable in which f′ is written: the weighted sum z or the activation a.
    elementwise : bool
        True if every unit depends on its own z alone.
    is_identity : bool
        True if f(z) = z: the output is any number, and f′ is 1.
    is_one_sided : bool
        True if f(z) = max(0, z): f′ is the mask z > 0.
    sums_to_one : bool
        True if the units of a layer are shares that add up to 1.
    range : tuple of two floats
        Infimum and supremum of f; a number that is attained is still its bound.
    attained : tuple of float
        The bounds that f reaches at some z.
    kinks : tuple of float
        The z at which f has no derivative.
    onnx : str
        The ONNX operator that computes f, without attributes, for float and double; empty if there
        is none.
    glorot_factor : float
        The numerator of Glorot's rule for first weights, uniform on ±√(factor / (n_in + n_out)).
    latex, latex_derivative : str
        f and f′ as formulas.
    short_derivative : str
        f′ in a line of text, with {a} for the activation; empty if it has no short form.
    derivation : tuple of Step
        The lines that lead from f to f′; the first is the definition of f.
    pros, cons : Text
        A line for it, and one against it.
    image : Text or None
        A picture in words by which it is remembered.
    """

    name: ClassVar[str]
    also_called: ClassVar[tuple[str, ...]] = ()
    instead_of: ClassVar[Mapping[str, str]] = {}
    derivative_in: ClassVar[Literal["z", "a"]]
    elementwise: ClassVar[bool] = True
    is_identity: ClassVar[bool] = False
    is_one_sided: ClassVar[bool] = False
    sums_to_one: ClassVar[bool] = False
    range: ClassVar[tuple[float, float]]
    attained: ClassVar[tuple[float, ...]] = ()
    kinks: ClassVar[tuple[float, ...]] = ()
    onnx: ClassVar[str] = ""
    glorot_factor: ClassVar[float] = 6.0
    latex: ClassVar[str]
    latex_derivative: ClassVar[str]
    short_derivative: ClassVar[str] = ""
    derivation: ClassVar[tuple[Step, ...]]
    pros: ClassVar[Text]
    cons: ClassVar[Text]
    image: ClassVar[Text | None] = None

    @abstractmethod
    def value(self, z: Array) -> Array:
        """Return a = f(z), of the shape of `z`."""

    @abstractmethod
    def derivative(self, z: Array, a: Array) -> Array:
        """Return the local derivative f′ at the weighted sums `z`, where a = f(z); same shape."""

    def held_beyond(self, dtype: str) -> float:
        """Return the z beyond which f is held at its value there, because it would overflow."""
        return float("inf")

    def kernel_setting(self, dtype: str) -> float:
        """Return s of the kernels for numbers of this type; 0 where there is none."""
        return 0.0

    def pull_back(self, error: Array, z: Array, a: Array) -> Array:
        """Return ∂L/∂z from ``error`` = ∂L/∂a: δ = ∂L/∂a ⊙ f′(z), of the shape of `error`.

        `error` may have axes in front of those of `z`; they broadcast.
        """
        return error * self.derivative(z, a)
