"""What ``"auto"`` stands for: activation, hidden layers, solver and starts, chosen by the task."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clearprop._text import Text
from clearprop.backprop.structure import Parameters
from clearprop.estimators import plan
from clearprop.estimators.rules import AUTOMATIC
from clearprop.network.network import Network
from clearprop.search import choose_solver
from clearprop.search.solver_choice import choose_solver_for_any_size
from clearprop.training.solvers import BatchSolver
from clearprop.updates import UpdateRule

Rule = BatchSolver | UpdateRule
FIRST_ORDER = ("lbfgs", "rprop")
CAUTIOUS = {"bayesian_regularization": "bayesian_regularization(groups='inputs')"}
"""What trains where sizes are given, and no search finds out which prior is the better one."""


def is_auto(wanted: Any) -> bool:
    """Return whether something is left to be chosen."""
    return isinstance(wanted, str) and wanted == AUTOMATIC


@dataclass(frozen=True)
class Chosen:
    """The solver that trains, and why it was chosen; no reason where somebody asked for it."""

    rule: Rule
    reason: Text | None
    kept_smooth: bool | None = None
    """Whether the network that training goes on with has smooth units; None if it starts anew."""

    @property
    def smooth(self) -> bool:
        """Whether the solver looks at curvature, which kinks would spoil, or units are smooth."""
        if self.kept_smooth is not None:
            return self.kept_smooth
        return isinstance(self.rule, BatchSolver) and self.rule.name not in FIRST_ORDER


def several_trainings(estimator: Any) -> bool:
    """Return whether hidden layers are to be found, or several starts to be made."""
    return is_auto(estimator.hidden_layer_sizes) or (
        not is_auto(estimator.restarts) and estimator.restarts > 1
    )


def solver_for(
    estimator: Any,
    build: Callable[[tuple[int, ...], bool], Network],
    rows: int,
    before: Parameters | None = None,
) -> Chosen:
    """Return the solver that trains networks which `build` makes for sizes and smoothness.

    Where training goes on from parameters, their number decides: those of an average of several
    starts may be too many for the solver that trained each.
    """
    wanted = estimator.solver
    if not is_auto(wanted):
        return Chosen(plan.solver_rule(estimator, wanted), None)
    if estimator.clip_norm is not None or plan.drops_units(estimator):
        why = Text(
            "Solver: Adam, since dropout and clipping go with mini-batches.",
            "求解器：Adam。dropout 与梯度裁剪需要小批量。",
        )
        return Chosen(plan.solver_rule(estimator, "adam"), why)
    sizes = estimator.hidden_layer_sizes
    if before is not None:
        smooth = any(not layer.activation.kinks for layer in estimator.network_.layers[:-1])
        choice = choose_solver(build(before.sizes[1:-1], smooth), rows)
        wanted = choice.solver if is_auto(sizes) else CAUTIOUS.get(choice.solver, choice.solver)
        return Chosen(plan.solver_rule(estimator, wanted), choice.reason, smooth)
    if is_auto(sizes):
        choice = choose_solver_for_any_size(lambda units: build(units, True), rows)
        return Chosen(plan.solver_rule(estimator, choice.solver), choice.reason)
    choice = choose_solver(build(plan.hidden_sizes(sizes), True), rows)
    wanted = CAUTIOUS.get(choice.solver, choice.solver)
    return Chosen(plan.solver_rule(estimator, wanted), choice.reason)
