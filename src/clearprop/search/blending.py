"""Train wide networks on all rows, and let them join the small ones in one network."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop._random import Seed
from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search import wide
from clearprop.search.averaging import Part, deepened, weighted_average
from clearprop.search.cross_validation import STARTS
from clearprop.search.deadline import DEADLINE
from clearprop.search.restarts import train_restarts
from clearprop.search.wide import Blend
from clearprop.training.loop import TrainingResult
from clearprop.training.posterior import Laplace, Posterior, Start
from clearprop.training.scaling import Scaling
from clearprop.training.stopping import StopReason

EARLY = ("interrupted", DEADLINE)
"""Why networks end before they are done."""


def blended(
    small: TrainingResult | None,
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    company: Blend,
    **settings: Any,
) -> TrainingResult:
    """Return wide networks trained on all rows, joined with the small ones where these count too.

    Where there was no time left, or Ctrl-C was pressed, the small ones stay alone.

    Parameters
    ----------
    small : TrainingResult or None
        The average of several small networks.
    network : Network
        A wide one.
    X, Y : arrays of shape (m, n₀) and (m, K)
    company : Blend
    **settings
        As for `train_wide`.
    """
    if small is None:
        return train_wide(network, X, Y, company, **settings)
    if small.stop_reason.name in EARLY:
        return small
    wide = train_wide(network, X, Y, company, **settings | {"observe": None})
    if wide.stop_reason.name in EARLY:
        return small
    single = getattr(X, "dtype", None) == np.float32
    rounding = float(np.finfo(np.float32 if single else np.float64).eps)
    return joined(small, wide, company, rounding)


def train_wide(
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    company: Blend,
    *,
    seed: Seed = None,
    n_jobs: int | None = None,
    **settings: Any,
) -> TrainingResult:
    """Return the average of several wide networks that trained as long as was found best.

    Parameters
    ----------
    network : Network
    X, Y : arrays of shape (m, n₀) and (m, K)
    company : Blend
    seed, n_jobs, **settings
        As for `train_restarts`.
    """
    batch_size = settings.get("batch_size") or wide.BATCH_SIZE
    settings |= wide.terms(company.epochs, batch_size, settings["stopping"])
    result = train_restarts(
        network, X, Y, wide.RULE, restarts=STARTS, n_jobs=n_jobs, seed=seed, **settings
    )
    if result.stop_reason.name == "epochs":
        result = replace(result, stop_reason=_epochs_were_best(company.epochs))
    starts = _starts(result, company)
    return replace(result, posterior=Posterior(tuple(starts), 0.0) if starts else None)


def joined(
    small: TrainingResult, wide: TrainingResult, company: Blend, rounding: float
) -> TrainingResult:
    """Return one result of both, whose network gives the weighted mean of theirs.

    Parameters
    ----------
    small, wide : TrainingResult
        Averages of several starts; the first has no more layers than the second.
    company : Blend
    rounding : float
        The unit roundoff of the type in which the parameters will be kept; it bounds how exactly
        sums can be passed on.
    """
    hidden = [layer.activation for layer in wide.network.layers[:-1]]
    identity = wide.network.layers[-1].activation.is_identity
    K = wide.network.outputs
    outputs = small.targets if identity else Scaling(np.zeros(K), np.ones(K))
    step = rounding ** (1 / 3)
    first = Part(small.network, small.parameters, 1 - company.share)
    deep = deepened(first, hidden, outputs, step)
    parts = [
        Part(*deep, 1 - company.share),
        Part(wide.network, wide.parameters, company.share),
    ]
    network, parameters = weighted_average(parts)
    return replace(
        small,
        network=network,
        parameters=parameters,
        posterior=_together(small.posterior, wide.posterior, company),
        members=(*(small.members or (small,)), *wide.members),
    )


def _together(small: Posterior | None, wide: Posterior | None, company: Blend) -> Posterior | None:
    """Return both posteriors as one, with the noise that was found for both together."""
    if small is None or wide is None:
        return None
    noise = wide.members[0].noise
    known = [replace(member, noise=noise) for member in small.members]
    assert all(isinstance(member, Laplace) for member in known)
    return Posterior((*known, *wide.members), 1 - company.share)


def _starts(result: TrainingResult, company: Blend) -> list[Start]:
    """Return the starts of a regression with the noise that was found; none of a classification."""
    network = result.members[0].network
    identity = network.layers[-1].activation.is_identity
    if not identity or network.loss_rule.constant_curvature is None:
        return []
    inputs, targets = result.inputs, result.targets
    noise = float(np.mean(company.noise * targets.rate**2))
    return [
        Start.of(network, member.parameters, noise, inputs, targets) for member in result.members
    ]


def _epochs_were_best(epochs: int) -> StopReason:
    return StopReason(
        "best_epochs",
        Text(
            f"The {epochs} epochs were taken that did best on rows that were left out.",
            f"已完成 {epochs} 个周期，此数目在留出数据上表现最好。",
        ),
    )
