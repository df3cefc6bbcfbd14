"""Scaled conjugate gradients: second-order steps that need no line search and no matrix."""

from dataclasses import dataclass

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop.network.objective import Objective
from clearprop.training import stopping
from clearprop.training.solvers.solver import BatchSolver, Iterate, Memory, Report
from clearprop.training.stopping import StopReason


@dataclass(frozen=True)
class ScaledConjugateGradient(BatchSolver):
    """Conjugate directions p with the step length μ/δ = pᵀr / pᵀ(H + λI)p.

    H p is the difference of two gradients; λ rises where the quadratic model misleads and falls
    where it holds. Memory grows with P only, and nothing needs to be set.

    Source: Møller, "A scaled conjugate gradient algorithm for fast supervised learning", Neural
    Networks 6, 1993, the algorithm on page 530; equation numbers below are his.
    """

    name = "scaled_conjugate_gradient"
    needs_smooth = True
    resumable = True

    sigma: float = 5e-5
    """Length of the step over which H p is measured."""
    damping: float = 5e-7
    """λ at the start."""
    max_damping: float = 1e20

    def __post_init__(self) -> None:
        for name in ("sigma", "damping", "max_damping"):
            if not getattr(self, name) > 0:
                raise invalid_argument(
                    name, getattr(self, name), "it must be positive.", "leave it out."
                )

    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk down `objective`; see `BatchSolver.run`."""
        P, epsilon = theta.size, float(np.finfo(theta.dtype).eps)
        theta, damping, since_restart = theta.copy(), self.damping, 0
        value, gradient = objective.gradient(theta)
        p = -gradient
        norm = float(np.linalg.norm(gradient))
        if memory is not None:
            p, damping = memory["direction"].copy(), memory["damping"]
            since_restart = memory["since_restart"]
        elif report(self._iterate(theta, value, norm, p, damping, damping, since_restart)):
            return None
        curvature: float | None = None
        while np.isfinite(value) and np.isfinite(norm):
            length, slope = float(np.linalg.norm(p)), -float(p @ gradient)
            if length == 0:
                return stopping.gradient_vanished(norm, epsilon)
            if slope <= 0:  # rounding has spoilt the direction: begin again downhill
                p, curvature, since_restart = -gradient, None, 0
                continue
            if curvature is None:
                curvature = self._curvature(objective, theta, gradient, p, length)
            damped = curvature + damping * length**2
            if damped <= 0:  # (2.12)-(2.13): make the Hessian positive along p
                damping = 2 * (damping - damped / length**2)
                damped = curvature + damping * length**2
            step = slope / damped
            if 0.5 * slope * step <= 0.5 * epsilon * abs(value):
                if since_restart:
                    p, curvature, since_restart = -gradient, None, 0
                    continue
                return stopping.rounding_reached()
            trial = (theta + step * p).astype(theta.dtype, copy=False)
            with np.errstate(over="ignore", invalid="ignore"):
                found, slopes = objective.gradient(trial)
            agreement = 2 * damped * (value - found) / slope**2  # (2.9), 1 for a quadratic
            used, damping = damping, self._adapted(damping, agreement, damped / length**2)
            if np.isfinite(found) and agreement >= 0:
                theta, value, since_restart = trial, found, since_restart + 1
                p = self._next_direction(p, gradient, slopes, slope, since_restart % P == 0)
                gradient, curvature = slopes, None
                norm = float(np.linalg.norm(gradient))
                if report(self._iterate(theta, value, norm, p, used, damping, since_restart)):
                    return None
            if not damping <= self.max_damping:
                return stopping.damping_reached(damping, self.max_damping)
        return stopping.gradient_overflowed()

    @staticmethod
    def _iterate(
        theta: FloatArray,
        value: float,
        norm: float,
        p: FloatArray,
        used: float,
        damping: float,
        since_restart: int,
    ) -> Iterate:
        """Return a place on the walk; `used` is the damping that led there."""
        memory = {"direction": p, "damping": float(damping), "since_restart": since_restart}
        return Iterate(theta.copy(), value, norm, {"damping": used}, memory=memory)

    @staticmethod
    def _adapted(damping: float, agreement: float, damped: float) -> float:
        """Return λ after a step: less where the model held, more where it misled."""
        if agreement >= 0.75:
            return max(damping / 4, float(np.finfo(float).tiny))
        if agreement >= 0.25:
            return damping
        return damping + damped * (1 - agreement if np.isfinite(agreement) else 4.0)

    def _curvature(
        self,
        objective: Objective,
        theta: FloatArray,
        gradient: FloatArray,
        p: FloatArray,
        length: float,
    ) -> float:
        """Return pᵀ H p from two gradients, equation (2.6)."""
        sigma = max(self.sigma, float(np.finfo(theta.dtype).eps) ** 0.5) / length
        _, ahead = objective.gradient((theta + sigma * p).astype(theta.dtype, copy=False))
        return float(p @ (ahead - gradient)) / sigma

    @staticmethod
    def _next_direction(
        p: FloatArray, old: FloatArray, new: FloatArray, slope: float, restart: bool
    ) -> FloatArray:
        """Return the direction conjugate to `p`, or straight downhill after every P steps."""
        if restart:
            return -new
        return -new + float(new @ (new - old)) / slope * p
