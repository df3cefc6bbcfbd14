"""Damped Gauss-Newton steps: each lowers the objective about as its quadratic model predicts."""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np

from clearprop._typing import FloatArray
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.curvature import Cholesky, QuadraticModel
from clearprop.training.solvers.damping import Damping
from clearprop.training.stopping import StopReason

MIN_GAIN = 1e-4
"""The part of its predicted decrease that a step must bring to be taken."""


class Settings(Protocol):
    """How steps are damped and accelerated; see `LevenbergMarquardt`."""

    @property
    def damping(self) -> float:
        """μ at the start, in units of D."""
        ...

    @property
    def scaling(self) -> Literal["marquardt", "identity"]:
        """D: the largest diagonal of G so far, or the largest entry of that everywhere."""
        ...

    @property
    def max_damping(self) -> float:
        """The largest μ that is tried."""
        ...

    @property
    def acceleration(self) -> float:
        """How far a step may bend to follow the geodesic; 0 for straight steps."""
        ...


@dataclass
class DampedDescent:
    """Damped Gauss-Newton steps, one after the other.

    Attributes
    ----------
    settings : Settings
        Those of a `LevenbergMarquardt`.
    theta : array of shape (P,)
    damping : Damping
    scale : array of shape (P,), optional
        D, the largest diagonal of G so far.
    """

    settings: Settings
    theta: FloatArray
    damping: Damping
    scale: FloatArray | None = None

    def step(self, objective: PenalizedLoss, model: QuadraticModel) -> StopReason | None:
        """Take the first step that lowers `objective` as predicted; return why there is none."""
        if not model.is_finite:
            return StopReason.of("divergence.gradient")
        D = self._scaled_by(model.matrix.diagonal())
        rounding = float(np.finfo(self.theta.dtype).eps) * abs(model.value)
        while self.damping.mu <= self.settings.max_damping:
            factor = model.damped(self.damping.mu * D)
            if factor is None:
                self.damping = self.damping.after_refusal()
                continue
            step = factor.solve(-model.gradient)
            predicted = 0.5 * float(step @ (self.damping.mu * D * step - model.gradient))
            if predicted <= rounding:
                return StopReason.of("rounding")
            if self.settings.acceleration:
                accelerated = self._accelerated(objective, factor, step, D)
                if accelerated is None:
                    self.damping = self.damping.after_refusal()
                    continue
                step = accelerated
            if self._try(objective, step, model.value, predicted):
                return None
        return self._last_resort(objective, model)

    def _accelerated(
        self, objective: PenalizedLoss, factor: Cholesky, step: FloatArray, D: FloatArray
    ) -> FloatArray | None:
        """Return the step along the geodesic; None where it bends too much to be trusted."""
        derivative = objective.second_directional_derivative(self.theta, step)
        if derivative is None:
            return step
        bend = factor.solve(-derivative.astype(np.float64, copy=False))
        size = float(step @ (D * step))
        if not 4 * float(bend @ (D * bend)) <= self.settings.acceleration**2 * size:
            return None
        return step + 0.5 * bend

    def _try(
        self, objective: PenalizedLoss, step: FloatArray, value: float, predicted: float
    ) -> bool:
        """Take the step if it brings enough of its predicted decrease; return whether it does."""
        trial = (self.theta + step).astype(self.theta.dtype, copy=False)
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = (value - objective.value(trial)) / predicted
        if not ratio > MIN_GAIN:
            self.damping = self.damping.after_refusal()
            return False
        self.theta, self.damping = trial, self.damping.after_acceptance(ratio)
        return True

    def _last_resort(self, objective: PenalizedLoss, model: QuadraticModel) -> StopReason | None:
        """Try the undamped least-squares step once, where no damping made a step that helps."""
        step = model.least_squares_step()
        if step is not None and (predicted := model.predicted_decrease(step)) > 0:
            self.damping = replace(self.damping, mu=self.settings.damping)
            if self._try(objective, step, model.value, predicted):
                return None
        largest = self.settings.max_damping
        return StopReason.of("max_damping", damping=self.damping.mu, largest=largest)

    def _scaled_by(self, diagonal: FloatArray) -> FloatArray:
        """Return D for a matrix with this diagonal; positive everywhere."""
        if self.settings.scaling == "identity":
            diagonal = np.full_like(diagonal, diagonal.max())
        self.scale = diagonal.copy() if self.scale is None else np.maximum(self.scale, diagonal)
        floor = self.scale.max() * 1e-10
        return np.maximum(self.scale, floor if floor > 0 else 1.0)
