"""What the log evidence chooses for Bayesian regularisation: where to start, and the prior.

Glorot's rule starts with all kinks of the units at the mean of the inputs, Nguyen and Widrow's
spreads them over the range of the inputs, which curves over few inputs need.

One α for each input lets inputs that say nothing fall silent (automatic relevance determination);
one for all weights has less to estimate. Both are priors on the same network, which is where the
log evidence is a fair judge.

Source: MacKay, "Bayesian non-linear modelling for the prediction competition", ASHRAE Transactions
100, 1994, section 4.
"""

from dataclasses import replace

import numpy as np

from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search.restarts import train_restarts
from clearprop.training.config import TrainingConfig
from clearprop.training.rows import TrainingData
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization

STARTS = 4
"""Starts by which each choice is judged."""
USUAL, SPREAD = "xavier", "nguyen_widrow"
CLEARLY = 2.0
"""By how much every start must be better for the spread one to be taken."""
OCCAM = 2.0
"""What estimating one more α costs the log evidence: ln α is found to within √(2/γ), which is some
seven times less than it could have been (MacKay 1992, section 4.3)."""


def choose_prior(
    network: Network, data: TrainingData, config: TrainingConfig, n_jobs: int | None = None
) -> tuple[BayesianRegularization, Text]:
    """Return the rule with the prior to take, and the reason for it.

    One α for each input is taken if every start with it has a higher log evidence than every start
    with one for all, by what it costs to estimate so many more.

    Parameters
    ----------
    network : Network
        A small one, by which the priors are judged.
    data : TrainingData
        The rows that may train.
    config : TrainingConfig
        Its solver is a `BayesianRegularization`.
    n_jobs : int, optional
        As for `train_restarts`.
    """
    rule = config.solver
    assert isinstance(rule, BayesianRegularization)
    shared, own = (
        _evidence(network, data, replace(config, solver=replace(rule, groups=groups)), n_jobs)
        for groups in ("weights", "inputs")
    )
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


def choose_start(
    network: Network, data: TrainingData, config: TrainingConfig, n_jobs: int | None = None
) -> tuple[str, Text]:
    """Return the name of the rule that draws first parameters, and the reason for it.

    That of Nguyen and Widrow is taken if every start with it has a clearly higher log evidence than
    every start with Glorot's. For parameters see `choose_prior`.
    """
    usual, spread = (
        _evidence(network, data, replace(config, initializer=name), n_jobs)
        for name in (USUAL, SPREAD)
    )
    found = f"{_range(spread)}; {_range(usual)}"
    if min(spread) > max(usual) + CLEARLY:
        return SPREAD, Text(
            "First parameters: Nguyen and Widrow's, since the log evidence is higher from there "
            f"({found} from Glorot's).",
            f"初始参数：Nguyen-Widrow 法，因为由此得到的对数证据更高（{found} 为 Glorot 法）。",
        )
    return USUAL, Text(
        "First parameters: Glorot's, since the log evidence is not clearly higher from Nguyen and "
        f"Widrow's ({found} from Glorot's).",
        "初始参数：Glorot 法，因为 Nguyen-Widrow 法的对数证据并未明显更高"
        f"（{found} 为 Glorot 法）。",
    )


def _evidence(
    network: Network, data: TrainingData, config: TrainingConfig, n_jobs: int | None
) -> list[float]:
    """Return the log evidence of each of a few starts."""
    result = train_restarts(
        network, data.X, data.Y, config, restarts=STARTS, n_jobs=n_jobs, sample_weight=data.weights
    )
    found = [member.log_evidence for member in result.members]
    return [-np.inf if each is None else each for each in found]


def _range(values: list[float]) -> str:
    return f"{min(values):.0f} … {max(values):.0f}"
