"""Train with everything chosen: solver, hidden sizes and number of starts, each with its reason."""

import inspect
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop.initializers import Seed, random_source
from clearprop.language import Text
from clearprop.network import Network
from clearprop.training.choice import choose_solver, choose_solver_for_any_size
from clearprop.training.company import joined, train_wide
from clearprop.training.fit import TrainingResult
from clearprop.training.left_out import STARTS
from clearprop.training.restarts import Combination, train_restarts
from clearprop.training.search import Search
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.stopping import Stopping
from clearprop.training.wide import HIDDEN
from clearprop.updates import UpdateRule

AUTO = "auto"
FIRST_ORDER = ("lbfgs", "rprop", "scaled_conjugate_gradient")
EPOCHS = 80
"""Iterations of Bayesian regularisation where several starts are averaged: more gain little."""
WORK = 1_000_000_000_000
"""Multiplications that all starts together may take: about half a minute of one core."""
NetworkOf = Callable[..., Network]


def train_automatically(
    network_of: NetworkOf,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    *,
    hidden: Iterable[int] | Literal["auto"] = AUTO,
    solver: str | BatchSolver | UpdateRule = AUTO,
    restarts: int | Literal["auto"] = AUTO,
    combine: Combination = "average",
    n_jobs: int | None = None,
    seed: Seed = None,
    penalty: float | None = None,
    wide: bool | None = None,
    **settings: Any,
) -> TrainingResult:
    """Train a network whose hidden sizes, solver and starts are chosen by task, rows and data.

    Parameters
    ----------
    network_of : callable
        Called with a tuple of hidden sizes, returns the `Network`; it says activation, loss and
        output. If it takes a second argument, that is True where a second-order solver trains,
        which smooth activations suit.
    X : array of shape (m, n₀)
    Y : array of shape (m, K)
    hidden : sequence of int or "auto"
        ``"auto"`` climbs a ladder of sizes, see `ladder.climb`.
    solver : str, BatchSolver, UpdateRule or "auto"
        ``"auto"`` chooses by `choose_solver`.
    restarts : int or "auto"
        ``"auto"`` is 1 where sizes are given, else 10, or as many as take half a minute.
    combine, n_jobs, seed
        As for `train_restarts`.
    penalty : float, optional
        As for `train`. Without it Bayesian regularisation finds its own, L-BFGS with sizes to be
        chosen takes the best of `search.DECAYS`, and the others take none.
    wide : bool, optional
        Whether wide networks may join those that Bayesian regularisation trains, or take their
        place, if all else is left open; see `training.wide`. Without it they may where the solver
        is left open too.
    **settings
        What else `train` takes.

    Returns
    -------
    TrainingResult
        Its ``reasons`` say what was chosen and why.

    Raises
    ------
    InputError
        If an argument cannot be used.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> from clearprop.training.automatic import train_automatically
    >>> X = np.linspace(-1, 1, 60)[:, None]
    >>> def network_of(hidden):
    ...     return cp.Network(1, [*(cp.Layer(n, "tanh") for n in hidden), cp.Layer(1)])
    >>> result = train_automatically(network_of, X, np.sin(3 * X), seed=0)
    >>> bool(result.network.loss(result.parameters, X, np.sin(3 * X)) < 1e-3)
    True
    """
    began = time.perf_counter()
    random, build = random_source(seed), _builder(network_of)
    division = settings.get("division")
    rows = len(X) if division is None else len(division.train)  # type: ignore[arg-type]
    wanted = None if hidden == AUTO else tuple(hidden)
    reasons: list[Text] = []
    wide = solver == AUTO if wide is None else wide
    if solver == AUTO:
        chosen = (
            choose_solver_for_any_size(lambda units: build(units, True), rows)
            if wanted is None
            else choose_solver(build(wanted, True), rows)
        )
        solver = chosen.solver
        reasons.append(chosen.reason)
    rule = make_solver(solver)
    smooth = isinstance(rule, BatchSolver) and rule.name != "lbfgs"
    settings["stopping"] = settings.get("stopping") or Stopping()
    settings |= {"n_jobs": n_jobs, "penalty": 0.0 if penalty is None else penalty}
    company, own_start = None, "xavier"
    if wanted is None:
        welcome = wide and restarts == AUTO and combine == "average"
        search = Search.of(
            lambda units: build(units, smooth), X, Y, rule, random, settings, welcome=welcome
        )
        found = search.run(penalty)
        wanted, rule, company = found.hidden, found.rule, found.company
        settings["penalty"] = found.penalty
        own_start = settings.get("initializer") or "xavier"
        settings["initializer"] = search.settings.get("initializer")
        reasons += search.reasons
    settings["initializer"] = settings.get("initializer") or "xavier"
    terms = settings | {"initializer": own_start}
    network = build(wanted, smooth)
    starts = 1 if restarts == AUTO else int(restarts)
    if restarts == AUTO and hidden == AUTO:
        if rule.name == "bayesian_regularization":
            epochs = min(settings["stopping"].max_epochs, EPOCHS)
            settings["stopping"] = replace(settings["stopping"], max_epochs=epochs)
        starts = affordable_starts(network, rows, rule, settings["stopping"].max_epochs)
        if company is not None and company.share < 1:
            starts = max(1, starts // 2)  # their variance counts a quarter
        if starts > 1:
            reasons.append(_why_averaged(starts))
    if company is not None and company.share == 1:
        result = train_wide(build(HIDDEN, smooth), X, Y, company, seed=random, **terms)
    else:
        result = train_restarts(
            network, X, Y, rule, restarts=starts, combine=combine, seed=random, **settings
        )
        if company is not None and result.stop_reason.name != "interrupted":
            beside = train_wide(
                build(HIDDEN, smooth), X, Y, company, seed=random, **terms | {"observe": None}
            )
            single = getattr(X, "dtype", None) == np.float32
            rounding = np.finfo(np.float32 if single else np.float64).eps
            result = joined(result, beside, company, float(rounding))
    return replace(result, reasons=tuple(reasons), seconds=time.perf_counter() - began)


def affordable_starts(
    network: Network, rows: int, rule: BatchSolver | UpdateRule, epochs: int
) -> int:
    """Return how many starts to average: ten, or as many as `WORK` allows; at least one.

    Without hidden layers one is enough.
    """
    if len(network.layers) == 1:
        return 1  # every start finds the same minimum
    P = network.parameter_count
    first_order = isinstance(rule, UpdateRule) or rule.name in FIRST_ORDER
    epoch = 6 * rows * P if first_order else rows * network.outputs * P**2
    return max(1, min(STARTS, WORK // max(1, epoch * epochs)))


def _why_averaged(starts: int) -> Text:
    return Text(
        f"Starts: {starts}, whose average predicts better than any one of them.",
        f"初始化次数：{starts} 次，其平均预测优于任何单个网络。",
    )


def _builder(network_of: NetworkOf) -> Callable[[tuple[int, ...], bool], Network]:
    """Return `network_of` as a function of sizes and of whether a smooth network is wanted."""
    try:
        takes_two = len(inspect.signature(network_of).parameters) > 1
    except (TypeError, ValueError):
        takes_two = False
    if takes_two:
        return lambda hidden, smooth: network_of(hidden, smooth)
    return lambda hidden, _: network_of(hidden)
