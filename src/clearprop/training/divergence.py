"""Divergence of a descent: the loss grows instead of falling, long before it is no number."""

import math

import numpy as np

from clearprop._typing import FloatArray
from clearprop.backprop.propagate import sample_losses
from clearprop.backprop.reference import ReferenceEngine
from clearprop.network.objective import Objective

GROWTH = 1e3
"""How many times the loss of a network that has learnt nothing is too much to be chance."""
HOPELESS = 1e10
"""How many times the loss of a constant is too much wherever training began."""
ROWS = 250
"""Rows that are looked at; more of them say nothing new."""


def has_diverged(
    objective: Objective, theta: FloatArray, first: FloatArray, least: float = 0.0
) -> bool:
    """Return whether the loss at θ is far above those of two networks that have learnt nothing.

    They are the one that training began with, and the one of zeros, which gives a constant.

    Parameters
    ----------
    objective : Objective
    theta, first : array of shape (P,)
    least : float, default=0
        What counts as the loss of a constant at least: a few rows may be met by chance.
    """
    objective = _some_rows(objective)
    after = loss_on_some_rows(objective, theta)
    if after <= GROWTH * least:
        return False
    constant = max(least, abs(_loss_of_zeros(objective)))
    if after <= GROWTH * constant < math.inf:
        return False
    start = abs(loss_on_some_rows(objective, first))
    if not 0 < constant < math.inf:
        return not math.isfinite(after)
    bound = GROWTH * max(start, constant) if math.isfinite(start) else GROWTH * constant
    return not after <= min(bound, HOPELESS * constant)


def loss_on_some_rows(objective: Objective, theta: FloatArray) -> float:
    """Return the loss at θ, by the textbook: compiled code need not be loaded for so few rows."""
    network, some = objective.network, _some_rows(objective)
    engine = ReferenceEngine(network.sizes, network.layers, network.loss_rule)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        loss = engine.value(theta, some.X, some.Y, some.share)
    return loss if np.isfinite(theta).all() else math.nan


def _loss_of_zeros(objective: Objective) -> float:
    """Return the loss where all parameters are 0: only the output layer has a say in it."""
    network, output = objective.network, objective.network.layers[-1].activation
    z = np.zeros((len(objective.Y), network.outputs), network.dtype)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        losses = sample_losses(network.loss_rule, output, z, output.value(z), objective.Y)
        return float(objective.share[:, 0] @ losses)


def _some_rows(objective: Objective) -> Objective:
    m = len(objective.Y)
    every = max(1, m // ROWS)
    return objective if every == 1 else objective.of_rows(np.arange(0, m, every))
