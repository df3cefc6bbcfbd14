"""Which weights share an α in Bayesian regularisation: the prior of the higher log evidence.

One α for each input lets inputs that say nothing fall silent (automatic relevance determination);
one for all weights has less to estimate. Both are priors on the same network, which is where the
log evidence is a fair judge.

Source: MacKay, "Bayesian non-linear modelling for the prediction competition", ASHRAE Transactions
100, 1994, section 4.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clearprop.initializers import Seed
from clearprop.language import Text
from clearprop.network import Network
from clearprop.training.restarts import train_restarts
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization

STARTS = 4
"""Starts by which each prior is judged."""
OCCAM = 2.0
"""What estimating one more α costs the log evidence: ln α is found to within √(2/γ), which is some
seven times less than it could have been (MacKay 1992, section 4.3)."""


def choose_prior(
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    rule: BayesianRegularization,
    seed: Seed = None,
    **settings: Any,
) -> tuple[BayesianRegularization, Text]:
    """Return the rule with the prior to take, and the reason for it.

    One α for each input is taken if every start with it has a higher log evidence than every start
    with one for all, by what it costs to estimate so many more.

    Parameters
    ----------
    network : Network
        A small one, by which the priors are judged.
    X, Y : arrays of shape (m, n₀) and (m, K)
    rule : BayesianRegularization
    seed, **settings
        As for `train_restarts`.
    """
    evidence = {}
    for groups in ("weights", "inputs"):
        result = train_restarts(
            network, X, Y, replace(rule, groups=groups), restarts=STARTS, seed=seed, **settings
        )
        starts = [member.log_evidence for member in result.members]
        evidence[groups] = [-np.inf if each is None else each for each in starts]
    shared, own = evidence["weights"], evidence["inputs"]
    if min(own) > max(shared) + OCCAM * network.inputs:
        return replace(rule, groups="inputs"), Text(
            "Weight decay: one for each input, since the log evidence is higher for it "
            f"({_range(own)}; {_range(shared)} for one that all share).",
            f"权重衰减：每个输入各有一个，因为其对数证据更高（{_range(own)}；"
            f"共用一个时为 {_range(shared)}）。",
        )
    return replace(rule, groups="weights"), Text(
        "Weight decay: one for the weights of all inputs, since the log evidence is not clearly "
        f"higher for one each ({_range(own)}; {_range(shared)} for one that all share).",
        "权重衰减：所有输入的权重共用一个，因为各用一个并未使对数证据明显更高"
        f"（{_range(own)}；共用一个时为 {_range(shared)}）。",
    )


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} … {max(values):.0f}"
