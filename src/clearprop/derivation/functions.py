"""The functions, besides the activations, that a formula may name: ln, max, Φ and others."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from clearprop.activations.sigmoid import Sigmoid


def normal_distribution(z: Any) -> Any:
    """Return Φ(z), the distribution function of the standard normal."""
    from scipy.special import ndtr  # loads slowly; only GELU needs it

    return ndtr(z)


def logistic(z: Any) -> Any:
    """Return σ(z), which other activations use in their formulas."""
    return Sigmoid().value(np.asarray(z))


def diagonal(vector: Any) -> Any:
    """Return the square matrix with `vector`, of shape (1, n) or (n, 1), on its diagonal."""
    return np.diag(np.asarray(vector).reshape(-1))


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "tanh": np.tanh,
    "sigma": logistic,
    "Phi": normal_distribution,
    "max": np.maximum,
    "min": np.minimum,
    "diag": diagonal,
}
