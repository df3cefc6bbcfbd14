"""Train a network on data: divide, scale, minimise, fold."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from os import PathLike
from typing import Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import invalid_argument
from clearprop._random import RandomSource, Seed, random_source
from clearprop._registry import spelled
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop._validation import as_matrix, as_weights
from clearprop.backprop.descent import Descent
from clearprop.backprop.structure import Parameters
from clearprop.network.initializers import Initializer
from clearprop.network.network import Network
from clearprop.network.objective import Objective, penalty_vector
from clearprop.training import stopping as stop
from clearprop.training.checkpoint import Checkpoint, Saver, Terms, identity_of
from clearprop.training.history import History, Record
from clearprop.training.minibatches import MiniBatches
from clearprop.training.minimizing import minimize_by_batches, minimize_whole
from clearprop.training.monitor import Monitor, Observer
from clearprop.training.posterior import Laplace, Posterior
from clearprop.training.scaling import Scaling, fit_scaling, fold
from clearprop.training.solvers import BatchSolver, make_solver
from clearprop.training.solvers.evidence import Hyperparameters
from clearprop.training.split import Division
from clearprop.training.stopping import Stopping, StopReason
from clearprop.updates import UpdateRule

ScalingMethod = Literal["standardize", "minmax", "none"]
ValidationScore = Callable[[Parameters, npt.NDArray[np.intp]], float]
Rule = BatchSolver | UpdateRule
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
    checkpoint: str | PathLike[str] | Checkpoint | None = None,
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
    checkpoint : path-like or Checkpoint, optional
        A file that the state is saved to from time to time. If it is there, training goes on from
        it and ends, to the bit, where it would have ended without a break; it is removed then.

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
    data = _Data(network, X, Y, as_weights(sample_weight, len(X), network.dtype))
    random, batches = random_source(seed), minibatches or MiniBatches()
    rule, batch_size = _with_batch_size(rule, batch_size)
    file = Checkpoint(checkpoint) if isinstance(checkpoint, str | PathLike) else checkpoint
    saved = None
    if file is not None:
        saved = file.open(_identity(data, rule, batch_size, batches, random))
    terms = saved.terms if saved else data.terms(division, scale_inputs, scale_targets, penalty)
    objective, validation, test = data.scaled_by(terms)

    first = start if start is not None else network.initialize(initializer, random)
    patience = MINIBATCH_PATIENCE if isinstance(rule, UpdateRule) else rule.patience
    patience = patience if rules.patience is None else rules.patience
    monitor = Monitor(rules, patience, validation, test, observe)
    _add_judges(monitor, network, terms, score, inspect)
    saver = None if file is None else Saver(file, monitor, terms, saved)
    descent, hyperparameters = None, None
    try:
        if isinstance(rule, UpdateRule):
            rows = min(200, len(terms.division.train)) if batch_size is None else batch_size
            descent = minimize_by_batches(
                objective, Descent.start(first.vector), rule, rows, batches, random, monitor, saver
            )
        else:
            hyperparameters = minimize_whole(objective, first.vector, rule, monitor, saver)
        interrupted = monitor.reason is not None and monitor.reason.name == "interrupted"
        if file is not None and not interrupted:
            file.remove()
    except KeyboardInterrupt:
        monitor.reason = stop.interrupted(len(monitor.history))
    kept = first if monitor.best_theta is None else Parameters(network.sizes, monitor.best_theta)
    return TrainingResult(
        network,
        fold(kept, terms.inputs, terms.targets),
        monitor.history,
        monitor.reason or stop.no_progress("it stopped without a word"),
        rule,
        terms.division,
        time.perf_counter() - began,
        monitor.best_epoch,
        terms.inputs,
        terms.targets,
        descent,
        None
        if hyperparameters is None
        else _posterior(objective, kept, hyperparameters, terms.inputs, terms.targets),
        None if hyperparameters is None else hyperparameters.log_evidence,
        network.sizes[1:-1],
    )


def _posterior(
    objective: Objective,
    kept: Parameters,
    hyperparameters: Hyperparameters,
    inputs: Scaling,
    targets: Scaling,
) -> Posterior | None:
    found = Laplace.at(objective, kept.vector, hyperparameters, inputs, targets)
    return None if found is None else Posterior((found,))


def _with_batch_size(rule: Rule, batch_size: int | None) -> tuple[Rule, int | None]:
    """Return the rule, told of the batch size if it has a setting for it, and the size."""
    if batch_size is not None and batch_size < 1:
        raise invalid_argument("batch_size", batch_size, "a batch needs at least one row.", "32.")
    if batch_size is not None and isinstance(rule, BatchSolver) and hasattr(rule, "batch_size"):
        rule = replace(rule, batch_size=batch_size)  # type: ignore[call-arg]
    return rule, batch_size


def _add_judges(
    monitor: Monitor,
    network: Network,
    terms: Terms,
    score: ValidationScore | None,
    inspect: ParameterInspector | None,
) -> None:
    """Let the monitor call functions that want parameters for raw inputs and outputs."""

    def folded(theta: FloatArray) -> Parameters:
        return fold(Parameters(network.sizes, theta), terms.inputs, terms.targets)

    if score is not None and monitor.validation is not None:
        monitor.score = lambda theta: score(folded(theta), terms.division.validation)
    if inspect is not None:
        monitor.inspect = lambda record, theta: inspect(record, folded(theta))


def _identity(
    data: "_Data",
    rule: Rule,
    batch_size: int | None,
    batches: MiniBatches,
    random: RandomSource,
) -> str:
    """Return what a checkpoint must have been made with for training to go on from it.

    Raises
    ------
    InputError
        If the solver cannot go on.
    """
    if isinstance(rule, BatchSolver) and not rule.resumable:
        why = f"{rule.name} cannot go on from a saved state."
        raise invalid_argument("checkpoint", rule.name, why, "another solver, or no checkpoint.")
    settings = (data.network, spelled(rule), batch_size, batches, type(random).__name__)
    return identity_of(*settings, data.X, data.Y, data.weights)


def _scaling(
    wanted: ScalingMethod | Scaling,
    data: FloatArray,
    rows: npt.NDArray[np.intp],
    weights: FloatArray | None,
) -> Scaling:
    """Return the scaling itself, or the one that the method measures on these rows."""
    if isinstance(wanted, Scaling):
        return wanted
    looked_at = data[:1] if wanted == "none" else data[rows]  # no copy of what nobody looks at
    return fit_scaling(looked_at, wanted, None if wanted == "none" else weights)


@dataclass(frozen=True)
class _Data:
    """The checked table, in raw units."""

    network: Network
    X: FloatArray
    Y: FloatArray
    weights: FloatArray | None

    def terms(
        self,
        division: Division | None,
        scale_inputs: ScalingMethod | Scaling,
        scale_targets: ScalingMethod | Scaling,
        penalty: npt.ArrayLike,
    ) -> Terms:
        """Return which rows train, and the scaling that they measure."""
        division = division or Division.all_for_training(len(self.X))
        rows = division.train
        if not len(rows):
            raise invalid_argument(
                "division", division, "no row trains.", "name rows for training."
            )
        counted = None if self.weights is None else self.weights[rows]
        identity_output = self.network.layers[-1].activation.is_identity
        targets = scale_targets if identity_output else "none"
        return Terms(
            division,
            _scaling(scale_inputs, self.X, rows, counted),
            _scaling(targets, self.Y, rows, counted),
            penalty_vector(self.network, penalty),
        )

    def scaled_by(self, terms: Terms) -> tuple[Objective, Objective | None, Objective | None]:
        """Return the objectives of the rows that train, validate and test."""
        X, Y = terms.inputs.apply(self.X), terms.targets.apply(self.Y)

        def over(rows: npt.NDArray[np.intp], penalty: npt.ArrayLike = 0.0) -> Objective:
            if len(rows) == len(X) and (np.diff(rows) > 0).all():  # all of them, as they come
                return Objective(self.network, X, Y, np.asarray(penalty), self.weights)
            weights = None if self.weights is None else self.weights[rows]
            return Objective(self.network, X[rows], Y[rows], np.asarray(penalty), weights)

        train, validation, test = vars(terms.division).values()
        held_back = [over(rows) if len(rows) else None for rows in (validation, test)]
        return over(train, terms.penalty), held_back[0], held_back[1]
