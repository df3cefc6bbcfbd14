"""TrainingConfig: everything that decides how a network is trained, in one frozen description."""

from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clearprop._errors import answering, invalid_argument
from clearprop._random import Seed
from clearprop.backprop.structure import Parameters
from clearprop.network.initializers import Initializer
from clearprop.training.checkpoint import Checkpoint
from clearprop.training.history import Record
from clearprop.training.minibatches import MiniBatches
from clearprop.training.monitor import Observer
from clearprop.training.scaling import Scaling
from clearprop.training.solvers import BatchSolver
from clearprop.training.split import Division
from clearprop.training.stages import OnStage
from clearprop.training.stopping import Stopping, StopReason
from clearprop.updates import UpdateRule

AUTO = "auto"
"""Left open: to be chosen by what is trained."""
ScalingMethod = Literal["standardize", "minmax", "none"]
Rule = BatchSolver | UpdateRule
ValidationScore = Callable[[Parameters, npt.NDArray[np.intp]], float]
ParameterInspector = Callable[[Record, Parameters], StopReason | None]


ELSEWHERE = {
    "epochs": "stopping=Stopping(max_epochs=1000).",
    "goal": "stopping=Stopping(goal=0.01), in the unit of the targets.",
    "time": "stopping=Stopping(max_seconds=60).",
    "max_fail": "stopping=Stopping(patience=6).",
    "min_grad": "stopping=Stopping(min_gradient=1e-7).",
    "mu": "solver='levenberg_marquardt(damping=0.001)'.",
    "mu_max": "solver='levenberg_marquardt(max_damping=1e10)'.",
    "mu_inc": "leave it out: the gain of each step says how far the damping moves.",
    "mu_dec": "leave it out: the gain of each step says how far the damping moves.",
    "mem_reduc": "leave it out: memory is bounded, and the Jacobian is never held whole.",
    "learning_rate": "solver='sgd(learning_rate=0.01)'.",
    "momentum": "solver='sgd(momentum=0.9)'.",
    "missing": "train(..., missing='drop').",
    "lr": "solver='sgd(learning_rate=0.01)', or leave it out: second-order solvers have no rate.",
    "mc": "solver='sgd(momentum=0.9)', or leave it out: second-order solvers have no momentum.",
    "show": "observe=print, or leave it out.",
    "regularization": "weight_decay=1e-4, the λ of ½ λ Σ W².",
}
"""Hints for settings that stand elsewhere, and for MATLAB's `trainParam`, `performParam`."""


@answering(ELSEWHERE)
@dataclass(frozen=True)
class TrainingConfig:
    """The description of a training: solver, stopping, scaling, penalty and so on.

    Attributes
    ----------
    solver : str, BatchSolver or UpdateRule, default="auto"
        A name, with settings if need be (``"sgd(learning_rate=0.1, momentum=0.9)"``), or a rule.
        ``"auto"`` chooses by the number of parameters and rows.
    initializer : str or callable, default="auto"
        Where to start; see `Network.initialize`. ``"auto"`` is Glorot's rule, or what a search
        finds to be better.
    seed : int, None, Generator or RandomState
        Draws the first parameters and then the order of the rows in every epoch.
    stopping : Stopping
        When training ends.
    minibatches : MiniBatches
        Shuffling, learning-rate schedule, dropout and gradient clipping of mini-batch descent.
    batch_size : int, optional
        Rows of a mini-batch; min(200, rows) without it. A batch solver that works on samples of the
        rows takes it as its own `batch_size`; others take no notice.
    scale_inputs, scale_targets : {"standardize", "minmax", "none"} or Scaling
        Scaling for training, measured on the training rows and folded into the first and last
        layer afterwards. Targets are scaled only for an identity output.
    weight_decay : float or array of shape (P,), optional
        λ of the L2 penalty ½ λ Σ W², in the scaled variables; biases go free. None leaves it to a
        search, and is 0 where nothing is searched.
    division : Division, optional
        Which rows train, validate and test; without it every row trains. With validation rows
        the parameters of the lowest validation loss are kept.
    observe : callable, optional
        Called with the `Record` of every epoch.
    score : callable, optional
        Judges the validation rows instead of the loss: called after every epoch with the folded
        `Parameters` and the numbers of these rows; higher is better.
    inspect : callable, optional
        Called with the `Record` of every epoch and the folded `Parameters` that it ended with;
        may answer with a `StopReason`.
    on_stage : callable, optional
        Called with a `Stage` by what trains many networks, such as a search.
    checkpoint : path-like or Checkpoint, optional
        A file that the state is saved to from time to time. If it is there, training continues from
        it and ends, to the bit, where it would have ended without a break; it is removed then.
    device : str or a library's device, optional
        Where the rows lie while a batch solver trains: ``"cuda"``, ``"cuda:1"``, ``"mps"``, which
        PyTorch must be installed for, or a device of CuPy, JAX or PyTorch. The solver itself works
        on this machine's processor, and so does everything without it.

    Raises
    ------
    InputError
        If a value cannot be used.

    Examples
    --------
    >>> from dataclasses import replace
    >>> slow = TrainingConfig(solver="sgd(learning_rate=0.01)", seed=0)
    >>> replace(slow, solver="lbfgs").seed
    0
    """

    solver: str | BatchSolver | UpdateRule = AUTO
    initializer: str | Initializer = AUTO
    seed: Seed = None
    stopping: Stopping = field(default_factory=Stopping)
    minibatches: MiniBatches = field(default_factory=MiniBatches)
    batch_size: int | None = None
    scale_inputs: ScalingMethod | Scaling = "standardize"
    scale_targets: ScalingMethod | Scaling = "standardize"
    weight_decay: npt.ArrayLike | None = 0.0
    division: Division | None = None
    observe: Observer | None = None
    score: ValidationScore | None = None
    inspect: ParameterInspector | None = None
    on_stage: OnStage | None = None
    checkpoint: str | PathLike[str] | Checkpoint | None = None
    device: Any = None

    def __post_init__(self) -> None:
        if self.batch_size is not None and self.batch_size < 1:
            why = "a batch needs at least one row."
            raise invalid_argument("batch_size", self.batch_size, why, "32.")

    @property
    def penalty(self) -> npt.ArrayLike:
        """λ, 0 where it was left open."""
        return 0.0 if self.weight_decay is None else self.weight_decay
