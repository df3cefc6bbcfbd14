"""Train with everything chosen: solver, hidden sizes and number of starts, each with its reason."""

import inspect
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop.arrays import as_matrix, as_weights
from clearprop.errors import refuse
from clearprop.initializers import Seed, random_source
from clearprop.language import Text
from clearprop.network import Network
from clearprop.training.choice import choose_solver
from clearprop.training.fit import TrainingResult
from clearprop.training.ladder import LADDER, Build, best_of, climb, rungs_for
from clearprop.training.restarts import Combination, train_restarts
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule

AUTO = "auto"
STARTS, EPOCHS = 10, 80
"""Starts whose average is the result, and the iterations of each: more of both gain little."""
CLIMBING_EPOCHS = 60
"""Iterations on a rung of the ladder."""
UNITS_FOR_MANY_ROWS = (100,)
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
        ``"auto"`` is 10 where sizes are chosen and Bayesian regularisation trains, else 1.
    combine, n_jobs, seed, **settings
        As for `train_restarts`. A penalty is dropped where Bayesian regularisation is chosen.

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
    reasons: list[Text] = []
    chosen = None

    smallest = build(LADDER[0] if hidden == AUTO else tuple(hidden), True)
    if solver == AUTO:
        solver = chosen = choose_solver(smallest, rows).solver
    rule = make_solver(solver)
    second_order = isinstance(rule, BatchSolver) and rule.name != "lbfgs"
    if getattr(rule, "name", None) == "bayesian_regularization":
        settings = settings | {"penalty": 0.0}
    settings["stopping"] = stopping = settings.get("stopping") or Stopping()

    sizes = hidden
    if hidden == AUTO:
        sizes, why = _sizes(
            lambda units: build(units, second_order), X, Y, rule, random, n_jobs, settings
        )
        reasons.append(why)
    starts = restarts
    if restarts == AUTO:
        averaged = hidden == AUTO and getattr(rule, "name", None) == "bayesian_regularization"
        starts = STARTS if averaged else 1
        if averaged:
            settings["stopping"] = replace(stopping, max_epochs=min(stopping.max_epochs, EPOCHS))
            reasons.append(
                Text(
                    f"Starts: {STARTS}, whose average predicts better than any one of them.",
                    f"初始化次数：{STARTS} 次，其平均预测优于任何单个网络。",
                )
            )
    network = build(tuple(sizes), second_order)  # type: ignore[arg-type]
    if chosen is not None:
        reasons.insert(0, choose_solver(network, rows).reason)
    result = train_restarts(
        network,
        X,
        Y,
        rule,
        restarts=int(starts),
        combine=combine,
        n_jobs=n_jobs,
        seed=random,
        **settings,
    )
    return replace(result, reasons=tuple(reasons), seconds=time.perf_counter() - began)


def _sizes(
    build: Build,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    rule: BatchSolver | UpdateRule,
    random: Any,
    n_jobs: int | None,
    settings: dict[str, Any],
) -> tuple[tuple[int, ...], Text]:
    """Return the hidden sizes and the reason for them."""
    network = build(LADDER[0])
    X = as_matrix("X", X, network.inputs, network.dtype)
    Y = as_matrix("Y", Y, network.outputs, network.dtype)
    if len(Y) != len(X):
        why = f"`X` has {len(X)} rows and `Y` has {len(Y)}."
        raise refuse("Y", Y.shape, why, "one target a sample.")
    weights = as_weights(settings.get("sample_weight"), len(X), network.dtype)
    division = settings.get("division")
    train = np.arange(len(X)) if division is None else division.train
    if isinstance(rule, UpdateRule) or len(rungs_for(build, len(train))) == 1:
        sizes = UNITS_FOR_MANY_ROWS if isinstance(rule, UpdateRule) else LADDER[0]
        return sizes, _fixed(sizes, len(train))
    stopping = settings["stopping"]
    own = ("initializer", "scale_inputs", "scale_targets", "penalty", "batch_size")
    kept = {name: settings[name] for name in own if name in settings}
    rungs = climb(
        build,
        X[train],
        Y[train],
        rule,
        seed=random,
        n_jobs=n_jobs,
        sample_weight=None if weights is None else weights[train],
        stopping=Stopping(
            max_epochs=min(stopping.max_epochs, CLIMBING_EPOCHS), max_seconds=stopping.max_seconds
        ),
        **kept,
    )
    best = best_of(rungs)
    tried = ", ".join(f"{_spelled(rung.hidden)}: {rung.loss:.4g}" for rung in rungs)
    return best.hidden, Text(
        f"Hidden units: {_spelled(best.hidden)}, the most whose loss on held-out rows is lowest "
        f"within its error ({tried}).",
        f"隐藏单元：{_spelled(best.hidden)}，是留出数据损失在误差范围内最低的最大规模（{tried}）。",
    )


def _fixed(sizes: tuple[int, ...], rows: int) -> Text:
    return Text(
        f"Hidden units: {_spelled(sizes)}, the usual number for {rows:,} rows.",
        f"隐藏单元：{_spelled(sizes)}，{rows:,} 行数据的常用数目。",
    )


def _spelled(hidden: tuple[int, ...]) -> str:
    return " + ".join(map(str, hidden)) or "none"


def _builder(network_of: NetworkOf) -> Callable[[tuple[int, ...], bool], Network]:
    """Return `network_of` as a function of sizes and of whether a smooth network is wanted."""
    try:
        takes_two = len(inspect.signature(network_of).parameters) > 1
    except (TypeError, ValueError):
        takes_two = False
    if takes_two:
        return lambda hidden, smooth: network_of(hidden, smooth)
    return lambda hidden, _: network_of(hidden)
