"""One way up the log evidence: damped steps for a start, then α, β and γ after every step."""

from dataclasses import dataclass, field, replace

import numpy as np

from clearprop._typing import FloatArray
from clearprop._validation import diagonal_of
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.flatten import DERIVED
from clearprop.training.solvers.curvature import QuadraticModel
from clearprop.training.solvers.damped_descent import DampedDescent
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.evidence import (
    MAX_ALPHA,
    MIN_ALPHA,
    Grouping,
    Hyperparameters,
    Noise,
    Prior,
    update,
)
from clearprop.training.solvers.levenberg_marquardt import LevenbergMarquardt
from clearprop.training.solvers.solver import State
from clearprop.training.stopping import StopReason

SETTLED = 5
"""Iterations in a row in which the evidence must not change for the ascent to end."""
EXACT = 1e-8
"""Part of the targets' variance below which there is no noise, and nothing more to be learnt."""


@dataclass(frozen=True, kw_only=True)
class AscentState(State):
    """The state of an ascent.

    Attributes
    ----------
    hyperparameters : Hyperparameters
    damping : Damping
    log_evidence : array of shape (iterations,)
        ln p(data) of every iteration.
    expected_loss : float
        The loss to expect of other rows, see `Noise.expected_loss`.
    failed : int
        Steps in a row that led nowhere.
    model : QuadraticModel, optional
        The model of the data at θ, as far as it has been computed.
    """

    hyperparameters: Hyperparameters = field()
    damping: Damping
    log_evidence: FloatArray
    expected_loss: float
    failed: int
    model: QuadraticModel | None = field(default=None, repr=False, metadata=DERIVED)

    @property
    def details(self) -> dict[str, float]:
        """Damping, γ, the first group's α, β, and the evidence once it is known."""
        at = self.hyperparameters
        known = {
            "damping": self.damping.mu,
            "effective_parameters": at.effective_parameters,
            "weight_precision": float(at.alpha[0]),
            "noise_precision": at.beta,
        }
        return known | ({"log_evidence": at.log_evidence} if len(self.log_evidence) else {})


@dataclass(frozen=True)
class Ascent:
    """Damped Gauss-Newton steps; after the first ones α and β follow from where they led.

    Attributes
    ----------
    decay : float
        λ of the first steps.
    first_steps : int
        Steps before α and β are estimated: until something fits, the most probable weights are
        none at all.
    groups : {"weights", "layers", "inputs"}
        Which parameters share an α.
    tolerance : float
        Change of the log evidence, per target, that counts as none.
    marquardt : LevenbergMarquardt
        The rule of the damped steps.
    known : Hyperparameters, optional
        What is known of α and β before the first step.
    """

    decay: float
    first_steps: int
    groups: Grouping
    tolerance: float
    marquardt: LevenbergMarquardt
    known: Hyperparameters | None = None

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> AscentState:
        """Return the state at `theta`, where hardly anything is known of α yet."""
        posterior = LogPosterior.of(objective, self.groups)
        return self._state(
            posterior,
            QuadraticModel.at(objective, theta),
            theta,
            hyperparameters=self.known or posterior.first_hyperparameters(theta, self.decay),
            damping=Damping(self.marquardt.damping),
            log_evidence=np.empty(0),
            failed=0,
        )

    def step(self, objective: PenalizedLoss, state: AscentState) -> AscentState | StopReason:
        """Step to more probable parameters, then estimate α, β and γ there."""
        past = state.log_evidence
        last = past[self.first_steps :][-SETTLED - 1 :]
        if (
            len(last) > SETTLED
            and np.ptp(last) <= self.tolerance * objective.rows * objective.network.outputs
        ):
            return StopReason.of("evidence", log_evidence=past[-1])
        if len(last) and state.expected_loss <= EXACT * objective.target_variance:
            return StopReason.of("exact")
        posterior, old = LogPosterior.of(objective, self.groups), state.hyperparameters
        model = state.model or QuadraticModel.at(objective, state.theta)
        # without a scale: the objective has changed, and with it the diagonal
        descent = DampedDescent(self.marquardt, state.theta, state.damping)
        penalized = objective.with_penalty(posterior.penalty(old))
        reason = descent.step(penalized, posterior.penalized(model, state.theta, old))
        if reason is not None and reason.name == "divergence":
            return reason
        failed = 0 if reason is None else state.failed + 1
        if reason is not None and failed > 3 * SETTLED:
            return reason
        damping = descent.damping if reason is None else Damping(self.marquardt.damping)
        if reason is None:
            model = QuadraticModel.at(objective, descent.theta)
        estimated = posterior.estimated(model, descent.theta, old)
        if estimated is None:
            estimated, log_evidence = old, past
        else:
            log_evidence = np.append(past, estimated.log_evidence)
            if len(log_evidence) <= self.first_steps:
                estimated = replace(estimated, alpha=old.alpha, precision=old.precision)
        return self._state(
            posterior,
            model,
            descent.theta,
            hyperparameters=estimated,
            damping=damping,
            log_evidence=log_evidence,
            failed=failed,
        )

    def _state(
        self,
        posterior: "LogPosterior",
        model: QuadraticModel,
        theta: FloatArray,
        *,
        hyperparameters: Hyperparameters,
        damping: Damping,
        log_evidence: FloatArray,
        failed: int,
    ) -> AscentState:
        """Return the state at θ, where `model` is that of the data."""
        penalty = posterior.penalty(hyperparameters)
        norm = None
        if len(log_evidence) > self.first_steps:  # before, λ is not the data's
            norm = float(np.linalg.norm(model.gradient + penalty * theta))
        cost = 0.5 * float(penalty @ (theta * theta))
        return AscentState(
            theta=theta,
            value=model.value + cost,
            gradient_norm=norm,
            penalty=cost,
            hyperparameters=hyperparameters,
            damping=damping,
            log_evidence=log_evidence,
            expected_loss=posterior.noise.expected_loss(
                model.value, hyperparameters.effective_parameters
            ),
            failed=failed,
            model=model,
        )


@dataclass(frozen=True)
class LogPosterior:
    """M(θ) = β Σₙ ℓₙ + ½ Σₚ αₚ θₚ² of one objective; divided by β c it is E with λ = α/(β c).

    Attributes
    ----------
    data : PenalizedLoss
        Without a penalty.
    prior : Prior
    noise : Noise
    """

    data: PenalizedLoss
    prior: Prior
    noise: Noise

    @staticmethod
    def of(objective: PenalizedLoss, groups: Grouping) -> "LogPosterior":
        """Return the log posterior for data and a grouping of the parameters."""
        return LogPosterior(
            objective, Prior.of(objective.network.sizes, groups), Noise.of(objective)
        )

    def first_hyperparameters(self, theta: FloatArray, decay: float) -> Hyperparameters:
        """Return hyperparameters before any step: λ = `decay` in all groups, β that of the loss.

        λ is divided by the number of hidden layers: the more weights are multiplied, the less of it
        drives all of them to 0.
        """
        beta = self.noise.beta(self.data.value(theta), 0.0)
        first = decay / max(1, len(self.data.network.layers) - 1) * beta * self.noise.rows
        alpha = np.full(self.prior.groups.max() + 1, np.clip(first, MIN_ALPHA, MAX_ALPHA))
        return Hyperparameters(alpha, beta, self.prior.precision(alpha), float(theta.size), -np.inf)

    def penalty(self, at: Hyperparameters) -> FloatArray:
        """Return λ = α / (β c), shape (P,)."""
        return at.precision / (at.beta * self.noise.factor)

    def penalized(
        self, model: QuadraticModel, theta: FloatArray, at: Hyperparameters
    ) -> QuadraticModel:
        """Return the model of the objective with its penalty."""
        penalty, theta = self.penalty(at), theta.astype(np.float64, copy=False)
        matrix = model.matrix.copy()
        diagonal_of(matrix)[:] += penalty
        value = model.value + 0.5 * float(penalty @ (theta * theta))
        return QuadraticModel(value, model.gradient + penalty * theta, matrix)

    def estimated(
        self, model: QuadraticModel, theta: FloatArray, old: Hyperparameters
    ) -> Hyperparameters | None:
        """Return α, β, γ at θ and the evidence of the old ones; None for a singular matrix."""
        factor = model.factored(self.penalty(old))
        if factor is None:
            return None
        theta = theta.astype(np.float64, copy=False)
        units = old.beta * self.noise.factor  # A is the factored matrix times this
        inverse = factor.inverse_diagonal() / units
        determinant = factor.log_determinant() + theta.size * float(np.log(units))
        return update(self.prior, self.noise, old, theta, model.value, inverse, determinant)
