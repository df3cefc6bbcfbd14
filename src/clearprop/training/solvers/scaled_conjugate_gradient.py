"""Scaled conjugate gradients: second-order steps that need no line search and no matrix."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from clearprop._errors import invalid_argument
from clearprop._text import Text
from clearprop._typing import FloatArray
from clearprop.activations.activation import Step
from clearprop.network.penalized_loss import PenalizedLoss
from clearprop.training.solvers.solver import BatchSolver, GradientState
from clearprop.training.stopping import StopReason


@dataclass(frozen=True, kw_only=True)
class ConjugateState(GradientState):
    """The state of scaled conjugate gradients.

    Attributes
    ----------
    direction : array of shape (P,)
        p, along which the next step goes.
    damping : float
        λ of the next step.
    used_damping : float
        λ of the last step.
    since_restart : int
        Steps since the direction was straight downhill.
    """

    direction: FloatArray
    damping: float
    used_damping: float
    since_restart: int

    @property
    def details(self) -> dict[str, float]:
        """The damping of the last step."""
        return {"damping": self.used_damping}


@dataclass(frozen=True)
class ScaledConjugateGradient(BatchSolver[ConjugateState]):
    """Conjugate directions p with the step length μ/δ = pᵀr / pᵀ(H + λI)p.

    H p is the difference of two gradients; λ rises where the quadratic model misleads and falls
    where it holds. Memory grows with P only, and nothing needs to be set.

    Source: Møller, "A scaled conjugate gradient algorithm for fast supervised learning", Neural
    Networks 6, 1993, the algorithm on page 530; equation numbers below are his.
    """

    name = "scaled_conjugate_gradient"
    pros = Text(
        "nothing to set, memory for a few vectors; steady on networks of any size",
        "无需设置，只需几个向量的内存；各种规模都稳健",
    )
    cons = Text(
        "needs more steps than Levenberg-Marquardt on small networks",
        "在小网络上比 Levenberg-Marquardt 步数多",
    )
    also_called = ("trainscg", "scg")
    instead_of: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("traincgf", "traincgp", "traincgb"), "'scaled_conjugate_gradient', or 'lbfgs'."
    )
    settings_elsewhere: ClassVar[Mapping[str, str]] = {"lambda": "damping=5e-7."}
    needs_smooth = True

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

    def equations(self) -> tuple[Step, ...]:
        """Return the lines of one iteration."""
        return (
            Step(
                r"s = \frac{E'(\theta + \sigma p) - E'(\theta)}{\sigma} + \lambda p",
                Text(
                    "curvature along the direction p, by the difference of two gradients; λ "
                    "keeps it positive",
                    "由两个梯度之差得到方向 p 上的曲率；λ 使其为正",
                ),
            ),
            Step(
                r"\alpha = \frac{p^{T} r}{p^{T} s}, \quad r = -g",
                Text(
                    "the step length that minimises the quadratic model",
                    "使二次模型最小的步长",
                ),
            ),
            Step(
                r"\theta \leftarrow \theta + \alpha p",
                Text(
                    "the step, taken if the loss falls; λ follows how well the model held",
                    "若损失下降则接受；λ 随模型的可信程度调整",
                ),
            ),
            Step(
                r"\beta = \frac{\hat{r}^{T} \hat{r} - \hat{r}^{T} r}{p^{T} r}, \quad p "
                r"\leftarrow \hat{r} + \beta p",
                Text(
                    "the next direction, conjugate to this one; after P steps it is −g again",
                    "下一个共轭方向；每 P 步重新取 −g",
                ),
            ),
        )

    def init(self, objective: PenalizedLoss, theta: FloatArray) -> ConjugateState:
        """Return the state at `theta`, whose direction is straight downhill."""
        value, gradient = objective.gradient(theta)
        return ConjugateState(
            theta=theta,
            value=value,
            gradient_norm=float(np.linalg.norm(gradient)),
            gradient=gradient,
            direction=-gradient,
            damping=self.damping,
            used_damping=self.damping,
            since_restart=0,
        )

    def step(self, objective: PenalizedLoss, state: ConjugateState) -> ConjugateState | StopReason:
        """Step along the direction; what the model misleads into is tried again with more λ."""
        theta, value, gradient, norm = state.theta, state.value, state.gradient, state.gradient_norm
        p, damping, since_restart = state.direction, state.damping, state.since_restart
        if not (np.isfinite(value) and np.isfinite(norm)):
            return StopReason.of("divergence.gradient")
        epsilon, curvature = float(np.finfo(theta.dtype).eps), None
        while True:
            if not damping <= self.max_damping:
                return StopReason.of("max_damping", damping=damping, largest=self.max_damping)
            length, slope = float(np.linalg.norm(p)), -float(p @ gradient)
            if length == 0:
                return StopReason.of("min_gradient", norm=norm, least=epsilon)
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
                return StopReason.of("rounding")
            trial = (theta + step * p).astype(theta.dtype, copy=False)
            with np.errstate(over="ignore", invalid="ignore"):
                trial_value, slopes = objective.gradient(trial)
            agreement = 2 * damped * (value - trial_value) / slope**2  # (2.9), 1 for a quadratic
            used, damping = damping, self._adapted(damping, agreement, damped / length**2)
            if np.isfinite(trial_value) and agreement >= 0:
                restart = (since_restart + 1) % theta.size == 0
                return ConjugateState(
                    theta=trial,
                    value=trial_value,
                    gradient_norm=float(np.linalg.norm(slopes)),
                    gradient=slopes,
                    direction=self._next_direction(p, gradient, slopes, slope, restart),
                    damping=damping,
                    used_damping=used,
                    since_restart=since_restart + 1,
                )

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
        objective: PenalizedLoss,
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
