"""Small questions: a few rows that need none of scikit-learn's checks."""

import math
from typing import Any

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.propagate import forward
from clearprop.network.network import COMPILE_FROM

FEW = 100_000
"""Numbers that are looked at once more in no time."""


def outputs_of_few(estimator: Any, X: Any) -> FloatArray | None:
    """Return the network's outputs, shape (m, K), for a plain finite array of a few rows.

    None for anything else, which scikit-learn checks at its leisure: other types, names of columns,
    parameters that somebody has set.
    """
    state = vars(estimator)
    network = state.get("network_")
    if network is None or "feature_names_in_" in state or type(X) is not np.ndarray:
        return None
    inputs, dtype = network.inputs, X.dtype
    if X.ndim != 2 or X.shape[1] != inputs or state.get("n_features_in_") != inputs:
        return None
    if dtype != network.dtype or not 0 < X.size < FEW:
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        finite = math.isfinite(X.sum())
    if not finite or len(X) * network.parameter_count >= COMPILE_FROM:
        return None
    pairs = list(zip(state["coefs_"], state["intercepts_"], strict=True))
    if not all(W.dtype == dtype and b.dtype == dtype for W, b in pairs):
        return None
    return forward(network.layers, pairs, X).output
