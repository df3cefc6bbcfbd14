"""Limited-memory BFGS, SciPy's."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.network.objective import Objective
from clearprop.training.solvers.solver import BatchSolver, Iterate, Memory, Report
from clearprop.training.stopping import (
    StopReason,
    evaluations_reached,
    fall_vanished,
    no_progress,
    slope_vanished,
)

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult

SEGMENT = 100
"""Iterations between two places from which a checkpoint can go on."""


@dataclass(frozen=True)
class LBFGS(BatchSolver):
    """Quasi-Newton steps from the last `memory` gradients: the all-rounder for smooth objectives.

    Source: Byrd, Lu, Nocedal, Zhu, "A limited memory algorithm for bound constrained
    optimization", 1995; the implementation is SciPy's L-BFGS-B.
    """

    name = "lbfgs"
    tests_convergence = True
    is_in_scikit_learn = True
    resumable = True

    memory: int = 20
    ftol: float = field(default=0.0, repr=False)
    """Converged once an iteration lowers the objective by no more than this part of it."""
    gtol: float = field(default=0.0, repr=False)
    """Converged once no entry of the gradient is larger than this."""
    max_evaluations: int = field(default=10**9, repr=False)

    forget_every: int | None = field(default=None, repr=False)
    """Iterations after which the gradients are forgotten; never without it."""

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "LBFGS":
        """Return the solver with SciPy's defaults, which scikit-learn leaves as they are."""
        tolerance, evaluations = float(settings["tolerance"]), int(settings["max_evaluations"])
        return cls(10, 1e7 * 2.0**-52, tolerance, evaluations)

    def __post_init__(self) -> None:
        for name, least in (("memory", 1), ("max_evaluations", 1)):
            if getattr(self, name) < least:
                raise invalid_argument(
                    name, getattr(self, name), f"it must be at least {least}.", "20."
                )
        for name in ("ftol", "gtol"):
            if not getattr(self, name) >= 0:
                raise invalid_argument(name, getattr(self, name), "it is negative.", "0.")

    def in_segments(self) -> "LBFGS":
        """Return a solver that forgets its gradients from time to time.

        SciPy keeps them to itself, so that another run can only go on from where there are none.
        """
        return replace(self, forget_every=self.forget_every or SEGMENT)

    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk down `objective`; see `BatchSolver.run`."""
        walk = _Walk(self, objective, report, int((memory or {}).get("evaluations", 0)))
        if memory is None:
            value, gradient = objective.gradient(theta)
            if report(Iterate(theta.copy(), value, float(np.linalg.norm(gradient)))):
                return None
        while True:
            found = walk.segment(theta)
            if "StopIteration" in str(found.message):  # the report stopped it
                return None
            theta = found.x.astype(theta.dtype)
            if found.status != 1:
                return self._reason(found)
            if walk.evaluations >= self.max_evaluations:
                return evaluations_reached(walk.evaluations)

    def _reason(self, found: "OptimizeResult") -> StopReason:
        """Return in our words why SciPy stopped."""
        if found.status != 0:
            return no_progress("its line search ended without one")
        by_slope = "GRADIENT" in str(found.message).upper()
        return slope_vanished(self.gtol) if by_slope else fall_vanished(self.ftol)


@dataclass
class _Walk:
    """One run of the solver, in segments between which SciPy begins anew."""

    solver: LBFGS
    objective: Objective
    report: Report
    evaluations: int

    def segment(self, theta: FloatArray) -> "OptimizeResult":
        """Return what SciPy found, on from `theta`."""
        from scipy.optimize import OptimizeResult, minimize

        solver, dtype = self.solver, theta.dtype
        latest, taken = {"gradient": np.zeros_like(theta)}, itertools.count(1)

        def value_and_gradient(point: FloatArray) -> tuple[float, FloatArray]:
            value, gradient = self.objective.gradient(point.astype(dtype, copy=False))
            latest["gradient"] = gradient
            self.evaluations += 1
            return value, gradient.astype(np.float64)

        def after_iteration(intermediate_result: OptimizeResult) -> None:
            point = intermediate_result.x.astype(dtype)
            norm = float(np.linalg.norm(latest["gradient"]))
            last = next(taken) == solver.forget_every
            memory = {"evaluations": self.evaluations} if last else None
            if self.report(Iterate(point, float(intermediate_result.fun), norm, memory=memory)):
                raise StopIteration

        options = {
            "maxcor": solver.memory,
            "maxiter": solver.forget_every or 10**9,
            "maxfun": solver.max_evaluations - self.evaluations,
            "ftol": solver.ftol,
            "gtol": solver.gtol,
        }
        return minimize(
            value_and_gradient,
            theta.astype(np.float64),
            jac=True,
            method="L-BFGS-B",
            callback=after_iteration,
            options=options,
        )
