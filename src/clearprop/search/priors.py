"""Beginnings and priors of Bayesian regularisation, which are chosen before sizes are.

One α for each input lets inputs that say nothing fall silent (automatic relevance determination);
one for all weights has less to estimate. Both are priors on the same network, which is where the
log evidence is a fair judge.

Source: MacKay, "Bayesian non-linear modelling for the prediction competition", ASHRAE Transactions
100, 1994, section 4.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search.restarts import train_restarts
from clearprop.search.so_far import SoFar
from clearprop.training.config import TrainingConfig
from clearprop.training.result import TrainingResult
from clearprop.training.rows import TrainingData
from clearprop.training.solvers.bayesian_regularization import BayesianRegularization

STARTS = 2
"""Starts by which each choice is judged: as many as are left out of each part of the rows."""
OCCAM = 2.0
"""Log evidence that estimating one more α costs: ln α is found to within √(2/γ), which is some
seven times less than it could have been (MacKay 1992, section 4.3)."""


class Choice(NamedTuple):
    """A rule that was chosen, the reason for it, and the starts that it has trained."""

    rule: BayesianRegularization
    why: Text
    starts: tuple[TrainingResult, ...]


def choose_prior(
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    n_jobs: int | None = None,
    so_far: SoFar | None = None,
    known: tuple[TrainingResult, ...] = (),
) -> Choice:
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
    so_far : SoFar, optional
        Is offered the networks that are trained.
    known : tuple of TrainingResult
        Starts of the rule as it is, where they are trained already.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C was pressed.
    """
    rule = config.solver
    assert isinstance(rule, BayesianRegularization)
    for_each = replace(rule, groups="inputs")
    starts = known or _starts(network, data, config, n_jobs, so_far)
    own_starts = _starts(network, data, replace(config, solver=for_each), n_jobs, so_far)
    shared, own = _evidence(starts), _evidence(own_starts)
    if min(own) > max(shared) + OCCAM * network.inputs:
        why = Text(
            "Weight decay: one for each input, since the log evidence is higher for it "
            f"({_range(own)}; {_range(shared)} for one that all share).",
            f"权重衰减：每个输入各有一个，因为其对数证据更高（{_range(own)}；"
            f"共用一个时为 {_range(shared)}）。",
        )
        return Choice(for_each, why, own_starts)
    why = Text(
        "Weight decay: one for the weights of all inputs, since the log evidence is not clearly "
        f"higher for one each ({_range(own)}; {_range(shared)} for one that all share).",
        "权重衰减：所有输入的权重共用一个，因为各用一个并未使对数证据明显更高"
        f"（{_range(own)}；共用一个时为 {_range(shared)}）。",
    )
    return Choice(rule, why, starts)


def choose_beginning(
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    n_jobs: int | None = None,
    so_far: SoFar | None = None,
) -> Choice:
    """Return the rule with the beginning after which other rows will lose least, and the reason.

    What counts is the mean of the starts: several will be averaged, and each must find its way.

    For parameters see `choose_prior`.
    """
    rule = config.solver
    assert isinstance(rule, BayesianRegularization)
    starts, losses = {}, {}
    for beginning in rule.beginnings(network):
        own = replace(config, solver=replace(rule, beginning=beginning))
        starts[beginning] = _starts(network, data, own, n_jobs, so_far)
        known = (one.expected_loss for one in starts[beginning])
        losses[beginning] = np.mean([np.inf if loss is None else loss for loss in known])
    best = min(losses, key=losses.__getitem__)
    found = ", ".join(f"{_BEGINNINGS[name].en}: {loss:.3g}" for name, loss in losses.items())
    found_zh = "，".join(f"{_BEGINNINGS[name].zh}：{loss:.3g}" for name, loss in losses.items())
    why = Text(
        f"First steps: {_BEGINNINGS[best].en}, for the lowest loss to expect of other rows "
        f"({found}).",
        f"最初几步：{_BEGINNINGS[best].zh}，因为对其他数据的预期损失最低（{found_zh}）。",
    )
    return Choice(replace(rule, beginning=best), why, starts[best])


_BEGINNINGS = {
    "held": Text("weights held back", "权重受到约束"),
    "free": Text("weights almost free", "权重几乎不受约束"),
    "spread": Text("units spread over the inputs", "单元分布于输入的范围"),
}


def _evidence(starts: tuple[TrainingResult, ...]) -> list[float]:
    """Return the log evidence of each of a few starts."""
    found = [start.log_evidence for start in starts]
    return [-np.inf if each is None else each for each in found]


def _starts(
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    n_jobs: int | None,
    so_far: SoFar | None,
) -> tuple[TrainingResult, ...]:
    """Return a few starts, best first; without those that have failed."""
    result = train_restarts(
        network, data.X, data.Y, config, restarts=STARTS, n_jobs=n_jobs, sample_weight=data.weights
    )
    if so_far is not None:
        so_far.offer(result.members)
    if result.stop_reason.name == "interrupted":
        raise KeyboardInterrupt
    return result.members


def _range(values: list[float]) -> str:
    low, high = f"{min(values):.0f}", f"{max(values):.0f}"
    return low if low == high else f"{low} … {high}"
