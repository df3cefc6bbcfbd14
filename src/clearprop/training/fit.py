"""Train a network on data: divide, scale, minimise, fold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop.arrays import as_matrix, as_weights
from clearprop.backprop.descent import Descent
from clearprop.errors import refuse
from clearprop.initializers import Initializer, Seed, random_source
from clearprop.language import Text
from clearprop.network import Network
from clearprop.objective import Objective
from clearprop.structure import FloatArray, Parameters
from clearprop.training import stopping as stop
from clearprop.training.division import Division
from clearprop.training.history import History, Record
from clearprop.training.loop import minimize_by_batches, minimize_whole
from clearprop.training.minibatches import MiniBatches
from clearprop.training.posterior import Laplace, Posterior
from clearprop.training.scaling import Scaling, fit_scaling, fold
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.solvers.belief import Belief
from clearprop.training.stopping import Stopping, StopReason
from clearprop.training.watch import Observer, Watch
from clearprop.updates import UpdateRule

ScalingMethod = Literal["standardize", "minmax", "none"]
ValidationScore = Callable[[Parameters, npt.NDArray[np.intp]], float]
ParameterInspector = Callable[[Record, Parameters], StopReason | None]
MINIBATCH_PATIENCE = 20
"""Validation checks: losses of mini-batch descent are noisy."""


@dataclass(frozen=True)
class TrainingResult:
    """A trained network and how it came about."""

    network: Network
    parameters: Parameters
    """Folded: they take raw inputs and give raw outputs."""
    history: History
    stop_reason: StopReason
    solver: BatchSolver | UpdateRule
    division: Division
    seconds: float
    best_epoch: int
    """The epoch whose parameters were kept."""
    inputs: Scaling
    """The scaling of the inputs that is folded into the first layer."""
    targets: Scaling
    """The scaling of the targets that is folded into the last layer."""
    descent: Descent | None = None
    """Where descent by mini-batches ended, in the scaled variables; it can go on from there."""
    posterior: Posterior | None = None
    """Predictive standard deviations, of a regression by Bayesian regularisation."""
    log_evidence: float | None = None
    """ln p(targets | network), by Bayesian regularisation."""
    hidden: tuple[int, ...] = ()
    """Units of the hidden layers of one start."""
    members: tuple["TrainingResult", ...] = ()
    """The starts that were kept, best first, where there were several."""
    reasons: tuple[Text, ...] = ()
    """Why this solver, these layers and so many starts were chosen."""


def train(
    network: Network,
    X: npt.ArrayLike,
    Y: npt.ArrayLike,
    solver: str | BatchSolver | UpdateRule = "adam",
    *,
    initializer: str | Initializer = "xavier",
    seed: Seed = None,
    start: Parameters | None = None,
    division: Division | None = None,
    scale_inputs: ScalingMethod | Scaling = "standardize",
    scale_targets: ScalingMethod | Scaling = "standardize",
    penalty: npt.ArrayLike = 0.0,
    batch_size: int | None = None,
    minibatches: MiniBatches | None = None,
    stopping: Stopping | None = None,
    sample_weight: npt.ArrayLike | None = None,
    observe: Observer | None = None,
    score: ValidationScore | None = None,
    inspect: ParameterInspector | None = None,
) -> TrainingResult:
    """Train `network` on the rows that `division` assigns to training.

    Parameters
    ----------
    network : Network
    X : array of shape (m, n₀)
        Raw inputs, one sample a row.
    Y : array of shape (m, K)
        Raw targets.
    solver : str, BatchSolver or UpdateRule, default="adam"
        A name, with settings if need be (``"sgd(learning_rate=0.1, momentum=0.9)"``), or a rule.
    initializer : str or callable, default="xavier"
        Where to start; see `Network.initialize`.
    seed : int, None, Generator or RandomState
        Draws the first parameters and then the order of the rows in every epoch.
    start : Parameters, optional
        First parameters in the scaled variables, instead of drawn ones.
    division : Division, optional
        Which rows train, validate and test; without it every row trains. With validation rows
        the parameters of the lowest validation loss are kept.
    scale_inputs, scale_targets : {"standardize", "minmax", "none"} or Scaling
        Scaling for training, measured on the training rows and folded into the first and last
        layer afterwards. Targets are scaled only for an identity output.
    penalty : float or array of shape (P,), default=0
        λ of the L2 penalty ½ λ Σ W², in the scaled variables.
    batch_size : int, optional
        Rows of a mini-batch; min(200, rows) without it. A batch solver that works on samples of the
        rows takes it as its own `batch_size`; others take no notice.
    minibatches : MiniBatches, optional
        Shuffling, learning-rate schedule, dropout and gradient clipping of mini-batch descent.
    stopping : Stopping, optional
    sample_weight : array of shape (m,), optional
    observe : callable, optional
        Called with the `Record` of every epoch.
    score : callable, optional
        Judges the validation rows instead of the loss: called after every epoch with the folded
        `Parameters` and the numbers of these rows; higher is better.
    inspect : callable, optional
        Called with the `Record` of every epoch and the folded `Parameters` that it ended with;
        may answer with a `StopReason`.

    Returns
    -------
    TrainingResult

    Raises
    ------
    InputError
        If an argument cannot be used; nothing has been trained then.

    Examples
    --------
    >>> import numpy as np, clearprop as cp
    >>> from clearprop.training import train
    >>> X = np.linspace(-1, 1, 50)[:, None]
    >>> net = cp.Network(1, [cp.Layer(5, "tanh"), cp.Layer(1)])
    >>> result = train(net, X, X**2, "lbfgs", seed=0)
    >>> bool(net.loss(result.parameters, X, X**2) < 1e-6)
    True
    """
    began = time.perf_counter()
    rule, rules = make_solver(solver), stopping or Stopping()
    X = as_matrix("X", X, network.inputs, network.dtype)
    Y = as_matrix("Y", Y, network.outputs, network.dtype)
    weights = as_weights(sample_weight, len(X), network.dtype)
    division = division or Division.all_for_training(len(X))
    if batch_size is not None and batch_size < 1:
        raise refuse("batch_size", batch_size, "a batch needs at least one row.", "32.")
    if batch_size is not None and isinstance(rule, BatchSolver) and hasattr(rule, "batch_size"):
        rule = replace(rule, batch_size=batch_size)  # type: ignore[call-arg]
    batch_size = min(200, len(division.train)) if batch_size is None else batch_size

    training = division.train
    measured = None if weights is None else weights[training]
    inputs = _scaling(scale_inputs, X[training], measured)
    identity_output = network.layers[-1].activation.name == "identity"
    targets = _scaling(scale_targets if identity_output else "none", Y[training], measured)
    data = _Data(network, inputs.apply(X), targets.apply(Y), weights)

    random = random_source(seed)
    first = start if start is not None else network.initialize(initializer, random)
    patience = MINIBATCH_PATIENCE if isinstance(rule, UpdateRule) else rule.patience
    watch = Watch(
        rules,
        patience if rules.patience is None else rules.patience,
        data.part(division.validation),
        data.part(division.test),
        observe,
    )

    def folded(theta: FloatArray) -> Parameters:
        return fold(Parameters(network.sizes, theta), inputs, targets)

    if score is not None and watch.validation is not None:
        watch.score = lambda theta: score(folded(theta), division.validation)
    if inspect is not None:
        watch.inspect = lambda record, theta: inspect(record, folded(theta))
    objective = data.part(training, penalty)
    if objective is None:
        raise refuse("division", division, "no row trains.", "name rows for training.")
    descent, belief = None, None
    try:
        if isinstance(rule, UpdateRule):
            descent = minimize_by_batches(
                objective,
                Descent.start(first.vector),
                rule,
                batch_size,
                minibatches or MiniBatches(),
                random,
                watch,
            )
        else:
            belief = minimize_whole(objective, first.vector, rule, watch)
    except KeyboardInterrupt:
        watch.reason = stop.interrupted(len(watch.history))
    kept = first if watch.best_theta is None else Parameters(network.sizes, watch.best_theta)
    return TrainingResult(
        network,
        fold(kept, inputs, targets),
        watch.history,
        watch.reason or stop.no_progress("it stopped without a word"),
        rule,
        division,
        time.perf_counter() - began,
        watch.best_epoch,
        inputs,
        targets,
        descent,
        None if belief is None else _posterior(objective, kept, belief, inputs, targets),
        None if belief is None else belief.log_evidence,
        network.sizes[1:-1],
    )


def _posterior(
    objective: Objective, kept: Parameters, belief: Belief, inputs: Scaling, targets: Scaling
) -> Posterior | None:
    found = Laplace.at(objective, kept.vector, belief, inputs, targets)
    return None if found is None else Posterior((found,))


def _scaling(
    wanted: ScalingMethod | Scaling, data: FloatArray, weights: FloatArray | None
) -> Scaling:
    """Return the scaling itself, or the one that the method measures."""
    return wanted if isinstance(wanted, Scaling) else fit_scaling(data, wanted, weights)


@dataclass(frozen=True)
class _Data:
    """The scaled table, from which each part of the division takes its rows."""

    network: Network
    X: FloatArray
    Y: FloatArray
    weights: FloatArray | None

    def part(self, rows: npt.NDArray[np.intp], penalty: npt.ArrayLike = 0.0) -> Objective | None:
        """Return the objective over these rows; None if there are none."""
        if not len(rows):
            return None
        X, Y, weights = self.X, self.Y, self.weights
        if len(rows) < len(X):  # a part is ascending: with all rows it is the table itself
            X, Y, weights = X[rows], Y[rows], None if weights is None else weights[rows]
        return Objective(self.network, X, Y, np.asarray(penalty), weights)
