"""The base class of losses: value, derivatives, and every fact about the rule.

Index letters: n sample, k output. The loss of one sample is the sum over its K outputs;
whether samples are added or averaged is the network's `reduction` and nothing of the loss.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from clearprop._arrays import namespace
from clearprop._text import Text
from clearprop.activations.activation import Activation, Step

Array = Any  # any array that follows the array API


def smallest_output(dtype: Any) -> float:
    """Return the number nearest to 0 whose logarithm, reciprocal and 1/a² stay well in range."""
    return float(np.finfo(dtype).smallest_normal) ** 0.4


def above_zero(a: Array) -> Array:
    """Return `a`, raised to `smallest_output` where a saturated output underflowed below it."""
    xp = namespace(a)
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

    Attributes
    ----------
    name : str
        The name by which people ask for it.
    also_called : tuple of str
        Names that it has elsewhere.
    instead_of : mapping of str to str
        What to try for the name, elsewhere, of something near it.
    canonical : str or None
        The output activation with which loss and error term are computed from z directly.
    output_range : tuple of two floats
        Open interval in which the outputs must lie for the loss to exist.
    target_range : tuple of two floats
        Closed interval in which the targets must lie.
    target_kind : {"number", "count", "yes_no", "class"}
        The meaning of the targets: any numbers, counts, 0 or 1 for each output, or one class of
        several, as a distribution over the outputs.
    kinks : tuple of float
        The residuals a − y at which ℓ has no derivative.
    constant_curvature : float or None
        ∂²ℓ/∂aₖ² where it is the same for all a: ℓ is then this times ½ Σₖ (aₖ − yₖ)².
    averages_outputs_elsewhere : bool
        True if scikit-learn's loss of this kind is a mean over outputs, where ours is their sum.
    is_log_likelihood : bool
        True if ℓ is −ln p(y | a), but for a constant, with nothing left to estimate.
    latex, latex_derivative : str
        ℓ and ∂ℓ/∂aₖ as formulas.
    term : str
        The share of one output in ℓ, in a line of text; empty if it has no short form.
    derivation : tuple of Step
        The lines that lead from ℓ to ∂ℓ/∂aₖ; the first is the definition of ℓ.
    canonical_derivation : tuple of Step
        The lines that lead to ∂ℓ/∂z of the canonical pair, from the chain rule on.
    pros, cons : Text
        A line for it, and one against it.
    title : Text or None
        What courses call it.
    canonical_remark : Text or None
        What the result of the canonical pair is known from.
    """

    name: ClassVar[str]
    also_called: ClassVar[tuple[str, ...]] = ()
    instead_of: ClassVar[Mapping[str, str]] = {}
    canonical: ClassVar[str | None] = None
    output_range: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    target_range: ClassVar[tuple[float, float]] = (float("-inf"), float("inf"))
    target_kind: ClassVar[Literal["number", "count", "yes_no", "class"]] = "number"
    kinks: ClassVar[tuple[float, ...]] = ()
    constant_curvature: ClassVar[float | None] = None
    averages_outputs_elsewhere: ClassVar[bool] = False
    is_log_likelihood: ClassVar[bool] = False
    latex: ClassVar[str]
    latex_derivative: ClassVar[str]
    term: ClassVar[str] = ""
    derivation: ClassVar[tuple[Step, ...]]
    canonical_derivation: ClassVar[tuple[Step, ...]] = ()
    pros: ClassVar[Text]
    cons: ClassVar[Text]
    title: ClassVar[Text | None] = None
    canonical_remark: ClassVar[Text | None] = None

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

    def output_activation(self, outputs: int) -> str:
        """Return the name of the output activation that fits the loss, for so many outputs.

        It is exp for a loss of positive outputs, as for scikit-learn's Poisson regressors, sigmoid
        for one of outputs between 0 and 1, and the identity for one that exists everywhere.
        """
        low, high = self.output_range
        if np.isneginf(low):
            return "identity"
        return "exp" if np.isposinf(high) else "sigmoid"

    def is_canonical_with(self, activation: Activation) -> bool:
        """Return whether loss and error term can be computed from z for this output layer."""
        return self.canonical == activation.name
