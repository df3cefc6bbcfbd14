"""What ``"auto"`` stands for: hidden layers and solver, chosen by the size of the task."""

from typing import Any

from clearprop.estimators import plan
from clearprop.estimators.rules import AUTOMATIC
from clearprop.estimators.tabulate import Sheet
from clearprop.network import Network
from clearprop.training import choose_solver
from clearprop.training.ladder import LADDER, Build

BAYESIAN = "bayesian_regularization"


def averages_starts(estimator: Any, build: Build, rows: int) -> bool:
    """Return whether sizes, solver and starts are all left to `train_automatically`.

    They are where nothing asks for another way to train, and the rows are few enough.
    """
    left = (estimator.hidden_layer_sizes, estimator.solver)
    asked = estimator.early_stopping or estimator.dropout or estimator.clip_norm
    watched = estimator.callbacks is not None and bool(estimator.callbacks)
    fixed = not isinstance(estimator.activation, str)
    if (
        asked
        or watched
        or fixed
        or any(part is not AUTOMATIC and part != AUTOMATIC for part in left)
    ):
        return False
    return choose_solver(build(LADDER[0]), rows).solver == BAYESIAN


def hidden_sizes_for(estimator: Any, sheet: Sheet) -> tuple[int, ...]:
    """Return the units of each hidden layer."""
    wanted = estimator.hidden_layer_sizes
    if isinstance(wanted, str) and wanted == AUTOMATIC:
        return (100,)
    return plan.hidden_sizes(wanted)


def solver_for(estimator: Any, network: Network, rows: int) -> Any:
    """Return the solver that trains, by name or as it was given."""
    wanted = estimator.solver
    if isinstance(wanted, str) and wanted == AUTOMATIC:
        by_batches = estimator.dropout or estimator.clip_norm
        return "adam" if by_batches or rows * network.parameter_count > 10**8 else "lbfgs"
    return wanted
