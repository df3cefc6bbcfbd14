"""What every loss must say of itself.

Index letters: n sample, k output. The loss of one sample is the sum over its K outputs;
whether samples are added or averaged is the network's `reduction` and nothing of the loss.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from clearprop._text import Text
from clearprop.activations.activation import Activation, Step

Array = Any  # any array that follows the array API


def smallest_output(dtype: Any) -> float:
    """Return the number nearest to 0 whose logarithm, reciprocal and 1/a² stay well in range."""
    return float(np.finfo(dtype).smallest_normal) ** 0.4


def above_zero(a: Array) -> Array:
    """Return `a`, raised to `smallest_output` where a saturated output underflowed below it."""
    xp = a.__array_namespace__()
    return xp.maximum(a, xp.full_like(a, float(xp.finfo(a.dtype).smallest_normal) ** 0.4))


@dataclass(frozen=True)
class Loss(ABC):
    """A loss ℓ(a, y) of the outputs a for the targets y of one sample.

    A rule states `value`, `derivative` and `second_derivative` in the outputs a. A cross-entropy
    names its `canonical` activation and states `value_from_z`, `error_term`, `hessian_in_z` and
    `hessian_factor_in_z` as well: with that activation the loss is computed from the logits z,
    where nothing cancels.

    For the compiled engine a rule also states, as static methods on `math` functions of single
    numbers, ``kernel(a, y, s) -> ℓ`` and ``kernel_derivative(a, y, s) -> ∂ℓ/∂a`` of one output, s
    being its one setting, and for a canonical pair ``kernel_from_z(z, y, s)`` and
    ``kernel_error(z, a, y, s)``, or one ``block_kernel`` where the outputs depend on each other.
    """

    name: ClassVar[str]
    canonical: ClassVar[str | None] = None
    """The output activation with which loss and error term are computed from z directly."""
    output_range: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    """Open interval in which the outputs must lie for the loss to exist."""
    target_range: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    """Closed interval in which the targets must lie."""
    kinks: ClassVar[tuple[float, ...]] = ()
    """The residuals a − y at which ℓ has no derivative."""
    constant_curvature: ClassVar[float | None] = None
    """∂²ℓ/∂aₖ² where it is the same for all a: ℓ is then this times ½ Σₖ (aₖ − yₖ)²."""
    averages_outputs_elsewhere: ClassVar[bool] = False
    """Whether scikit-learn's loss of this kind is a mean over outputs, where ours is their sum."""
    is_log_likelihood: ClassVar[bool] = False
    """Whether ℓ is −ln p(y | a), but for a constant, with nothing left to estimate."""
    latex: ClassVar[str]
    latex_derivative: ClassVar[str]
    derivation: ClassVar[tuple[Step, ...]]
    """The lines that lead from ℓ to ∂ℓ/∂aₖ; the first is the definition of ℓ."""
    canonical_derivation: ClassVar[tuple[Step, ...]] = ()
    """The lines that lead to ∂ℓ/∂z of the canonical pair, from the chain rule on."""
    pros: ClassVar[Text]
    cons: ClassVar[Text]

    @abstractmethod
    def value(self, a: Array, y: Array) -> Array:
        """Return ℓ of each sample, shape (m,), for outputs and targets of shape (m, K)."""

    @abstractmethod
    def derivative(self, a: Array, y: Array) -> Array:
        """Return ∂ℓ/∂a, shape (m, K)."""

    @abstractmethod
    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return ∂²ℓ/∂aₖ², shape (m, K): the whole Hessian, since no loss mixes outputs."""

    def value_from_z(self, z: Array, y: Array) -> Array:
        """Return ℓ of each sample, shape (m,), from the weighted sums of the canonical output."""
        raise NotImplementedError(f"{self.name} has no canonical activation")

    def error_term(self, z: Array, a: Array, y: Array) -> Array:
        """Return δ = ∂ℓ/∂z = a − y of the canonical pair, shape (m, K), without cancellation."""
        raise NotImplementedError(f"{self.name} has no canonical activation")

    def hessian_in_z(self, a: Array, y: Array) -> Array:
        """Return ∂²ℓ/∂z² of the canonical pair, shape (m, K, K)."""
        raise NotImplementedError(f"{self.name} has no canonical activation")

    def kernel_setting(self, dtype: str) -> float:
        """Return s of the kernels for numbers of this type; 0 where there is none."""
        return 0.0

    def hessian_factor_in_z(self, a: Array, y: Array) -> Array:
        """Return F with F Fᵀ = ∂²ℓ/∂z² of the canonical pair: its diagonal (m, K), or (m, K, K)."""
        raise NotImplementedError(f"{self.name} has no canonical activation")

    def is_canonical_with(self, activation: Activation) -> bool:
        """Return whether loss and error term can be computed from z for this output layer."""
        return self.canonical == activation.name
