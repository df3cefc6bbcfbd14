"""A weight for each target of each sample: L = Σₙₖ wₙₖ ℓₙₖ, over their mean where L is a mean.

    wₙₖ = w̄ₙ eₙₖ,      w̄ₙ the mean over the K outputs: the weight of the row
    L = Σₙ cₙ Σₖ eₙₖ ℓₙₖ

The rest of the library knows weights of rows. What is left of the weights, e, stands beside the
targets, (y, e) of shape (m, 2 K), where a loss that is written for it finds it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._arrays import namespace
from clearprop._errors import invalid_argument
from clearprop._registry import spelled
from clearprop._typing import FloatArray
from clearprop._validation import as_numbers
from clearprop.activations import Activation
from clearprop.losses import Loss
from clearprop.network.network import Network, check_targets

Array = Any


@dataclass(frozen=True)
class ElementWeighted(Loss):
    """Σₖ eₖ ℓₖ for targets (y, e), where ℓₖ is the share of one output in another loss.

    Attributes
    ----------
    of : Loss
        ℓ, whose outputs do not depend on each other.
    """

    of: Loss

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of ℓ."""
        return self.of.name

    @property
    def output_range(self) -> tuple[float, float]:  # type: ignore[override]
        """The interval of ℓ."""
        return self.of.output_range

    @property
    def constant_curvature(self) -> float | None:  # type: ignore[override]
        """∂²ℓ/∂aₖ², which a weight of 1 leaves as it is."""
        return self.of.constant_curvature

    @property
    def is_log_likelihood(self) -> bool:  # type: ignore[override]
        """Whether ℓ is −ln p(y | a)."""
        return self.of.is_log_likelihood

    def value(self, a: Array, y: Array) -> Array:
        """Return Σₖ eₖ ℓₖ of each sample, shape (m,)."""
        targets, e = _parts(y)
        losses = e * self.of.value(a[..., None], targets[..., None])
        return namespace(a).sum(losses, axis=-1)

    def derivative(self, a: Array, y: Array) -> Array:
        """Return eₖ ∂ℓ/∂aₖ, shape (m, K)."""
        targets, e = _parts(y)
        return e * self.of.derivative(a, targets)

    def second_derivative(self, a: Array, y: Array) -> Array:
        """Return eₖ ∂²ℓ/∂aₖ², shape (m, K)."""
        targets, e = _parts(y)
        return e * self.of.second_derivative(a, targets)

    def is_canonical_with(self, activation: Activation) -> bool:
        """Return whether ℓ can be computed from z."""
        return self.of.is_canonical_with(activation)

    def value_from_z(self, z: Array, y: Array) -> Array:
        """Return Σₖ eₖ ℓₖ of each sample from the weighted sums, shape (m,)."""
        targets, e = _parts(y)
        losses = e * self.of.value_from_z(z[..., None], targets[..., None])
        return namespace(z).sum(losses, axis=-1)

    def error_term(self, z: Array, a: Array, y: Array) -> Array:
        """Return eₖ δₖ, shape (m, K)."""
        targets, e = _parts(y)
        return e * self.of.error_term(z, a, targets)

    def hessian_in_z(self, a: Array, y: Array) -> Array:
        """Return the diagonal matrix of eₖ ∂²ℓ/∂zₖ², shape (m, K, K)."""
        targets, e = _parts(y)
        return e[..., None] * self.of.hessian_in_z(a, targets)


def element_weighted(
    network: Network, Y: FloatArray, weights: npt.ArrayLike
) -> tuple[Network, FloatArray, FloatArray]:
    """Return network, targets (m, 2 K) and weights of rows (m,) for weights w of shape (m, K).

    The network has the loss `ElementWeighted`, and runs on the reference engine.

    Raises
    ------
    InputError
        If there is not one finite weight ≥ 0 for each target, all are 0, or the outputs are shares
        of a whole, which have no losses of their own.
    """
    w = as_element_weights(weights, len(Y), network.outputs, network.dtype)
    output = network.layers[-1].activation
    if output.sums_to_one or network.loss_rule.target_kind == "class":
        why = f"with {spelled(network.loss_rule)} the targets of a sample count together."
        raise invalid_argument("sample_weight", w.shape, why, f"shape ({len(Y)},).")
    check_targets(network.loss_rule, Y)
    rows = w.mean(axis=1)
    e = np.divide(w, rows[:, None], out=np.ones_like(w), where=rows[:, None] > 0)
    loss = ElementWeighted(network.loss_rule)
    weighted = Network(
        network.inputs, network.layers, loss, network.reduction, network.dtype, "reference"
    )
    return weighted, np.hstack([Y, e]), rows


def as_element_weights(given: npt.ArrayLike, rows: int, outputs: int, dtype: str) -> FloatArray:
    """Return weights of shape (m, K), one for each target.

    Raises
    ------
    InputError
        If there is not one finite weight ≥ 0 for each target, or all are 0.
    """
    w = as_numbers("sample_weight", given, dtype)
    if w.shape != (rows, outputs):
        why = f"its shape is {w.shape}, and there are {rows} rows of {outputs} targets."
        raise invalid_argument("sample_weight", w.shape, why, f"shape ({rows}, {outputs}).")
    wrong = w[~np.isfinite(w) | (w < 0)]
    if len(wrong):
        why = "a weight is finite and at least 0."
        raise invalid_argument(
            "sample_weight", float(wrong[0]), why, "0 for a target that does not count."
        )
    if not w.any():
        raise invalid_argument("sample_weight", w.shape, "every weight is zero.", "a positive one.")
    return w


def check_every_output_counts(w: FloatArray) -> None:
    """Refuse weights of shape (m, K) by which an output has no target at all."""
    counts = w.any(axis=0)
    if not counts.all():
        why = f"no target of output {int(np.argmin(counts))} counts in training."
        raise invalid_argument("sample_weight", w.shape, why, "a network without this output.")


def _parts(y: Array) -> tuple[Array, Array]:
    """Return targets and weights, each (…, K), of what stands side by side."""
    K = y.shape[-1] // 2
    return y[..., :K], y[..., K:]
