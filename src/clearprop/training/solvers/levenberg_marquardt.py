"""Levenberg-Marquardt: damped Gauss-Newton steps, from all rows or from samples of them."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._typing import FloatArray
from clearprop.network.objective import Objective
from clearprop.training import stopping
from clearprop.training.randomness import generator_state, set_generator_state
from clearprop.training.solvers.curvature import (
    Cholesky,
    QuadraticModel,
    check_matrix_fits,
    one_blas_thread,
)
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.solver import BatchSolver, Iterate, Memory, Report
from clearprop.training.stopping import StopReason

MIN_GAIN = 1e-4
"""The part of its predicted fall that a step must bring to be taken."""

FAILS_TO_DOUBLE = 3
"""Samples in a row that may fail to lower the loss of all rows before they must grow."""


@dataclass(frozen=True)
class LevenbergMarquardt(BatchSolver):
    """Steps s with (G + μD) s = −g, where G is the generalised Gauss-Newton matrix.

    The fastest way to fit a network of up to about a thousand parameters closely. Every loss is
    served through the curvature of its outputs, so a cross-entropy needs no trick.

    Parameters
    ----------
    damping : float, default=1e-3
        μ at the start, in units of D.
    scaling : {"marquardt", "identity"}, default="marquardt"
        D: the largest diagonal of G so far, so that the steps do not depend on the units of the
        parameters; or the identity times the largest entry of that diagonal.
    max_damping : float, default=1e10
    acceleration : float, default=0.75
        Squared errors follow the geodesic: s + a/2 with (G + μD) a = −Jᵀ f″, where f″ is the second
        derivative of the outputs along s; a step with 2‖a‖ > `acceleration` ‖s‖ is refused. 0 turns
        it off.
    batch_size : int, optional
        Rows of the random samples from which steps are computed; all rows without it. An epoch
        takes as many steps as fit into one pass over the rows, all from one sample; then another
        is drawn. The size doubles after an epoch that does not lower the loss of all rows, so that
        training ends as it would with all rows.
    seed : int, default=0
        Draws the mini-batches.
    memory : int, default=2 GiB
        Bytes that the P × P matrices may take.

    Notes
    -----
    Source: Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", 1963;
    Hagan, Menhaj, "Training feedforward networks with the Marquardt algorithm", 1994; the running
    maximum of D is Moré's, "The Levenberg-Marquardt algorithm: implementation and theory", 1978,
    section 6; the damping is Nielsen's, see `Damping`; the acceleration is that of Transtrum,
    Sethna, "Improvements to the Levenberg-Marquardt algorithm for nonlinear least-squares
    minimization", arXiv:1201.5885, 2012, equations (9)-(15).
    """

    name = "levenberg_marquardt"
    order = 2
    needs_smooth = True
    resumable = True

    damping: float = 1e-3
    scaling: Literal["marquardt", "identity"] = "marquardt"
    max_damping: float = 1e10
    acceleration: float = 0.75
    batch_size: int | None = None
    seed: int = 0
    memory: int = 2 * 2**30

    def __post_init__(self) -> None:
        if not 0 < self.damping < self.max_damping:
            why = f"it is not between 0 and max_damping ({self.max_damping:g})."
            raise invalid_argument("damping", self.damping, why, "1e-3.")
        if not self.acceleration >= 0:
            raise invalid_argument(
                "acceleration", self.acceleration, "it is negative.", "0 turns it off."
            )
        for name in ("seed", "memory"):
            if getattr(self, name) < 0:
                raise invalid_argument(
                    name, getattr(self, name), "it is negative.", "leave it out."
                )
        if self.scaling not in ("marquardt", "identity"):
            raise unknown_name("scaling", self.scaling, ("marquardt", "identity"))
        if self.batch_size is not None and self.batch_size < 1:
            raise invalid_argument(
                "batch_size", self.batch_size, "a batch needs at least one row.", "1000."
            )

    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk down `objective`; see `BatchSolver.run`."""
        check_matrix_fits(self.name, theta.size, self.memory)
        descent = DampedDescent(self, theta.copy(), Damping(self.damping))
        if memory is not None:
            descent.remember(memory)
        samples = self.batch_size is not None and self.batch_size < len(objective.X)
        with one_blas_thread():
            if samples and (memory is None or "batch_size" in memory):
                if self._run_samples(objective, descent, report, memory):
                    return None
                memory = None
            return self._run_whole(objective, descent, report, memory is not None)

    def _run_whole(
        self, objective: Objective, descent: "DampedDescent", report: Report, going_on: bool
    ) -> StopReason | None:
        while True:
            model = QuadraticModel.at(objective, descent.theta)
            norm, details = model.gradient_norm, {"damping": descent.damping.mu}
            memory = descent.memory()
            place = Iterate(descent.theta.copy(), model.value, norm, details, memory=memory)
            if not going_on and report(place):
                return None
            going_on = False
            reason = descent.step(objective, model)
            if reason is not None:
                return reason

    def _run_samples(
        self,
        objective: Objective,
        descent: "DampedDescent",
        report: Report,
        memory: Memory | None,
    ) -> bool:
        """Step from samples of the rows until they must be all; return whether `report` stopped."""
        random, m, batch_size = np.random.default_rng(self.seed), len(objective.X), self.batch_size
        assert batch_size is not None
        value, gradient = objective.gradient(descent.theta)
        best, failed, going_on = (value, descent.theta), 0, memory is not None
        if memory is not None:
            batch_size, failed = memory["batch_size"], memory["failed"]
            best = float(memory["best_value"]), memory["best"].copy()
            set_generator_state(random, memory["generator"])
        while batch_size < m:
            norm = float(np.linalg.norm(gradient))
            details = {"damping": descent.damping.mu, "batch_size": float(batch_size)}
            sampling = {"batch_size": batch_size, "failed": failed, "best": best[1]}
            sampling |= {"best_value": np.array(best[0]), "generator": generator_state(random)}
            place = descent.memory() | sampling
            here = Iterate(descent.theta.copy(), value, norm, details, memory=place)
            if not going_on and report(here):
                return True
            going_on = False
            sample = objective.of_rows(np.sort(random.choice(m, batch_size, replace=False)))
            for _ in range(-(-m // batch_size)):
                if descent.step(sample, QuadraticModel.at(sample, descent.theta)) is not None:
                    break
            value, gradient = objective.gradient(descent.theta)
            failed = 0 if value < best[0] else failed + 1
            if failed == 0:
                best = value, descent.theta
            elif failed == FAILS_TO_DOUBLE or not np.isfinite(value):
                descent.theta, batch_size, failed = best[1], 2 * batch_size, 0
                value, gradient = objective.gradient(descent.theta)
        return False


@dataclass
class DampedDescent:
    """Where a Levenberg-Marquardt walk stands: its parameters, its damping and its scale."""

    solver: LevenbergMarquardt
    theta: FloatArray
    damping: Damping
    scale: FloatArray | None = None
    """D, the largest diagonal of G so far, shape (P,)."""

    def memory(self) -> dict[str, Any]:
        """Return what the walk needs, besides θ, to go on from here."""
        known = {"mu": np.array(self.damping.mu), "growth": np.array(self.damping.growth)}
        return known if self.scale is None else known | {"scale": self.scale}

    def remember(self, memory: Memory) -> None:
        """Stand where an earlier walk stood."""
        self.damping.mu = float(memory["mu"])
        self.damping.growth = float(memory["growth"])
        self.scale = memory["scale"].copy() if "scale" in memory else None

    def step(self, objective: Objective, model: QuadraticModel) -> StopReason | None:
        """Take the first step that lowers `objective` as foretold; return why there is none."""
        if not model.is_finite:
            return stopping.gradient_overflowed()
        D = self._scaled_by(np.diagonal(model.matrix))
        rounding = float(np.finfo(self.theta.dtype).eps) * abs(model.value)
        while self.damping.mu <= self.solver.max_damping:
            factor = model.damped(self.damping.mu * D)
            if factor is None:
                self.damping.increase()
                continue
            step = factor.solve(-model.gradient)
            predicted = 0.5 * float(step @ (self.damping.mu * D * step - model.gradient))
            if predicted <= rounding:
                return stopping.rounding_reached()
            if self.solver.acceleration:
                bent = self._accelerated(objective, factor, step, D)
                if bent is None:
                    self.damping.increase()
                    continue
                step = bent
            if self._try(objective, step, model.value, predicted):
                return None
        return self._last_resort(objective, model)

    def _accelerated(
        self, objective: Objective, factor: Cholesky, step: FloatArray, D: FloatArray
    ) -> FloatArray | None:
        """Return the step along the geodesic; None where it bends too much to be trusted."""
        pull = objective.second_directional_derivative(self.theta, step)
        if pull is None:
            return step
        bend = factor.solve(-pull.astype(np.float64, copy=False))
        size = float(step @ (D * step))
        if not 4 * float(bend @ (D * bend)) <= self.solver.acceleration**2 * size:
            return None
        return step + 0.5 * bend

    def _try(self, objective: Objective, step: FloatArray, value: float, predicted: float) -> bool:
        trial = (self.theta + step).astype(self.theta.dtype, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = (value - objective.value(trial)) / predicted
        if not ratio > MIN_GAIN:
            self.damping.increase()
            return False
        self.theta = trial
        self.damping.accept(ratio)
        return True

    def _last_resort(self, objective: Objective, model: QuadraticModel) -> StopReason | None:
        """Try the undamped least-squares step once, where no damping made a step that helps."""
        step = model.least_squares_step()
        if step is not None and (predicted := model.fall(step)) > 0:
            self.damping.mu = self.solver.damping
            if self._try(objective, step, model.value, predicted):
                return None
        return stopping.damping_reached(self.damping.mu, self.solver.max_damping)

    def _scaled_by(self, diagonal: FloatArray) -> FloatArray:
        """Return D for a matrix with this diagonal; positive everywhere."""
        if self.solver.scaling == "identity":
            diagonal = np.full_like(diagonal, diagonal.max())
        self.scale = diagonal.copy() if self.scale is None else np.maximum(self.scale, diagonal)
        floor = self.scale.max() * 1e-10
        return np.maximum(self.scale, floor if floor > 0 else 1.0)
