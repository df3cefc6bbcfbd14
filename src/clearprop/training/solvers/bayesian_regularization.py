"""Bayesian regularisation: Levenberg-Marquardt that finds its own weight decay and noise."""

from dataclasses import dataclass, field, replace

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import diagonal_of
from clearprop.backprop.structure import weight_mask
from clearprop.network.objective import Objective
from clearprop.training.flatten import DERIVED
from clearprop.training.solvers.curvature import QuadraticModel, check_matrix_fits
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
from clearprop.training.solvers.levenberg_marquardt import DampedDescent, LevenbergMarquardt
from clearprop.training.solvers.solver import BatchSolver, State
from clearprop.training.stopping import StopReason

SETTLED = 5
"""Iterations in a row in which the evidence must not change for the training to end."""

START, WARM_UP = 3e-3, 10
"""λ of the first iterations: before anything fits, the evidence is for having no weights.

It is divided by the number of hidden layers: the more weights are multiplied, the less λ drives all
of them to 0."""

VANISHED, RETRIES = 1e-4, 3
"""Part of Σ θ² left after the first iterations by which they have driven all weights to 0, where no
gradient leads away again; then they are repeated with a tenth of λ, so many times."""


@dataclass(frozen=True, kw_only=True)
class EvidenceState(State):
    """The state of Bayesian regularisation.

    Attributes
    ----------
    hyperparameters : Hyperparameters
    damping : Damping
    first_theta : array of shape (P,)
        θ at the start.
    log_evidence : array of shape (iterations,)
        ln p(data) of every iteration since the start, or since the last new start.
    retries : int
        New starts with a smaller α that are left.
    failed : int
        Steps in a row that led nowhere.
    model : QuadraticModel, optional
        The model of the data at θ, as far as it has been computed.
    """

    hyperparameters: Hyperparameters = field()
    damping: Damping
    first_theta: FloatArray
    log_evidence: FloatArray
    retries: int
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
class BayesianRegularization(BatchSolver[EvidenceState]):
    """One damped Gauss-Newton step, then α, β and γ anew, until the evidence settles.

    It needs no validation rows and takes no `penalty`: how strongly the weights are held back
    follows from the data. Squared errors have Gaussian noise whose variance is estimated too; a
    cross-entropy and the Poisson loss are likelihoods as they stand.

    Parameters
    ----------
    groups : {"weights", "layers", "inputs"}, default="weights"
        Which parameters share an α, see `Prior.of`.
    tolerance : float, default=1e-3
        Change of the log evidence that counts as none.
    damping, max_damping : float
        μ at the start and at the end, as in `LevenbergMarquardt`.
    memory : int, default=2 GiB
        Bytes that the P × P matrices may take.

    Notes
    -----
    Source: MacKay 1992, see `evidence`; Foresee, Hagan, "Gauss-Newton approximation to Bayesian
    learning", 1997, the algorithm in section IV.
    """

    name = "bayesian_regularization"
    also_called = ("trainbr",)
    settings_elsewhere = LevenbergMarquardt.settings_elsewhere
    order = 2
    needs_smooth = True
    finds_weight_decay = True
    patience = 0

    groups: Grouping = "weights"
    tolerance: float = 1e-3
    damping: float = 1e-3
    max_damping: float = 1e10
    memory: int = 2 * 2**30

    def __post_init__(self) -> None:
        Prior.of((1, 1), self.groups)
        if not self.tolerance >= 0:
            raise invalid_argument("tolerance", self.tolerance, "it is negative.", "1e-3.")
        self._marquardt()  # checks what it shares with this rule

    def for_given_sizes(self) -> "BayesianRegularization":
        """Return the rule with one α for each input: the prior that fails least often."""
        return replace(self, groups="inputs")

    def init(self, objective: Objective, theta: FloatArray) -> EvidenceState:
        """Return the state at `theta`, where hardly anything is known of α yet.

        Raises
        ------
        InputError
            If the loss is no likelihood, the objective has a penalty, or the P × P matrices would
            take more memory than allowed.
        """
        check_matrix_fits(self.name, theta.size, self.memory)
        loss = objective.network.loss_rule
        if loss.constant_curvature is None and not loss.is_log_likelihood:
            why = f"the loss {loss.name} is no likelihood, so that the noise has no model."
            raise invalid_argument(
                "solver", self.name, why, "loss 'squared_error', or another solver."
            )
        if objective.penalty.any():
            why = "it finds the penalty itself."
            raise invalid_argument("penalty", float(objective.penalty.max()), why, "penalty=0.")
        posterior = _LogPosterior.of(objective, self.groups)
        return self._state(
            posterior,
            QuadraticModel.at(objective, theta),
            theta,
            hyperparameters=posterior.first_hyperparameters(theta),
            damping=Damping(self.damping),
            first_theta=theta,
            log_evidence=np.empty(0),
            retries=RETRIES,
            failed=0,
        )

    def step(self, objective: Objective, state: EvidenceState) -> EvidenceState | StopReason:
        """Step to more probable parameters, then estimate α, β and γ there."""
        past = state.log_evidence
        last = past[WARM_UP:][-SETTLED - 1 :]
        if len(last) > SETTLED and np.ptp(last) <= self.tolerance:
            return StopReason.of("evidence", log_evidence=past[-1])
        posterior, old = _LogPosterior.of(objective, self.groups), state.hyperparameters
        model = state.model or QuadraticModel.at(objective, state.theta)
        # without a scale: the objective has changed, and with it the diagonal
        descent = DampedDescent(self._marquardt(), state.theta, state.damping)
        penalized = objective.with_penalty(posterior.penalty(old))
        reason = descent.step(penalized, posterior.penalized(model, state.theta, old))
        if reason is not None and reason.name == "divergence":
            return reason
        failed = 0 if reason is None else state.failed + 1
        if reason is not None and failed > 3 * SETTLED:
            return reason
        damping = descent.damping if reason is None else Damping(self.damping)
        if reason is None:
            model = QuadraticModel.at(objective, descent.theta)
        theta, estimated = descent.theta, posterior.estimated(model, descent.theta, old)
        if estimated is None:
            estimated, log_evidence = old, past
        else:
            log_evidence = np.append(past, estimated.log_evidence)
            if len(log_evidence) <= WARM_UP:
                estimated = replace(estimated, alpha=old.alpha, precision=old.precision)
        retries = state.retries
        may_retry = len(log_evidence) == WARM_UP and retries > 0
        if may_retry and posterior.has_vanished(theta, state.first_theta):
            theta, damping = state.first_theta, Damping(self.damping)
            retries, log_evidence = retries - 1, np.empty(0)
            model = QuadraticModel.at(objective, theta)
            estimated = posterior.with_less_precision(estimated, model.value)
        return self._state(
            posterior,
            model,
            theta,
            hyperparameters=estimated,
            damping=damping,
            first_theta=state.first_theta,
            log_evidence=log_evidence,
            retries=retries,
            failed=failed,
        )

    def _marquardt(self) -> LevenbergMarquardt:
        """Return the rule of the damped steps."""
        return LevenbergMarquardt(
            self.damping, "marquardt", self.max_damping, 0.0, memory=self.memory
        )

    @staticmethod
    def _state(
        posterior: "_LogPosterior",
        model: QuadraticModel,
        theta: FloatArray,
        *,
        hyperparameters: Hyperparameters,
        damping: Damping,
        first_theta: FloatArray,
        log_evidence: FloatArray,
        retries: int,
        failed: int,
    ) -> EvidenceState:
        """Return the state at θ, where `model` is that of the data."""
        penalty = posterior.penalty(hyperparameters)
        norm = None
        if len(log_evidence) > WARM_UP:  # before, it vanishes for an α that is not the data's
            norm = float(np.linalg.norm(model.gradient + penalty * theta))
        cost = 0.5 * float(penalty @ (theta * theta))
        return EvidenceState(
            theta=theta,
            value=model.value + cost,
            gradient_norm=norm,
            penalty=cost,
            hyperparameters=hyperparameters,
            damping=damping,
            first_theta=first_theta,
            log_evidence=log_evidence,
            retries=retries,
            failed=failed,
            model=model,
        )


@dataclass(frozen=True)
class _LogPosterior:
    """M(θ) = β Σₙ ℓₙ + ½ Σₚ αₚ θₚ² of one objective; divided by β c it is E with λ = α/(β c).

    Attributes
    ----------
    data : Objective
        Without a penalty.
    prior : Prior
    noise : Noise
    """

    data: Objective
    prior: Prior
    noise: Noise

    @staticmethod
    def of(objective: Objective, groups: Grouping) -> "_LogPosterior":
        """Return the log posterior for data and a grouping of the parameters."""
        return _LogPosterior(
            objective, Prior.of(objective.network.sizes, groups), Noise.of(objective)
        )

    def first_hyperparameters(self, theta: FloatArray) -> Hyperparameters:
        """Return hyperparameters before any step: α alike in all groups, β that of the loss."""
        beta = self.noise.beta(self.data.value(theta), 0.0)
        first = START / max(1, len(self.data.network.layers) - 1) * beta * self.noise.rows
        alpha = np.full(self.prior.groups.max() + 1, np.clip(first, MIN_ALPHA, MAX_ALPHA))
        return Hyperparameters(alpha, beta, self.prior.precision(alpha), float(theta.size), -np.inf)

    def with_less_precision(self, old: Hyperparameters, loss: float) -> Hyperparameters:
        """Return hyperparameters with a tenth of α, and β as it follows from the loss alone."""
        alpha, beta = old.alpha / 10, self.noise.beta(loss, 0.0)
        return replace(old, alpha=alpha, beta=beta, precision=self.prior.precision(alpha))

    def has_vanished(self, theta: FloatArray, first: FloatArray) -> bool:
        """Return whether hardly anything is left of the weights, though there are hidden layers."""
        weights = weight_mask(self.data.network.sizes)
        left, before = (float(weights @ (at * at)) for at in (theta, first))
        return len(self.data.network.layers) > 1 and left < VANISHED * before

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
