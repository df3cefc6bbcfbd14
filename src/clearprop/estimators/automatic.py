"""What ``"auto"`` stands for: hidden layers and solver, chosen by the size of the task."""

from typing import Any

from clearprop.estimators import plan
from clearprop.estimators.rules import AUTOMATIC
from clearprop.estimators.tabulate import Sheet
from clearprop.network import Network


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
