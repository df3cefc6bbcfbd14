"""Levenberg-Marquardt: damped Gauss-Newton steps, from all rows or from samples of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np

from clearprop._errors import invalid_argument, unknown_name
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.flatten import DERIVED
from clearprop.training.randomness import generator_state, set_generator_state
from clearprop.training.solvers.curvature import Cholesky, QuadraticModel, check_matrix_fits
from clearprop.training.solvers.damping import Damping
from clearprop.training.solvers.solver import BatchSolver, State
from clearprop.training.stopping import StopReason

MIN_GAIN = 1e-4
"""The part of its predicted decrease that a step must bring to be taken."""

FAILS_TO_DOUBLE = 3
"""Samples in a row that may fail to lower the loss of all rows before they must grow."""


@dataclass(frozen=True)
class Sampling:
    """The samples from which steps are computed, and how well they serve.

    Attributes
    ----------
    batch_size : int
        Rows of the next sample.
    failed : int
        Samples in a row that have not lowered the loss of all rows.
    best_theta : array of shape (P,)
    best_value : float
        The lowest loss of all rows so far, which `best_theta` has.
    generator : dict
        The state of the generator that draws the samples.
    """

    batch_size: int
    failed: int
    best_theta: FloatArray
    best_value: float
    generator: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class MarquardtState(State):
    """The state of Levenberg-Marquardt.

    Attributes
    ----------
    damping : Damping
    scale : array of shape (P,), optional
        D, the largest diagonal of G so far; None before the first step.
    sampling : Sampling, optional
        None where steps come from all rows.
    model : QuadraticModel, optional
        The model of all rows at θ, as far as it has been computed.
    """

    damping: Damping
    scale: FloatArray | None = None
    sampling: Sampling | None = None
    model: QuadraticModel | None = field(default=None, repr=False, metadata=DERIVED)

    @property
    def details(self) -> dict[str, float]:
        """The damping, and how many rows are sampled."""
        sampling = self.sampling
        sampled = {} if sampling is None else {"batch_size": float(sampling.batch_size)}
        return {"damping": self.damping.mu} | sampled


@dataclass(frozen=True)
class LevenbergMarquardt(BatchSolver[MarquardtState]):
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
    pros = Text(
        "fits networks of up to about a thousand parameters in a few dozen steps, "
        "to the last digits",
        "约一千个参数以内的网络，几十步即可精确拟合",
    )
    cons = Text(
        "every step solves with a P × P matrix; time grows with P³",
        "每步要解 P × P 方程组，时间随 P³ 增长",
    )
    also_called = ("trainlm", "lm")
    settings_elsewhere: ClassVar[Mapping[str, str]] = {
        "mu": "damping=0.001.",
        "mu_max": "max_damping=1e10.",
        "mu_inc": "leave it out: how far a step fell short says by how much the damping rises.",
        "mu_dec": "leave it out: how well a step was predicted says by how much the damping falls.",
    }
    order = 2
    needs_smooth = True

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

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"G = J^{T} H J",
                Text(
                    "the generalised Gauss-Newton matrix: J holds the derivatives of the "
                    "outputs, H the curvature of the loss in them",
                    "广义高斯—牛顿矩阵：J 是输出对参数的导数，H 是损失对输出的曲率",
                ),
            ),
            Step(
                r"(G + \mu D) s = -g",
                Text(
                    "the damped step: near Gauss-Newton's for small μ, along −g for large μ",
                    "阻尼步：μ 小时接近高斯—牛顿步，μ 大时沿 −g 方向",
                ),
            ),
            Step(
                r"\rho = \frac{E(\theta) - E(\theta + s)}{- g^{T} s - \frac{1}{2} s^{T} G s}",
                Text(
                    "the gain: how much the loss fell, by how much the model said it would",
                    "增益比：实际下降与模型预测的下降之比",
                ),
            ),
            Step(
                r"\theta \leftarrow \theta + s \quad \mathrm{if} \; \rho > 10^{-4}",
                Text(
                    "the step is taken if it keeps what it promised; μ falls then, and rises "
                    "otherwise",
                    "兑现预测的步才被接受，此后 μ 减小；否则 μ 增大",
                ),
            ),
        )

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> MarquardtState:
        """Return the state at `theta`.

        Raises
        ------
        InputError
            If the P × P matrices would take more memory than allowed.
        """
        check_matrix_fits(self.name, theta.size, self.memory)
        descent = DampedDescent(self, theta, Damping(self.damping))
        if self.batch_size is None or self.batch_size >= objective.rows:
            return _state_of_all_rows(objective, descent)
        value, gradient = objective.gradient(theta)
        generator = generator_state(np.random.default_rng(self.seed))
        sampling = Sampling(self.batch_size, 0, theta, value, generator)
        return _state_of_a_sample(descent, value, gradient, sampling)

    def step(self, objective: PenalizedLoss, state: MarquardtState) -> MarquardtState | StopReason:
        """Step once from all rows, or as often as one sample allows."""
        descent = DampedDescent(self, state.theta, state.damping, state.scale)
        if state.sampling is not None:
            return _after_a_sample(objective, descent, state.sampling)
        model = state.model or QuadraticModel.at(objective, state.theta)
        reason = descent.step(objective, model)
        return reason or _state_of_all_rows(objective, descent)


def _state_of_all_rows(objective: PenalizedLoss, descent: "DampedDescent") -> MarquardtState:
    """Return the state where a descent stands; its next step comes from all rows."""
    model = QuadraticModel.at(objective, descent.theta)
    return MarquardtState(
        theta=descent.theta,
        value=model.value,
        gradient_norm=model.gradient_norm,
        damping=descent.damping,
        scale=descent.scale,
        model=model,
    )


def _state_of_a_sample(
    descent: "DampedDescent", value: float, gradient: FloatArray, sampling: Sampling
) -> MarquardtState:
    """Return the state where a descent stands; its next steps come from a sample of the rows."""
    return MarquardtState(
        theta=descent.theta,
        value=value,
        gradient_norm=float(np.linalg.norm(gradient)),
        damping=descent.damping,
        scale=descent.scale,
        sampling=sampling,
    )


def _after_a_sample(
    objective: PenalizedLoss, descent: "DampedDescent", sampling: Sampling
) -> MarquardtState:
    """Return the state after one pass of steps from one sample of the rows."""
    random, m, batch_size = np.random.default_rng(), objective.rows, sampling.batch_size
    set_generator_state(random, sampling.generator)
    sample = objective.of_rows(np.sort(random.choice(m, batch_size, replace=False)))
    for _ in range(-(-m // batch_size)):
        if descent.step(sample, QuadraticModel.at(sample, descent.theta)) is not None:
            break
    value, gradient = objective.gradient(descent.theta)
    best_theta, best_value, failed = sampling.best_theta, sampling.best_value, sampling.failed + 1
    if value < best_value:
        best_theta, best_value, failed = descent.theta, value, 0
    elif failed == FAILS_TO_DOUBLE or not np.isfinite(value):
        descent.theta, batch_size, failed = best_theta, 2 * batch_size, 0
        if batch_size >= m:
            return _state_of_all_rows(objective, descent)
        value, gradient = objective.gradient(descent.theta)
    generator = generator_state(random)
    following = Sampling(batch_size, failed, best_theta, best_value, generator)
    return _state_of_a_sample(descent, value, gradient, following)


@dataclass
class DampedDescent:
    """Damped Gauss-Newton steps, one after the other.

    Attributes
    ----------
    solver : LevenbergMarquardt
    theta : array of shape (P,)
    damping : Damping
    scale : array of shape (P,), optional
        D, the largest diagonal of G so far.
    """

    solver: LevenbergMarquardt
    theta: FloatArray
    damping: Damping
    scale: FloatArray | None = None

    def step(self, objective: PenalizedLoss, model: QuadraticModel) -> StopReason | None:
        """Take the first step that lowers `objective` as predicted; return why there is none."""
        if not model.is_finite:
            return StopReason.of("divergence.gradient")
        D = self._scaled_by(model.matrix.diagonal())
        rounding = float(np.finfo(self.theta.dtype).eps) * abs(model.value)
        while self.damping.mu <= self.solver.max_damping:
            factor = model.damped(self.damping.mu * D)
            if factor is None:
                self.damping = self.damping.after_refusal()
                continue
            step = factor.solve(-model.gradient)
            predicted = 0.5 * float(step @ (self.damping.mu * D * step - model.gradient))
            if predicted <= rounding:
                return StopReason.of("rounding")
            if self.solver.acceleration:
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
        if not 4 * float(bend @ (D * bend)) <= self.solver.acceleration**2 * size:
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
            self.damping = replace(self.damping, mu=self.solver.damping)
            if self._try(objective, step, model.value, predicted):
                return None
        largest = self.solver.max_damping
        return StopReason.of("max_damping", damping=self.damping.mu, largest=largest)

    def _scaled_by(self, diagonal: FloatArray) -> FloatArray:
        """Return D for a matrix with this diagonal; positive everywhere."""
        if self.solver.scaling == "identity":
            diagonal = np.full_like(diagonal, diagonal.max())
        self.scale = diagonal.copy() if self.scale is None else np.maximum(self.scale, diagonal)
        floor = self.scale.max() * 1e-10
        return np.maximum(self.scale, floor if floor > 0 else 1.0)
