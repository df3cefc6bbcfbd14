"""Train wide networks on all rows, and let them join the small ones in one network."""

from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search import wide
from clearprop.search.averaging import Part, deepened, weighted_average
from clearprop.search.pairs import STARTS
from clearprop.search.restarts import train_restarts
from clearprop.search.so_far import EARLY
from clearprop.search.wide import Blend
from clearprop.training.config import TrainingConfig
from clearprop.training.posterior import Laplace, Posterior, Start
from clearprop.training.result import TrainingResult
from clearprop.training.rows import TrainingData
from clearprop.training.scaling import Scaling
from clearprop.training.stopping import StopReason


def blended(
    small: TrainingResult | None,
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    blend: Blend,
    n_jobs: int | None = None,
    kept_dtype: str = "float64",
) -> TrainingResult:
    """Return wide networks trained on all rows, joined with the small ones where these count too.

    Where there was no time left, or Ctrl-C was pressed, the small ones stay alone.

    Parameters
    ----------
    small : TrainingResult or None
        The average of several small networks.
    network : Network
        A wide one.
    data, config, n_jobs
        As for `train_wide`.
    blend : Blend
    kept_dtype : str, default="float64"
        The type in which the parameters will be kept.
    """
    if small is None:
        return train_wide(network, data, config, blend, n_jobs)
    if small.stop_reason.name in EARLY:
        return small
    wide = train_wide(network, data, replace(config, observe=None), blend, n_jobs)
    if wide.stop_reason.name in EARLY:
        return replace(small, stop_reason=wide.stop_reason)
    return joined(small, wide, blend, float(np.finfo(kept_dtype).eps))


def train_wide(
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    blend: Blend,
    n_jobs: int | None = None,
) -> TrainingResult:
    """Return the average of several wide networks that trained as long as was found best.

    Parameters
    ----------
    network : Network
    data : TrainingData
    config : TrainingConfig
        Of which seed, scaling, division and callbacks are taken.
    blend : Blend
    n_jobs : int, optional
        As for `train_restarts`.
    """
    result = train_restarts(
        network,
        data.X,
        data.Y,
        wide.config_of(config, blend.epochs),
        restarts=STARTS,
        n_jobs=n_jobs,
        sample_weight=data.weights,
    )
    if result.stop_reason.name == "epochs":
        result = replace(result, stop_reason=_epochs_were_best(blend.epochs))
    starts = _starts(result, blend)
    return replace(result, posterior=Posterior(tuple(starts)) if starts else None)


def joined(
    small: TrainingResult, wide: TrainingResult, blend: Blend, rounding: float
) -> TrainingResult:
    """Return one result of both, whose network gives the weighted mean of theirs.

    Parameters
    ----------
    small, wide : TrainingResult
        Averages of several starts; the first has no more layers than the second.
    blend : Blend
    rounding : float
        The unit roundoff of the type in which the parameters will be kept; it bounds how exactly
        sums can be passed on.
    """
    hidden = [layer.activation for layer in wide.network.layers[:-1]]
    identity = wide.network.layers[-1].activation.is_identity
    K = wide.network.outputs
    outputs = small.targets if identity else Scaling(np.zeros(K), np.ones(K))
    step = rounding ** (1 / 3)
    deep = deepened(small.network, small.parameters, hidden, outputs, step)
    parts = [
        Part(*deep, 1 - blend.share),
        Part(wide.network, wide.parameters, blend.share),
    ]
    network, parameters = weighted_average(parts)
    return replace(
        small,
        network=network,
        parameters=parameters,
        posterior=_together(small.posterior, wide.posterior, blend),
        members=(*(small.members or (small,)), *wide.members),
    )


def _together(small: Posterior | None, wide: Posterior | None, blend: Blend) -> Posterior | None:
    """Return both posteriors as one, with the noise that was found for both together."""
    if small is None or wide is None:
        return None
    noise = wide.members[0].noise
    known = [replace(member, noise=noise) for member in small.members]
    assert all(isinstance(member, Laplace) for member in known)
    return Posterior((*known, *wide.members), 1 - blend.share)


def _starts(result: TrainingResult, blend: Blend) -> list[Start]:
    """Return the starts of a regression with the noise that was found; none of a classification."""
    network = result.members[0].network
    identity = network.layers[-1].activation.is_identity
    if not identity or network.loss_rule.constant_curvature is None:
        return []
    inputs, targets = result.inputs, result.targets
    noise = float(np.mean(blend.noise * targets.rate**2))
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
