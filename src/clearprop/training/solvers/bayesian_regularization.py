"""Bayesian regularisation: Levenberg-Marquardt that finds its own weight decay and noise."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._typing import FloatArray
from clearprop._validation import diagonal_of
from clearprop.backprop.structure import weight_mask
from clearprop.network.objective import Objective
from clearprop.training import stopping
from clearprop.training.solvers.curvature import (
    QuadraticModel,
    check_matrix_fits,
    one_blas_thread,
)
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
from clearprop.training.solvers.solver import BatchSolver, Iterate, Memory, Report
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


@dataclass(frozen=True)
class BayesianRegularization(BatchSolver):
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
    Source: MacKay 1992, see `belief`; Foresee, Hagan, "Gauss-Newton approximation to Bayesian
    learning", 1997, the algorithm in section IV.
    """

    name = "bayesian_regularization"
    order = 2
    needs_smooth = True
    finds_weight_decay = True
    patience = 0
    resumable = True

    groups: Grouping = "weights"
    tolerance: float = 1e-3
    damping: float = 1e-3
    max_damping: float = 1e10
    memory: int = 2 * 2**30

    def __post_init__(self) -> None:
        Prior.of((1, 1), self.groups)
        if not self.tolerance >= 0:
            raise invalid_argument("tolerance", self.tolerance, "it is negative.", "1e-3.")
        # the inner rule checks what it shares with this one
        LevenbergMarquardt(self.damping, "marquardt", self.max_damping, 0.0, memory=self.memory)

    def for_given_sizes(self) -> "BayesianRegularization":
        """Return the rule with one α for each input: the prior that fails least often."""
        return replace(self, groups="inputs")

    def run(
        self,
        objective: Objective,
        theta: FloatArray,
        report: Report,
        memory: Memory | None = None,
    ) -> StopReason | None:
        """Walk to the most probable parameters; see `BatchSolver.run`."""
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
        with one_blas_thread():
            walk = _Walk.start(self, objective, theta.copy())
            if memory is not None:
                walk.remember(memory)
            return walk.run(report, going_on=memory is not None)


@dataclass
class _Walk:
    """Where Bayesian regularisation stands."""

    solver: BayesianRegularization
    data: Objective
    """Without a penalty."""
    descent: DampedDescent
    prior: Prior
    noise: Noise
    hyperparameters: Hyperparameters
    first: FloatArray
    """θ at the start."""
    history: list[float] = field(default_factory=list)
    """The log evidence of every iteration."""
    retries: int = RETRIES
    failed: int = 0
    """Steps in a row that led nowhere."""

    @staticmethod
    def start(solver: BayesianRegularization, data: Objective, theta: FloatArray) -> "_Walk":
        prior, noise = Prior.of(data.network.sizes, solver.groups), Noise.of(data)
        beta = noise.beta(data.value(theta), 0.0)
        first = START / max(1, len(data.network.layers) - 1) * beta * noise.rows
        alpha = np.full(prior.groups.max() + 1, np.clip(first, MIN_ALPHA, MAX_ALPHA))
        hyperparameters = Hyperparameters(
            alpha, beta, prior.precision(alpha), float(theta.size), -np.inf
        )
        inner = LevenbergMarquardt(
            solver.damping, "marquardt", solver.max_damping, 0.0, memory=solver.memory
        )
        descent = DampedDescent(inner, theta, Damping(solver.damping))
        return _Walk(solver, data, descent, prior, noise, hyperparameters, theta)

    def memory(self) -> dict[str, Any]:
        """Return what the walk needs, besides θ, to go on from here."""
        known = {"first": self.first, "history": np.array(self.history)}
        known |= {name: np.asarray(value) for name, value in vars(self.hyperparameters).items()}
        return self.descent.memory() | known | {"failed": self.failed, "retries": self.retries}

    def remember(self, memory: Memory) -> None:
        """Stand where an earlier walk stood."""
        self.descent.remember(memory)
        self.hyperparameters = Hyperparameters.from_arrays(memory)
        self.first, self.history = memory["first"], memory["history"].tolist()
        self.failed, self.retries = int(memory["failed"]), int(memory["retries"])

    def run(self, report: Report, *, going_on: bool) -> StopReason | None:
        """Step and estimate until `report` or the evidence says stop."""
        model = QuadraticModel.at(self.data, self.descent.theta)
        if not going_on and report(self.place(model)):
            return None
        while True:
            last = self.history[WARM_UP:][-SETTLED - 1 :]
            if len(last) > SETTLED and np.ptp(last) <= self.solver.tolerance:
                return stopping.evidence_settled(self.history[-1])
            descent, penalized = self.descent, self.data.with_penalty(self.penalty())
            descent.scale = None  # the objective has changed, and with it the scale
            reason = descent.step(penalized, self.penalized(model))
            if reason is not None and reason.name == "divergence":
                return reason
            self.failed = 0 if reason is None else self.failed + 1
            if self.failed > 3 * SETTLED:
                return reason
            if reason is not None:
                descent.damping = Damping(self.solver.damping)
            else:
                model = QuadraticModel.at(self.data, descent.theta)
            self.estimate(model)
            if len(self.history) == WARM_UP and self.retries and self.has_vanished():
                model = self.start_again()
            if report(self.place(model)):
                return None

    def has_vanished(self) -> bool:
        """Return whether hardly anything is left of the weights, though there are hidden layers."""
        weights = weight_mask(self.data.network.sizes)
        left, before = (float(weights @ (at * at)) for at in (self.descent.theta, self.first))
        return len(self.data.network.layers) > 1 and left < VANISHED * before

    def start_again(self) -> QuadraticModel:
        """Go back to the start, with a tenth of α; return the model there."""
        self.retries -= 1
        self.history.clear()
        self.descent.theta = self.first
        self.descent.damping = Damping(self.solver.damping)
        model, old = QuadraticModel.at(self.data, self.first), self.hyperparameters
        alpha, beta = old.alpha / 10, self.noise.beta(model.value, 0.0)
        precision = self.prior.precision(alpha)
        self.hyperparameters = replace(old, alpha=alpha, beta=beta, precision=precision)
        return model

    def penalty(self) -> FloatArray:
        """Return λ = α / (β c), which makes M/(β c) the objective; shape (P,)."""
        return self.hyperparameters.precision / (self.hyperparameters.beta * self.noise.factor)

    def penalized(self, model: QuadraticModel) -> QuadraticModel:
        """Return the model of the objective with its present penalty."""
        penalty, theta = self.penalty(), self.descent.theta.astype(np.float64, copy=False)
        matrix = model.matrix.copy()
        diagonal_of(matrix)[:] += penalty
        value = model.value + 0.5 * float(penalty @ (theta * theta))
        return QuadraticModel(value, model.gradient + penalty * theta, matrix)

    def estimate(self, model: QuadraticModel) -> None:
        """Find α, β, γ and the evidence at θ, where `model` is that of the data."""
        factor = model.factored(self.penalty())
        if factor is None:
            return
        theta = self.descent.theta.astype(np.float64, copy=False)
        units = self.hyperparameters.beta * self.noise.factor  # A is the factored matrix times this
        inverse = factor.inverse_diagonal() / units
        determinant = factor.log_determinant() + theta.size * float(np.log(units))
        found = update(
            self.prior, self.noise, self.hyperparameters, theta, model.value, inverse, determinant
        )
        self.history.append(found.log_evidence)
        if len(self.history) <= WARM_UP:
            old = self.hyperparameters
            found = replace(found, alpha=old.alpha, precision=old.precision)
        self.hyperparameters = found

    def place(self, model: QuadraticModel) -> Iterate:
        """Return what is reported of the present state."""
        penalty, hyperparameters, theta = (
            self.penalty(),
            self.hyperparameters,
            self.descent.theta.copy(),
        )
        details = {
            "damping": self.descent.damping.mu,
            "effective_parameters": hyperparameters.effective_parameters,
            "weight_precision": float(hyperparameters.alpha[0]),
            "noise_precision": hyperparameters.beta,
        }
        if self.history:
            details["log_evidence"] = hyperparameters.log_evidence
        norm = None
        if len(self.history) > WARM_UP:  # before, it vanishes for an α that is not the data's
            norm = float(np.linalg.norm(model.gradient + penalty * theta))
        cost = 0.5 * float(penalty @ (theta * theta))
        return Iterate(
            theta, model.value + cost, norm, details, hyperparameters, cost, self.memory()
        )
