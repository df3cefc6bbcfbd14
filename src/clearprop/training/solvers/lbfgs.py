"""Limited-memory BFGS, SciPy's."""

from dataclasses import dataclass, field

import numpy as np

from clearprop.errors import refuse
from clearprop.objective import Objective
from clearprop.structure import FloatArray
from clearprop.training.solvers.solver import BatchSolver, Iterate, Report
from clearprop.training.stopping import (
    StopReason,
    converged,
    evaluations_reached,
    no_progress,
)


@dataclass(frozen=True)
class LBFGS(BatchSolver):
    """Quasi-Newton steps from the last `memory` gradients: the all-rounder for smooth objectives.

    Source: Byrd, Lu, Nocedal, Zhu, "A limited memory algorithm for bound constrained
    optimization", 1995; the implementation is SciPy's L-BFGS-B.
    """

    name = "lbfgs"

    memory: int = 20
    least_fall: float = field(default=0.0, repr=False)
    """Converged once an iteration lowers the objective by no more than this part of it."""
    least_slope: float = field(default=0.0, repr=False)
    """Converged once no entry of the gradient is larger than this."""
    max_evaluations: int = field(default=10**9, repr=False)

    def __post_init__(self) -> None:
        for name, least in (("memory", 1), ("max_evaluations", 1)):
            if getattr(self, name) < least:
                raise refuse(name, getattr(self, name), f"it must be at least {least}.", "20.")
        for name in ("least_fall", "least_slope"):
            if not getattr(self, name) >= 0:
                raise refuse(name, getattr(self, name), "it is negative.", "0.")

    def run(self, objective: Objective, theta: FloatArray, report: Report) -> StopReason | None:
        """Walk down `objective`; see `BatchSolver.run`."""
        from scipy.optimize import OptimizeResult, minimize

        dtype, latest = theta.dtype, {"gradient": np.zeros_like(theta)}

        def value_and_gradient(point: FloatArray) -> tuple[float, FloatArray]:
            value, gradient = objective.gradient(point.astype(dtype, copy=False))
            latest["gradient"] = gradient
            return value, gradient.astype(np.float64)

        def after_iteration(intermediate_result: OptimizeResult) -> None:
            point = intermediate_result.x.astype(dtype)
            norm = float(np.linalg.norm(latest["gradient"]))
            if report(Iterate(point, float(intermediate_result.fun), norm)):
                raise StopIteration

        value, gradient = value_and_gradient(theta)
        if report(Iterate(theta.copy(), value, float(np.linalg.norm(gradient)))):
            return None
        options = {
            "maxcor": self.memory,
            "maxiter": 10**9,
            "maxfun": self.max_evaluations,
            "ftol": self.least_fall,
            "gtol": self.least_slope,
        }
        found = minimize(
            value_and_gradient,
            theta.astype(np.float64),
            jac=True,
            method="L-BFGS-B",
            callback=after_iteration,
            options=options,
        )
        if "StopIteration" in str(found.message):  # the report stopped it
            return None
        if found.status == 1:
            return evaluations_reached(found.nfev)
        detail = str(found.message).lower().strip()
        return converged(detail) if found.status == 0 else no_progress(detail)
