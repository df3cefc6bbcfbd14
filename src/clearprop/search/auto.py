"""Train with everything chosen: solver, hidden sizes and number of starts, each with its reason."""

import inspect
import math
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy.typing as npt

from clearprop._random import Seed, random_source
from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search.blending import blended
from clearprop.search.cross_validation import STARTS
from clearprop.search.deadline import DEADLINE, Deadline
from clearprop.search.restarts import Combination, train_restarts
from clearprop.search.searching import Found, Search
from clearprop.search.solver_choice import choose_solver, choose_solver_for_any_size
from clearprop.search.wide import HIDDEN
from clearprop.training.loop import TrainingResult
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.stopping import Stopping, time_reached
from clearprop.updates import UpdateRule

AUTO = "auto"
FIRST_ORDER = ("lbfgs", "rprop", "scaled_conjugate_gradient")
EPOCHS = 80
"""Iterations of Bayesian regularisation where several starts are averaged: more gain little."""
SEARCHING = 0.5
"""Part of the time, if it is bounded, after which the search ends."""
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
        What else `train` takes. The `max_seconds` of its `stopping` are those of everything
        together: after half of them nothing more is compared, and starts that are not done at
        their end are left out, if there are others.

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
    >>> from clearprop.search.auto import train_automatically
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
    stopping = settings.get("stopping") or Stopping()
    deadline = Deadline(began, stopping.max_seconds)
    settings["stopping"] = replace(stopping, max_seconds=math.inf)
    settings |= {"n_jobs": n_jobs, "penalty": 0.0 if penalty is None else penalty}
    own_start = settings.get("initializer") or "xavier"
    found = Found(wanted or (), rule, settings["penalty"])
    if wanted is None:
        search = Search.of(
            lambda units: build(units, smooth), X, Y, rule, random, settings,
            deadline.after(SEARCHING),
            welcome=wide and restarts == AUTO and combine == "average",
        )  # fmt: skip
        found = search.run(penalty)
        settings["initializer"] = search.settings.get("initializer")
        reasons += search.reasons
    settings["initializer"] = settings.get("initializer") or "xavier"
    watched = deadline.leaving(1 - SEARCHING).watched(settings.get("inspect"))
    settings |= {"penalty": found.penalty, "inspect": watched}
    starts = 1 if restarts == AUTO else int(restarts)
    beside = settings | {"initializer": own_start}
    if restarts == AUTO and hidden == AUTO:
        starts, settings["stopping"] = _starts_of(
            found, build(found.hidden, smooth), rows, settings
        )
    result = None
    if found.company is None or found.company.share < 1:
        small = build(found.hidden, smooth)
        result = train_restarts(
            small, X, Y, found.rule, restarts=starts, combine=combine, seed=random, **settings
        )
    if found.company is not None:
        result = blended(result, build(HIDDEN, smooth), X, Y, found.company, seed=random, **beside)
    assert result is not None
    if restarts == AUTO and hidden == AUTO and len(result.members) > 1:
        reasons.append(_why_averaged(len(result.members)))
    if result.stop_reason.name == DEADLINE:
        result = replace(result, stop_reason=time_reached(stopping.max_seconds))
    return replace(result, reasons=tuple(reasons), seconds=time.perf_counter() - began)


def _starts_of(
    found: Found, network: Network, rows: int, settings: dict[str, Any]
) -> tuple[int, Stopping]:
    """Return how many starts of a network to average, and when each stops."""
    stopping = settings["stopping"]
    if found.rule.name == "bayesian_regularization":
        stopping = replace(stopping, max_epochs=min(stopping.max_epochs, EPOCHS))
    return affordable_starts(network, rows, found.rule, stopping.max_epochs), stopping


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
