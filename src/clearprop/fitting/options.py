"""FitOptions: everything that people may decide about a fit; the same defaults at every door."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, Literal

from clearprop._random import Seed
from clearprop.activations import Activation
from clearprop.losses import Loss
from clearprop.network.initializers import Initializer
from clearprop.search.restarts import Combination
from clearprop.training.checkpoint import Checkpoint
from clearprop.training.config import AUTO, Rule
from clearprop.training.schedules import RateSchedule
from clearprop.training.split import Division

Auto = Literal["auto"]


@dataclass(frozen=True)
class FitOptions:
    """The network that is wanted and how it is trained; what is left at "auto" is chosen.

    `clearprop.fit`, ``clearprop train`` and the estimators fill in one of these each, and train by
    it with the same function: the same table and options give the same network, bit for bit. The
    defaults, and bare names of solvers, mean what they mean in scikit-learn.

    Attributes
    ----------
    hidden : tuple of int or "auto"
        Units of each hidden layer.
    activation : str, Activation, sequence of them, or "auto"
        Of the hidden layers. ``"auto"`` is tanh for solvers that look at curvature, else ReLU.
    output_activation : str or Activation, optional
        What fits the loss without it.
    loss : str or Loss, optional
        Half the squared error, or the cross-entropy of the classes, without it.
    solver : str, BatchSolver or UpdateRule
        A bare name takes its settings from the fields below.
    initializer : str, callable or "auto"
        ``"auto"`` is scikit-learn's rule for its solvers and a fitting one for the others.
    alpha : float
        Strength of the L2 penalty ½ α Σ W² / rows, where `weight_decay` is not given.
    weight_decay : float, optional
        λ of the L2 penalty ½ λ Σ W² itself, for standardized columns.
    batch_size : int, optional
        Rows of a mini-batch; min(200, rows) without it.
    shuffle : bool
    schedule : str or RateSchedule
        Of the learning rate.
    power_t : float
        Exponent of the schedule ``"invscaling"``.
    learning_rate, momentum, nesterov, beta_1, beta_2, epsilon
        Settings of bare names of update rules.
    dropout : float or sequence of float
    clip_norm : float
    standardize : bool
        Whether columns are scaled for training.
    scale : {"standardize", "minmax"}
        To mean 0 and standard deviation 1, or onto −1 to 1.
    max_epochs : int
    max_seconds : float
    max_evaluations : int
        Of the objective, by L-BFGS.
    tolerance : float
        The progress of loss or validation score that counts.
    patience : float
        Epochs without progress that are forgiven; may be infinite.
    early_stopping : bool
        Whether validation rows decide when training stops and which parameters are kept.
    validation : float
        The part of the rows that is set aside for that.
    test : float
        The part of the rows that is only looked at.
    division : {"random", "block", "interleaved"} or Division
        How these parts are taken: at random, the last rows, or every so many in turn; or the rows
        of each part themselves.
    restarts : int or "auto"
    combine : {"average", "best"}
    compact : bool
        Whether one small network takes the place of an average of several starts: the best of them,
        or one trained to imitate the average, whichever does better on left-out rows. The reasons
        of the result say what that costs.
    n_jobs : int, optional
    seed : int, None, Generator or RandomState
    checkpoint : path-like or Checkpoint, optional
        Keeps what is trained while training runs: a file of one training, a folder of several.
    device : str or a library's device, optional
        Where the rows lie while batch solvers train; see `TrainingConfig`.
    """

    hidden: tuple[int, ...] | Auto = AUTO
    activation: str | Activation | Sequence[str | Activation] = AUTO
    output_activation: str | Activation | None = None
    loss: str | Loss | None = None
    solver: str | Rule = AUTO
    initializer: str | Initializer = AUTO
    alpha: float = 1e-4
    weight_decay: float | None = None
    batch_size: int | None = None
    shuffle: bool = True
    schedule: str | RateSchedule = "constant"
    power_t: float = 0.5
    learning_rate: float = 1e-3
    momentum: float = 0.9
    nesterov: bool = True
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8
    dropout: float | Sequence[float] = 0.0
    clip_norm: float = math.inf
    standardize: bool = True
    scale: Literal["standardize", "minmax"] = "standardize"
    max_epochs: int = 200
    max_seconds: float = math.inf
    max_evaluations: int = 15000
    tolerance: float = 1e-4
    patience: float = 10
    early_stopping: bool = False
    validation: float = 0.1
    test: float = 0.0
    division: str | Division = "random"
    restarts: int | Auto = AUTO
    combine: Combination = "average"
    compact: bool = False
    n_jobs: int | None = None
    seed: Seed = None
    checkpoint: str | PathLike[str] | Checkpoint | None = None
    device: Any = None

    @property
    def holds_back(self) -> bool:
        """Whether some rows do not train."""
        return self.early_stopping or self.test > 0 or isinstance(self.division, Division)

    @property
    def finds_sizes(self) -> bool:
        """Whether the hidden layers are to be found."""
        return self.hidden == AUTO

    @property
    def finds_solver(self) -> bool:
        """Whether the solver is to be chosen."""
        return isinstance(self.solver, str) and self.solver == AUTO

    @property
    def trains_once(self) -> bool:
        """Whether one network of given sizes is trained from one start."""
        return not self.finds_sizes and self.restarts in (AUTO, 1)

    @property
    def drops_units(self) -> bool:
        """Whether dropout is asked for."""
        given = self.dropout
        return bool(given) if isinstance(given, int | float) else any(given)

    @property
    def solver_settings(self) -> Mapping[str, Any]:
        """The options by name, from which bare names of solvers take their settings."""
        return vars(self)
