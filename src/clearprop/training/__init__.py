"""Training: from a network and data to parameters, with a history and a reason to stop."""

from clearprop.training.automatic import train_automatically as train_automatically
from clearprop.training.checkpoint import Checkpoint as Checkpoint
from clearprop.training.choice import SolverChoice as SolverChoice
from clearprop.training.choice import choose_solver as choose_solver
from clearprop.training.division import Division as Division
from clearprop.training.division import divide as divide
from clearprop.training.fit import TrainingResult as TrainingResult
from clearprop.training.fit import train as train
from clearprop.training.history import History as History
from clearprop.training.history import Record as Record
from clearprop.training.minibatches import MiniBatches as MiniBatches
from clearprop.training.posterior import Posterior as Posterior
from clearprop.training.rates import RATES as RATES
from clearprop.training.rates import RateSchedule as RateSchedule
from clearprop.training.restarts import train_restarts as train_restarts
from clearprop.training.scaling import Scaling as Scaling
from clearprop.training.solvers import SOLVERS as SOLVERS
from clearprop.training.stopping import Stopping as Stopping
from clearprop.training.stopping import StopReason as StopReason
