"""A wide network beside the small ones: trained by mini-batches for as long as that helps.

Bayesian regularisation chooses among smooth functions; many units that descend for a time, and are
averaged over several starts, follow the data closer where these are dense, and mix well with it:
the two make different errors. How long to descend, and whether the wide networks join the small
ones, take their place, or stay out, is decided on rows that were left out. Shares are quarters: a
finer estimate would follow the noise of these rows, and equal shares are hard to beat.

Source: Prechelt, "Early stopping - but when?", 1998; Breiman, "Stacked regressions", Machine
Learning 24, 1996; for the equal shares Clemen, "Combining forecasts", International Journal of
Forecasting 5, 1989, section 4.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop.search.cross_validation import CrossValidation, Training
from clearprop.search.pairs import Pair, is_no_worse, losses_together
from clearprop.training.config import TrainingConfig
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule
from clearprop.updates.adam import Adam

HIDDEN = (50, 50)
RULE: UpdateRule = Adam(learning_rate=0.005)
BATCH_SIZE = 32
MAX_STEPS = 20_000
"""Steps of a start at most."""
MAX_EPOCHS = 600
"""Epochs of a start at most, where few rows make few steps."""
EPOCHS_AN_ITERATION = 3
"""Epochs that may be taken for each iteration that a second-order solver may take."""
TRIAL = 2
"""Parts of the data on which all numbers of epochs are tried."""
COVERED, WITHIN = 0.95, 1.96
"""Part of the targets that so many standard deviations are to cover, as of a normal distribution.

Source: Lei et al., "Distribution-free predictive inference for regression", Journal of the American
Statistical Association 113, 2018, section 2: left-out residuals say how wide intervals must be."""
MARKS = 10
"""Numbers of epochs that are compared, each √2 times the one before."""
SHARES = (0.25, 0.5, 0.75)
"""Weights that the average of the wide networks may have in the blend."""
HALF = 0.5
"""The share with which it is tried how long they may help."""


@dataclass(frozen=True)
class Blend:
    """Wide networks, blended with the small ones."""

    epochs: int
    share: float
    """The weight of their average; the small ones' has the rest."""
    loss: float
    """Mean loss on the left-out rows, of both together."""
    noise: FloatArray
    """Variance of the noise of each target, shape (K,); 0 where the loss has no squared errors."""


def marks(rows: int, batch_size: int, iterations: int) -> list[int]:
    """Return the numbers of epochs to compare, ascending.

    Parameters
    ----------
    rows : int
        Rows that train.
    batch_size : int
    iterations : int
        Iterations that the second-order solver may take.
    """
    steps = math.ceil(rows / batch_size)
    most = min(MAX_EPOCHS, EPOCHS_AN_ITERATION * iterations, math.ceil(MAX_STEPS / steps))
    return sorted({max(1, round(most / 2 ** (place / 2))) for place in range(MARKS)})


def config_of(config: TrainingConfig, epochs: int) -> TrainingConfig:
    """Return how a wide network is trained for so many epochs, whatever the rows say."""
    seconds = config.stopping.max_seconds
    stopping = Stopping(epochs, seconds, goal=-math.inf, patience=0, keep_best=False)
    return replace(
        config,
        solver=RULE,
        batch_size=config.batch_size or BATCH_SIZE,
        weight_decay=0.0,
        stopping=stopping,
        device=None,  # mini-batches are not taken anywhere
    )


def pairs_after(
    training: Training, data: CrossValidation, small: Pair, epochs: Sequence[int]
) -> tuple[list[Pair], list[int]]:
    """Return what wide networks say after these numbers of epochs, and the numbers that were kept.

    The first parts of the data see all numbers of epochs; the other parts those up to the last one
    that, joined with the small networks, is no worse there than the best.
    """
    trial, rest = (replace(data, parts=part) for part in (data.parts[:TRIAL], data.parts[TRIAL:]))
    seen = training.pairs(trial, epochs)
    if not rest.parts:
        return seen, list(epochs)
    there = small.of_rows(slice(len(seen[0].judge.Y)))
    halves = [losses_together(pair, there, HALF) for pair in seen]
    best = min(halves, key=np.mean)
    last = max(place for place, half in enumerate(halves) if is_no_worse(half, best))
    kept = list(epochs[: last + 1])
    config, stopping = training.config, replace(training.config.stopping, max_epochs=kept[-1])
    assert isinstance(config.seed, int)
    later = replace(config, seed=config.seed + 1, stopping=stopping)
    more = replace(training, config=later).pairs(rest, kept)
    return [first.and_then(second) for first, second in zip(seen, more, strict=False)], kept


def best_blend(small: Pair, wide: Sequence[Pair], epochs: Sequence[int]) -> Blend | None:
    """Return how wide networks take part; None where they do not help.

    They join where that lowers the loss by more than its standard error, with the share and after
    the epochs for which it is lowest. They take the place of the small ones where that is better
    still beyond doubt.

    Parameters
    ----------
    small : Pair
        What the small networks say of the left-out rows.
    wide : sequence of Pair
        What the wide ones say after each of these numbers of epochs.
    epochs : sequence of int
    """
    tried = [
        (losses_together(pair, small, share), place, share)
        for place, pair in enumerate(wide)
        for share in SHARES
    ]
    losses, best, share = min(tried, key=lambda each: each[0].mean())
    alone = min(range(len(wide)), key=lambda place: wide[place].loss)
    if wide[alone].loss < losses.mean() and not is_no_worse(losses, wide[alone].losses):
        losses, best, share = wide[alone].losses, alone, 1.0
    if is_no_worse(small.losses, losses):
        return None
    noise = noise_that_covers(wide[best], small, share)
    return Blend(epochs[best], share, float(losses.mean()), noise)


def noise_that_covers(wide: Pair, small: Pair, share: float) -> FloatArray:
    """Return the variance of noise with which 95 % of the left-out targets are covered.

    They then lie within 1.96 standard deviations of the predictions, where the variance is this
    noise and how far the starts, and the posteriors of the small ones, are from agreeing. Pairs
    err a little more than the average of many starts, which is on the safe side. Shape (K,); 0
    where the loss has no squared errors.
    """
    Y, network = wide.judge.Y, wide.judge.network
    if network.loss_rule.constant_curvature is None:
        return np.zeros(network.outputs)
    parts = ((wide.sums, share), (small.sums, 1 - share))
    mean = sum(weight * sums.mean(axis=0) for sums, weight in parts)
    variances = [np.var(sums, axis=0, ddof=1) for sums, _ in parts]
    within = share * variances[0] + (1 - share) * variances[1]
    apart = (wide.sums.mean(axis=0) - small.sums.mean(axis=0)) ** 2 - sum(variances) / 2
    spread = within + share * (1 - share) * apart + (1 - share) * small.variance
    needed = ((Y - mean) / WITHIN) ** 2 - np.maximum(spread, 0)
    found = [
        np.quantile(column, COVERED, weights=wide.judge.weights, method="inverted_cdf")
        for column in needed.T
    ]
    return np.maximum(found, 0)
