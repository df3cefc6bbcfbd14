"""Training: from a network and data to parameters, with a history and a reason to stop."""

from clearprop.training.checkpoint import Checkpoint as Checkpoint
from clearprop.training.config import TrainingConfig as TrainingConfig
from clearprop.training.equations import Equations as Equations
from clearprop.training.history import History as History
from clearprop.training.history import Record as Record
from clearprop.training.loop import train as train
from clearprop.training.minibatches import MiniBatches as MiniBatches
from clearprop.training.posterior import Posterior as Posterior
from clearprop.training.result import TrainingResult as TrainingResult
from clearprop.training.scaling import Scaling as Scaling
from clearprop.training.scaling import fit_scaling as fit_scaling
from clearprop.training.scaling import fold as fold
from clearprop.training.scaling import unfold as unfold
from clearprop.training.schedules import RATES as RATES
from clearprop.training.schedules import RateSchedule as RateSchedule
from clearprop.training.solver_choice import SolverChoice as SolverChoice
from clearprop.training.solver_choice import choose_solver as choose_solver
from clearprop.training.solvers import SOLVERS as SOLVERS
from clearprop.training.split import Division as Division
from clearprop.training.split import divide as divide
from clearprop.training.stopping import Stopping as Stopping
from clearprop.training.stopping import StopReason as StopReason

__all__ = [
    "RATES",
    "SOLVERS",
    "Checkpoint",
    "Division",
    "Equations",
    "History",
    "MiniBatches",
    "Posterior",
    "RateSchedule",
    "Record",
    "Scaling",
    "SolverChoice",
    "StopReason",
    "Stopping",
    "TrainingConfig",
    "TrainingResult",
    "choose_solver",
    "divide",
    "fit_scaling",
    "fold",
    "train",
    "unfold",
]
