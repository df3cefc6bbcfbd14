"""Batch solvers, one a file; `SOLVERS` holds them by name."""

from clearprop._registry import Registry
from clearprop.training.solvers.solver import BatchSolver as BatchSolver
from clearprop.training.solvers.solver import State as State
from clearprop.updates import UPDATES, UpdateRule

SOLVERS: Registry[BatchSolver] = Registry(
    "clearprop.training.solvers",
    BatchSolver,  # type: ignore[type-abstract]
    "solver",
)


def make_solver(wanted: str | BatchSolver | UpdateRule) -> BatchSolver | UpdateRule:
    """Return the batch solver or the update rule that `wanted` names.

    Raises
    ------
    InputError
        If there is none of that name, or it does not take these settings.
    """
    if isinstance(wanted, UpdateRule):
        return wanted
    if isinstance(wanted, str) and not SOLVERS.called(wanted) and UPDATES.answers(wanted):
        return UPDATES.make(wanted)
    return SOLVERS.make(wanted, also_known=UPDATES)


def for_given_sizes(rule: BatchSolver | UpdateRule) -> BatchSolver | UpdateRule:
    """Return the rule as it trains where hidden sizes are given and nothing is searched."""
    return rule if isinstance(rule, UpdateRule) else rule.for_given_sizes()


__all__ = [
    "SOLVERS",
    "BatchSolver",
    "State",
    "for_given_sizes",
    "make_solver",
]
