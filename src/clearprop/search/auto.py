"""Train with everything chosen: solver, hidden sizes and number of starts, each with its reason."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._interruption import hearing_ctrl_c
from clearprop._random import RandomSource, random_source
from clearprop._text import Text
from clearprop.network.network import Network
from clearprop.search.blending import blended
from clearprop.search.candidates import Build
from clearprop.search.compact import NOTHING_TO_DO, Compaction
from clearprop.search.deadline import Deadline
from clearprop.search.pairs import STARTS
from clearprop.search.restarts import Combination, train_restarts
from clearprop.search.searching import Found, Search
from clearprop.search.so_far import EARLY, SoFar
from clearprop.search.wide import HIDDEN
from clearprop.training.config import AUTO, Rule, TrainingConfig
from clearprop.training.result import TrainingResult
from clearprop.training.rows import TrainingData
from clearprop.training.solver_choice import choose_solver, choose_solver_for_any_size
from clearprop.training.solvers import BatchSolver, for_given_sizes, make_solver
from clearprop.training.stages import Stage
from clearprop.training.stopping import Stopping
from clearprop.updates import UpdateRule

EPOCHS = 80
"""Iterations of Bayesian regularisation where several starts are averaged: more gain little."""
SEARCHING = 0.5
"""Part of the time, if it is bounded, after which the search ends."""
WORK = 1_000_000_000_000
"""Multiplications that all starts together may take: about half a minute of one core."""
FEW_ROWS, STARTS_OF_FEW = 500, 4
"""Rows up to which fewer starts are averaged: they cost most of the time there."""
CHOOSING = Text("choosing the network", "正在选择网络")
TRAINING = Text("training on all rows", "正在用全部数据训练")
NetworkOf = Callable[[tuple[int, ...], bool], Network]
"""Called with hidden sizes, and with whether the solver wants smooth activations."""


@dataclass(frozen=True)
class Starts:
    """The number of starts to train, and what becomes of them.

    Attributes
    ----------
    restarts : int or "auto", default="auto"
        ``"auto"`` is 1 where sizes are given, else 10, or as many as take half a minute.
    combine : {"average", "best"}, default="average"
    n_jobs : int, optional
        As for `train_restarts`.
    compact : bool, default=False
        Whether one small network takes the place of their average; see `search.compact`.
    """

    restarts: int | Literal["auto"] = AUTO
    combine: Combination = "average"
    n_jobs: int | None = None
    compact: bool = False

    @property
    def is_open(self) -> bool:
        """Whether their number is to be chosen."""
        return self.restarts == AUTO


def train_automatically(
    network_of: NetworkOf,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    config: TrainingConfig | None = None,
    *,
    hidden: Sequence[int] | Literal["auto"] = AUTO,
    starts: Starts | None = None,
    sample_weight: npt.ArrayLike | None = None,
    allow_wide: bool | None = None,
) -> TrainingResult:
    """Train a network whose hidden sizes, solver and starts are chosen by task, rows and data.

    Parameters
    ----------
    network_of : callable
        Called with a tuple of hidden sizes and with whether smooth activations suit the solver,
        returns the `Network`; it says activation, loss and output.
    X : array of shape (m, n₀)
    Y : array of shape (m, K)
    config : TrainingConfig, optional
        A solver ``"auto"`` is chosen by `choose_solver`. A weight decay of None is left to
        Bayesian regularisation, which finds its own; a first-order solver with sizes to be chosen
        takes the best of `searching.DECAYS`, and the others take none. The `max_seconds` of its
        `stopping` are those of everything together: after half of them nothing more is compared,
        and starts that are not done at their end are left out, if there are others.
    hidden : sequence of int or "auto"
        ``"auto"`` evaluates sizes until more units no longer help, see `candidates.evaluate`.
    starts : Starts, optional
    sample_weight : array of shape (m,), optional
    allow_wide : bool, optional
        Whether wide networks may be blended with those that Bayesian regularisation trains, or
        take their place, if all else is left open; see `search.wide`. Without it they may where
        the solver is left open too.

    Returns
    -------
    TrainingResult
        Its ``reasons`` say what was chosen and why. After Ctrl-C it is the best network so far, and
        its stop reason says that it was interrupted.

    Raises
    ------
    InputError
        If an argument cannot be used.
    KeyboardInterrupt
        If Ctrl-C was pressed before anything was trained.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> from clearprop.search import train_automatically
    >>> X = np.linspace(-1, 1, 60)[:, None]
    >>> def network_of(hidden, smooth):
    ...     return cp.Network(1, [*(cp.Layer(n, "tanh") for n in hidden), cp.Layer(1)])
    >>> result = train_automatically(network_of, X, np.sin(3 * X), cp.TrainingConfig(seed=0))
    >>> bool(result.network.loss(result.parameters, X, np.sin(3 * X)) < 1e-3)
    True
    """
    began = time.perf_counter()
    config, starts = config or TrainingConfig(weight_decay=None), starts or Starts()
    sizes = None if hidden == AUTO else tuple(hidden)
    kept_dtype = "float32" if getattr(X, "dtype", None) == np.float32 else "float64"
    data = TrainingData.checked(network_of(sizes or (), True), X, Y, sample_weight)
    if allow_wide is None:
        allow_wide = config.solver == AUTO
    deadline, so_far = Deadline(began, config.stopping.max_seconds), SoFar()
    config = replace(config, stopping=replace(config.stopping, max_seconds=math.inf))
    with hearing_ctrl_c():
        try:
            with deadline.bounding():
                result = _train(
                    network_of, data, config, sizes, starts, deadline, so_far, kept_dtype,
                    allow_wide=allow_wide,
                )  # fmt: skip
        except KeyboardInterrupt:
            kept = so_far.as_result(config, len(data.Y))
            if kept is None:
                raise
            result = kept
    return replace(result, seconds=time.perf_counter() - began)


def _train(
    network_of: NetworkOf,
    data: TrainingData,
    config: TrainingConfig,
    sizes: tuple[int, ...] | None,
    starts: Starts,
    deadline: Deadline,
    so_far: SoFar,
    kept_dtype: str,
    *,
    allow_wide: bool,
) -> TrainingResult:
    """Search, and train what was found on all rows."""
    rule, reasons = _chosen(config, network_of, sizes, data)
    smooth = isinstance(rule, BatchSolver) and rule.needs_smooth
    config = replace(config, solver=rule, seed=random_source(config.seed))
    own_start = config.initializer

    def build(units: tuple[int, ...]) -> Network:
        return network_of(units, smooth)

    def build_wide(units: tuple[int, ...]) -> Network:
        return network_of(units, False)

    if sizes is None:
        if config.on_stage is not None:
            config.on_stage(Stage(CHOOSING))
        builds = (build, build_wide)
        found, why = search(builds, data, config, starts, deadline, so_far, allow_wide=allow_wide)
        reasons = (reasons if found.smooth == smooth else []) + why
        build = build if found.smooth == smooth else build_wide
    else:
        found = Found(sizes, replace(config, weight_decay=config.penalty), smooth=smooth)
    beside = replace(found.config, initializer=own_start)
    small = build(found.hidden)
    restarts, stopping = _starts_of(starts, found, small, data, sizes)
    config = replace(found.config, stopping=stopping)
    known = found.trained if _trains_all_rows(config, data) and starts.is_open else ()
    known = () if starts.compact else known[: restarts - 1]
    if config.on_stage is not None and sizes is None:
        config.on_stage(Stage(TRAINING, total=restarts - len(known)))
    result = None
    if found.blend is None or found.blend.share < 1:
        result, costs = _trained(small, data, config, restarts, starts, known)
        reasons += costs
    if result is not None and _is_cut_short(result) and so_far.is_farther_than(result):
        kept = so_far.as_result(config, len(data.Y))
        assert kept is not None
        out_of_time = result.stop_reason.name == "time"
        result = replace(kept, stop_reason=result.stop_reason) if out_of_time else kept
    if found.blend is not None:
        network = build(HIDDEN)
        result = blended(result, network, data, beside, found.blend, starts.n_jobs, kept_dtype)
    assert result is not None
    if starts.is_open and sizes is None and len(result.members) > 1:
        reasons.append(_why_averaged(len(result.members)))
    return replace(result, reasons=tuple(reasons), left_out=found.left_out)


def _trains_all_rows(config: TrainingConfig, data: TrainingData) -> bool:
    """Return whether trainings see what those of the search saw, and are judged as they were."""
    watched = config.score is not None or config.inspect is not None
    return not watched and (config.division is None or len(config.division.train) == len(data.Y))


def _trained(
    network: Network,
    data: TrainingData,
    config: TrainingConfig,
    restarts: int,
    starts: Starts,
    known: tuple[TrainingResult, ...],
) -> tuple[TrainingResult, list[Text]]:
    """Return what the starts of a network become, and what it costs to have it small.

    Some of them may be known already.
    """
    if starts.compact and restarts > 1:
        result, cost = Compaction(network, data, config, restarts, starts.n_jobs).run()
        return result, [cost]
    result = train_restarts(
        network,
        data.X,
        data.Y,
        config,
        restarts=restarts - len(known),
        combine=starts.combine,
        n_jobs=starts.n_jobs,
        sample_weight=data.weights,
        known=known,
    )
    return result, [NOTHING_TO_DO] if starts.compact else []


def _is_cut_short(result: TrainingResult) -> bool:
    """Return whether no start of a training came to its end."""
    first = result.members[0] if result.members else result
    return first.stop_reason.name in EARLY


def search(
    builds: tuple[Build, Build],
    data: TrainingData,
    config: TrainingConfig,
    starts: Starts,
    deadline: Deadline,
    so_far: SoFar,
    *,
    allow_wide: bool,
) -> tuple[Found, list[Text]]:
    """Return the network and configuration to train, and the reasons for them.

    Parameters
    ----------
    builds : pair of callables
        Return the network with these hidden sizes: smooth as the solver wants it, and not.
    data : TrainingData
    config : TrainingConfig
        Its solver is chosen; its seed is a generator.
    starts : Starts
    deadline : Deadline
        Half of its time may be searched.
    so_far : SoFar
        Is offered what is trained on the way.
    allow_wide : bool
    """
    random = config.seed
    assert isinstance(random, RandomSource)
    allowed = allow_wide and starts.is_open and starts.combine == "average"
    rows, half = data.training_part(config.division), deadline.after(SEARCHING)
    blends = not starts.compact
    running = Search(*builds, rows, config, random, half, starts.n_jobs, allowed, blends, so_far)
    with half.bounding():
        return running.run(), running.reasons


def _chosen(
    config: TrainingConfig,
    network_of: NetworkOf,
    sizes: tuple[int, ...] | None,
    data: TrainingData,
) -> tuple[Rule, list[Text]]:
    """Return the solver, and why if it was left open."""
    if config.solver != AUTO:
        return make_solver(config.solver), []
    rows = len(data.X) if config.division is None else len(config.division.train)
    if sizes is None:
        chosen = choose_solver_for_any_size(lambda units: network_of(units, True), rows)
        return make_solver(chosen.solver), [chosen.reason]
    chosen = choose_solver(network_of(sizes, True), rows)
    return for_given_sizes(make_solver(chosen.solver)), [chosen.reason]


def _starts_of(
    starts: Starts,
    found: Found,
    network: Network,
    data: TrainingData,
    sizes: tuple[int, ...] | None,
) -> tuple[int, Stopping]:
    """Return how many starts of a network to train, and when each stops; one for given sizes."""
    stopping, rule = found.config.stopping, found.config.solver
    if starts.restarts != AUTO:
        return int(starts.restarts), stopping
    if found.starts is not None:
        return found.starts, stopping
    if sizes is not None:
        return 1, stopping
    assert not isinstance(rule, str)
    if isinstance(rule, BatchSolver) and rule.finds_weight_decay:
        stopping = replace(stopping, max_epochs=min(stopping.max_epochs, EPOCHS))
    rows = len(data.X) if found.config.division is None else len(found.config.division.train)
    return affordable_starts(network, rows, rule, stopping.max_epochs), stopping


def affordable_starts(network: Network, rows: int, rule: Rule, epochs: int) -> int:
    """Return how many starts to average: ten, or as many as `WORK` allows; at least one.

    Without hidden layers one is enough.
    """
    if len(network.layers) == 1:
        return 1  # every start finds the same minimum
    P = network.parameter_count
    most = STARTS if rows > FEW_ROWS else STARTS_OF_FEW
    first_order = isinstance(rule, UpdateRule) or rule.order == 1
    epoch = 6 * rows * P if first_order else rows * network.outputs * P**2
    return max(1, min(most, WORK // max(1, epoch * epochs)))


def _why_averaged(starts: int) -> Text:
    return Text(
        f"Starts: {starts}, whose average predicts better than any one of them.",
        f"初始化次数：{starts} 次，其平均预测优于任何单个网络。",
    )
