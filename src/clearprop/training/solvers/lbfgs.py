"""Limited-memory BFGS, SciPy's."""

from dataclasses import dataclass

import numpy as np

from clearprop.errors import refuse
from clearprop.objective import Objective
from clearprop.structure import FloatArray
from clearprop.training.solvers.solver import BatchSolver, Iterate, Report
from clearprop.training.stopping import StopReason, no_progress


@dataclass(frozen=True)
class LBFGS(BatchSolver):
    """Quasi-Newton steps from the last `memory` gradients: the all-rounder for smooth objectives.

    Source: Byrd, Lu, Nocedal, Zhu, "A limited memory algorithm for bound constrained
    optimization", 1995; the implementation is SciPy's L-BFGS-B.
    """

    name = "lbfgs"

    memory: int = 20

    def __post_init__(self) -> None:
        if self.memory < 1:
            raise refuse("memory", self.memory, "it needs at least one gradient.", "20.")

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
        options = {"maxcor": self.memory, "maxiter": 10**9, "maxfun": 10**9}
        found = minimize(
            value_and_gradient,
            theta.astype(np.float64),
            jac=True,
            method="L-BFGS-B",
            callback=after_iteration,
            options=options | {"ftol": 0.0, "gtol": 0.0},
        )
        stopped_by_report = "StopIteration" in str(found.message)
        return None if stopped_by_report else no_progress(str(found.message).lower())
